import type { ModelFailure, ModelRequest, Role } from './model.ts'

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
}

/** Why there is no answer: who has to act is in the kind, the sentence is for the person. */
export type CallStop =
  | { kind: 'over-cap' | 'too-few-credits' | 'no-price'; says: string }
  | { kind: 'stale'; says: string }
  | { kind: 'failed'; says: string; failure: ModelFailure }

export type CallResult = { ok: true; text: string } | { ok: false; stop: CallStop }
