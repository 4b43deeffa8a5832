import { z } from 'zod'
import { briefSchema, questionSchema } from '../agents/brief.ts'
import { planSchema, taskSchema } from '../agents/plan.ts'
import { verdictSchema } from '../agents/verdict.ts'

/** What the API answers with: one schema for validation, types, OpenAPI and the web page. Amounts are decimal strings of credits. */

const credits = z.string()
const atMs = z.number().int()

export const refusalView = z.object({ reason: z.string(), says: z.string() })

export const sessionView = z.object({
  user: z.object({ id: z.string(), name: z.string() }),
  balance: z.object({ availableCredits: credits, heldCredits: credits }),
  models: z.object({
    architect: z.object({ provider: z.string(), model: z.string() }),
    implementer: z.object({ provider: z.string(), model: z.string() }),
  }),
  billing: z.object({
    /** `usd`: nothing is sold, and amounts are shown in dollars. */
    shows: z.enum(['credits', 'usd']),
    /** What a credit stands for. */
    creditUsd: z.string(),
    /** Whether the person was warned that credits run low. */
    low: z.boolean(),
    /** Why nothing more can be spent. */
    locked: z.enum(['dispute', 'debt', 'operator']).nullable(),
    owedCredits: credits,
    /** What calls cost since midnight (UTC), and what they may; null where there is no such limit. */
    today: z.object({ spentUsd: z.string(), limitUsd: z.string() }).nullable(),
    projectLimitCredits: credits.nullable(),
  }),
  /** Descriptions that may be tried at once. */
  examples: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      /** What this machine lacks for it; null when nothing. */
      lacks: z.string().nullable(),
    }),
  ),
  sandbox: z.object({ backend: z.string(), says: z.string().nullable() }),
})
export type SessionView = z.infer<typeof sessionView>

export const summaryView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  paused: z.boolean(),
  /** Whether it waits for the person. */
  waits: z.boolean(),
  tasksDone: z.number().int(),
  tasks: z.number().int(),
  /** Whether the person took it out of their list. */
  hidden: z.boolean(),
  spentCredits: credits,
  createdAtMs: atMs,
  updatedAtMs: atMs,
})
export type SummaryView = z.infer<typeof summaryView>

export const taskView = taskSchema.extend({
  status: z.enum(['open', 'done', 'skipped']),
  commit: z.string().nullable(),
  attempts: z.number().int(),
  spentCredits: credits,
})
export type TaskView = z.infer<typeof taskView>

export const commandView = z.object({
  name: z.string(),
  command: z.string(),
  exitCode: z.number().int().nullable(),
  ms: z.number().int(),
  output: z.string(),
  passed: z.boolean(),
})

export const pictureView = z.object({
  /** The last part of its address. */
  name: z.string(),
  path: z.string(),
  size: z.enum(['phone', 'desktop']),
  /** As the page calls itself; empty when it has no title. */
  title: z.string(),
  /** In pixels. */
  width: z.number().int(),
  height: z.number().int(),
  sha256: z.string(),
})
export type PictureView = z.infer<typeof pictureView>

export const deliveryView = z.object({
  number: z.number().int(),
  file: z.string(),
  bytes: z.number().int(),
  commit: z.string(),
  treeSha256: z.string(),
  atMs,
  /** The clean-room proof: what was run in a fresh sandbox on the unpacked ZIP. */
  commands: z.array(commandView),
  /** What its pages looked like then. */
  pictures: z.array(pictureView),
})
export type DeliveryView = z.infer<typeof deliveryView>

export const projectView = summaryView.extend({
  description: z.string(),
  pause: z.object({ reason: z.string(), says: z.string() }).nullable(),
  decision: z.object({ why: z.string(), says: z.string(), task: z.string().nullable() }).nullable(),
  /** The events that `say` takes now. */
  allowed: z.array(z.string()),
  questions: z.array(questionSchema),
  answered: z.array(z.object({ question: z.string(), answer: z.string().nullable() })),
  brief: briefSchema.nullable(),
  plan: planSchema.omit({ tasks: true }).nullable(),
  taskList: z.array(taskView),
  /** The task in hand. */
  task: z.string().nullable(),
  quote: z.object({ fromCredits: credits, toCredits: credits, capCredits: credits }).nullable(),
  capCredits: credits,
  heldCredits: credits,
  /** Every provider that answered for this project, for instance `rehearsal`. */
  providers: z.array(z.string()),
  deliveries: z.array(deliveryView),
})
export type ProjectView = z.infer<typeof projectView>

/** One test of a check, by the name that its runner gives it. */
const testView = z.object({
  name: z.string(),
  file: z.string().optional(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  ms: z.number().int().optional(),
  /** The first lines of why it failed. */
  message: z.string().optional(),
})

export const checkView = commandView.extend({
  hidden: z.boolean(),
  /** How many tests there were, and the first of them by name, failed ones first; never of a hidden check. */
  tests: z
    .object({
      passed: z.number().int(),
      failed: z.number().int(),
      skipped: z.number().int(),
      list: z.array(testView),
    })
    .optional(),
  /** A test that failed was run once more on a fresh copy of the same files. */
  again: z.object({ passed: z.boolean(), ms: z.number().int(), changed: z.array(z.string()) }).optional(),
})
export type CheckView = z.infer<typeof checkView>

export const attemptView = z.object({
  task: z.string(),
  number: z.number().int(),
  result: z.string(),
  problem: z.string(),
  changes: z.array(z.object({ path: z.string(), content: z.string().nullable() })),
  applied: z.array(
    z.object({ block: z.number().int(), path: z.string(), rule: z.string(), line: z.number().int() }),
  ),
  checks: z.array(checkView),
  verdict: verdictSchema.nullable(),
  atMs,
})
export type AttemptView = z.infer<typeof attemptView>

export const callView = z.object({
  id: z.string(),
  kind: z.string(),
  task: z.string().nullable(),
  provider: z.string(),
  model: z.string(),
  status: z.string(),
  repeats: z.number().int(),
  /** What went wrong with a failed call, for instance `rate-limited`. */
  failure: z.string().nullable(),
  inputTokens: z.number().int(),
  /** Part of the input that came from the provider's cache. */
  cachedTokens: z.number().int(),
  outputTokens: z.number().int(),
  credits,
  latencyMs: z.number().int().nullable(),
  startedAtMs: atMs,
})
export type CallView = z.infer<typeof callView>

export const filesView = z.object({
  commit: z.string().nullable(),
  /** The number of the delivery that they are from; null for what is only saved so far. */
  delivery: z.number().int().nullable(),
  files: z.array(z.object({ path: z.string(), bytes: z.number().int() })),
})
export type FilesView = z.infer<typeof filesView>

export const fileView = z.object({ path: z.string(), text: z.string(), cut: z.boolean() })
export type FileView = z.infer<typeof fileView>

export const auditView = z.object({
  balanced: z.boolean(),
  checked: z.record(z.string(), z.number().int()),
  discrepancies: z.array(z.object({ rule: z.string(), subject: z.string(), found: z.string() })),
})
