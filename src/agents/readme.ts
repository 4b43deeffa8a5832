import { z } from 'zod'
import { requestSchema } from './plan.ts'

const line = z.string().trim().min(1).max(600)
const command = z.string().trim().min(1).max(300)

/** A command of the README: each is run in the sandbox exactly as written, or says why it could not be. */
export const readmeCommandSchema = z.object({
  command,
  says: line,
  /** Set for a command that keeps running and serves HTTP. */
  serves: z
    .object({ port: z.number().int().min(1024).max(65_535), requests: z.array(requestSchema).min(1).max(10) })
    .optional(),
  /** Set when the command cannot be run in a sandbox (a container build, a publication): the reason. */
  notRun: line.optional(),
  exitCode: z.number().int().min(0).max(255).default(0),
})
export type ReadmeCommand = z.infer<typeof readmeCommandSchema>

export const readmeSchema = z.object({
  title: z.string().trim().min(1).max(80),
  overview: z.string().trim().min(1).max(4_000),
  prerequisites: z.array(line).max(10),
  install: z.array(readmeCommandSchema).max(10),
  configuration: z.string().trim().max(4_000),
  test: z.array(readmeCommandSchema).min(1).max(5),
  run: z.array(readmeCommandSchema).min(1).max(5),
  features: z.array(line).min(1).max(20),
  usage: z.array(readmeCommandSchema).max(15),
  layout: z.array(z.object({ path: z.string().max(200), says: line })).max(40),
})
export type Readme = z.infer<typeof readmeSchema>
