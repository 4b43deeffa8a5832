import type { ModelFailure, ModelRequest, Role, ToolCall, Usage } from './model.ts'

/** One model call as the rest of the house orders it, and what comes of it. */
export type CallOrder = {
  projectId: string
  userId: string
  /** The project's epoch: a call is not begun for a project that has moved on. */
  epoch: number
  taskId?: string
  /** With the ordinal and the words it names the call: a finished one is never made again. */
  step: number
  ordinal: number
  role: Role
  request: ModelRequest
  capMicro: bigint
  /** Earlier tries failed: the strongest model of the route is asked first. */
  stronger?: boolean
  hear?: (heard: Heard) => void
}

/** What is heard of a call while it is made. After `again` the text heard until then counts for nothing. */
export type Heard = { kind: 'text'; text: string } | { kind: 'again' } | { kind: 'waiting'; says: string }

export type ModelName = { provider: string; model: string }

/** Another model than the route's first answered, or none did after several were tried: one sentence for the person. */
export type Detour = { from: ModelName; to: ModelName | null; says: string }

export type CallAnswer = {
  text: string
  /** What the model asks its tools for; empty unless tools were offered. */
  toolCalls: readonly ToolCall[]
  usage: Usage
  by: ModelName
}

/** Why there is no answer: who has to act is in the kind, the sentence is for the person. */
export type CallStop =
  | { kind: 'over-cap' | 'frozen' | 'no-price' | 'no-key' | 'stale'; says: string }
  | { kind: 'too-few-credits'; says: string; neededMicro: bigint }
  /**
   * The whole installation has spent what it may in a day; `untilMs` is when the next one begins. Null: one such call
   * alone could cost more.
   */
  | { kind: 'day-limit'; says: string; untilMs: number | null }
  | { kind: 'failed'; says: string; failure: ModelFailure }

export type CallResult = ({ ok: true } & CallAnswer & { detour?: Detour }) | { ok: false; stop: CallStop }
