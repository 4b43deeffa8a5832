import type { Usage } from '../billing/money.ts'

export type { Usage }

/** What a model is to the rest of the house. Providers implement it; only `gateway.ts` calls it. */

/** Who asks: the two roles of the factory. The route decides which model answers for a role. */
export type Role = 'architect' | 'implementer'

/** What is being asked; prices, limits and reports are kept by it. */
export const CALL_KINDS = [
  'questions',
  'brief',
  'plan',
  'documents',
  'acceptance',
  'implement',
  'verify',
  'verify-project',
  'readme',
] as const
export type CallKind = (typeof CALL_KINDS)[number]

export type Turn = { role: 'user' | 'assistant'; text: string }

export type ModelRequest = {
  kind: CallKind
  system: string
  turns: readonly Turn[]
  /** JSON Schema of the object that is wanted; absent when free text is wanted. */
  schema?: Record<string, unknown>
  /** Upper bound of output tokens, thinking included. */
  outputTokensMax: number
}

export type Answer = {
  text: string
  usage: Usage
  /** The model that really answered, as the provider names it. */
  model: string
  /** The provider's id of this generation, where it gives one: a call in doubt is looked up by it. */
  generationId?: string
  /** What the provider said it cost, in pico-USD, where it says so. */
  costPicoUsd?: bigint
  /** Usage exactly as the provider sent it. */
  rawUsage: unknown
}

export type FailureKind =
  | 'rate-limited'
  | 'overloaded'
  | 'authentication'
  | 'out-of-provider-credit'
  | 'context-too-long'
  | 'refused'
  | 'malformed'
  | 'timeout'
  | 'cancelled'
  | 'network'
  | 'unknown'

/** A call that brought no answer. `says` is a sentence for the person; `retry` tells whether the same call may work later. */
export type ModelFailure = { kind: FailureKind; says: string; retry: boolean; retryAfterMs?: number }

export type ModelResult = { ok: true; answer: Answer } | { ok: false; failure: ModelFailure }

export type Model = {
  /** Shown wherever a provider is shown, for instance `rehearsal`, `google`, `openrouter`. */
  provider: string
  id: string
  contextTokensMax: number
  /** Answers or says why not; never throws for what a provider can do wrong. Aborting the signal ends it at once. */
  answer(request: ModelRequest, signal: AbortSignal): Promise<ModelResult>
}
