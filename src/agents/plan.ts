import { z } from 'zod'
import { criterionSchema } from './brief.ts'

const line = z.string().trim().min(1).max(400)
const path = z.string().trim().min(1).max(200)
const taskId = z.string().regex(/^T\d{1,3}$/)

export const TASKS_MAX = 60

export const taskSchema = z.object({
  id: taskId,
  title: line,
  detail: z.string().trim().min(1).max(4_000),
  /** Files that the task is expected to create or change. */
  files: z.array(path).min(1).max(40),
  dependsOn: z.array(taskId).max(20),
  /** What must be true when this task is done; ids are `T1.1`, `T1.2`, … */
  criteria: z.array(criterionSchema).min(1).max(12),
})
export type Task = z.infer<typeof taskSchema>

export const TOOLCHAINS = ['python', 'node', 'typescript', 'static-web', 'go', 'rust', 'java'] as const
export type ToolchainId = (typeof TOOLCHAINS)[number]

export const requestSchema = z.object({
  path: z.string().startsWith('/').max(200),
  expectStatus: z.number().int().min(100).max(599),
  expectText: z.string().max(200).optional(),
})

/** How the finished app is started. A server names its port (taken from `PORT`) and what to ask of it. */
export const startSchema = z.object({
  command: z.string().trim().min(1).max(300),
  serves: z
    .object({ port: z.number().int().min(1024).max(65_535), requests: z.array(requestSchema).min(1).max(10) })
    .optional(),
})

export const planSchema = z.object({
  /** Folder and ZIP name. */
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/),
  toolchain: z.enum(TOOLCHAINS),
  why: z.string().trim().min(1).max(1_000),
  /** Common traps that were considered (time zones, money, persistence, …) and what the plan does about each. */
  traps: z.array(z.object({ trap: line, decision: line })).max(30),
  tasks: z.array(taskSchema).min(1).max(TASKS_MAX),
  start: startSchema,
})
export type Plan = z.infer<typeof planSchema>

/**
 * What is wrong with a plan that fits the schema; empty when it can be carried out. `done` are the ids of tasks
 * of an earlier plan: new ones may depend on them but not repeat them.
 */
export function planFaults(plan: Plan, done: readonly string[] = []): string[] {
  const seen = new Set<string>(done)
  const faults: string[] = []
  for (const task of plan.tasks) {
    if (seen.has(task.id)) faults.push(`task id ${task.id} appears twice`)
    for (const other of task.dependsOn) {
      if (!seen.has(other)) faults.push(`${task.id} depends on ${other}, which does not come before it`)
    }
    seen.add(task.id)
  }
  return faults
}

/** A whole text file as a model writes it. */
export const fileSchema = z.object({ path, content: z.string().max(200_000) })
export type TextFile = z.infer<typeof fileSchema>

export const acceptanceTestSchema = z.object({
  /** The criterion of the brief that it proves. */
  criterion: criterionSchema.shape.id,
  /** The task after which it must pass. */
  dueAfter: taskId,
  /** A hidden test is never shown to the Implementer. */
  hidden: z.boolean(),
  path,
  content: z.string().min(1).max(100_000),
})
export type AcceptanceTest = z.infer<typeof acceptanceTestSchema>

export const acceptanceSchema = z.object({
  /** Files that import and start but do nothing: against them every test must fail. */
  stub: z.array(fileSchema).max(20),
  tests: z.array(acceptanceTestSchema).min(1).max(40),
})
export type Acceptance = z.infer<typeof acceptanceSchema>

export const documentsSchema = z.object({
  requirements: z.string().min(1).max(60_000),
  architecture: z.string().min(1).max(60_000),
  api: z.string().max(60_000).optional(),
  deployment: z.string().min(1).max(60_000),
})
export type Documents = z.infer<typeof documentsSchema>
