import { z } from 'zod'
import { type AnsweredQuestion, briefSchema, type Question } from '../agents/brief.ts'
import { planSchema, type Task } from '../agents/plan.ts'
import { readmeSchema } from '../agents/readme.ts'
import type { Verdict } from '../agents/verdict.ts'
import type { NamedTests } from '../sandbox/checks/named.ts'
import type { Again } from '../sandbox/checks/result.ts'
import type { AttemptResult, PauseReason } from './event.ts'
import type { State } from './life.ts'

/** A project as the work sees it. */
export type Project = {
  id: string
  userId: string
  description: string
  state: State
  backState: State | null
  step: number
  epoch: number
  paused: Paused | null
  file: ProjectFile
  capMicro: bigint
  createdAtMs: number
  updatedAtMs: number
}

export type Paused = { reason: PauseReason; says: string }

/** Why the person has to decide, and which of the events of `deciding` make sense for it. */
export const DECISIONS = {
  stuck: ['guide', 'skip', 'deliver', 'undo', 'cancel'],
  cap: ['raise', 'deliver', 'undo', 'cancel'],
  rejected: ['guide', 'deliver', 'undo', 'cancel'],
  unproven: ['guide', 'undo', 'cancel'],
  undone: ['goOn', 'deliver', 'undo', 'cancel'],
} as const
export type DecisionWhy = keyof typeof DECISIONS

/** Everything that is decided on the way, as one document in the project's row. */
export const projectFileSchema = z.object({
  /** Rounds of questions that were asked. */
  rounds: z.number().int().default(0),
  questions: z.array(z.custom<Question>()).default([]),
  answered: z.array(z.custom<AnsweredQuestion>()).default([]),
  brief: briefSchema.nullable().default(null),
  /** A wish to change the brief or the plan, until the work has taken it up. */
  change: z.string().nullable().default(null),
  plan: planSchema.nullable().default(null),
  /** Feedback on a delivered project, until the plan has taken it up. */
  feedback: z.string().nullable().default(null),
  /** Micro-credits as decimal strings. */
  quote: z
    .object({
      fromMicro: z.string(),
      toMicro: z.string(),
      capMicro: z.string(),
      /** What was spent before it. */
      spentMicro: z.string().default('0'),
    })
    .nullable()
    .default(null),
  prepared: z.boolean().default(false),
  /** The person put it out of their list. */
  hidden: z.boolean().default(false),
  /** The person's words for the task in hand. */
  guidance: z.string().nullable().default(null),
  /** Which series of attempts the task in hand is in: a new one begins after guidance, skip or undo. */
  series: z.number().int().default(1),
  decision: z
    .object({ why: z.string(), says: z.string(), task: z.string().nullable() })
    .nullable()
    .default(null),
  undoTo: z.string().nullable().default(null),
  /** The person chose to take what is verified so far. */
  partial: z.boolean().default(false),
  finishRounds: z.number().int().default(0),
  /** README commands that failed in the clean room, for the next try; and how many tries there were. */
  readmeComplaint: z.string().nullable().default(null),
  readmeTries: z.number().int().default(0),
  readme: readmeSchema.nullable().default(null),
  /** How often in a row it rested because of a provider, since the last outcome. */
  rests: z.number().int().default(0),
  /** The model whose failing the person has heard of, `provider:model`, until it answers again: it is said once. */
  toldOf: z.string().nullable().default(null),
})
export type ProjectFile = z.infer<typeof projectFileSchema>

export type TaskRow = { id: string; status: 'open' | 'done' | 'skipped'; commit: string | null; task: Task }

export type CheckEvidence = {
  name: string
  command: string
  passed: boolean
  exitCode: number | null
  ms: number
  output: string
  hidden: boolean
  /** Where the runner names its tests; never of a hidden one. */
  tests?: NamedTests
  /** The second run of a test that failed, see `rerun`. */
  again?: Again
}

export type Attempt = {
  taskId: string
  number: number
  series: number
  result: AttemptResult
  changes: readonly { path: string; content: string | null }[]
  applied: readonly { block: number; path: string; rule: string; line: number }[]
  checks: readonly CheckEvidence[]
  verdict: Verdict | null
  problem: string
  signature: string
  atMs: number
}
