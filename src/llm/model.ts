import type { Usage } from '../billing/money.ts'

export type { Usage }

/** What a model is to the rest of the house. Providers implement it; only `gateway.ts` calls it. */

/** Who asks. The route names the models that may answer for a role, best first. */
export const ROLES = ['architect', 'implementer', 'verifier'] as const
export type Role = (typeof ROLES)[number]

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
  /** What a coding agent asks through our own endpoint. */
  'engine',
  /** One tiny call of the operator's, to see whether a model works. */
  'doctor',
] as const
export type CallKind = (typeof CALL_KINDS)[number]

/** A picture or a recording: its media type, for instance `image/png` or `audio/wav`, and its bytes in base 64. */
export type Media = { mediaType: string; base64: string }

/** A model asks for a tool: `input` is JSON text as the model wrote it. */
export type ToolCall = { id: string; name: string; input: string }

export type Turn =
  | { role: 'user'; text: string; media?: readonly Media[] }
  | { role: 'assistant'; text: string; toolCalls?: readonly ToolCall[] }
  | { role: 'tool'; callId: string; name: string; text: string }

/** A tool that the caller can carry out; `schema` is the JSON Schema of its input. */
export type Tool = { name: string; description: string; schema: Record<string, unknown> }

export type ModelRequest = {
  kind: CallKind
  system: string
  turns: readonly Turn[]
  /** JSON Schema of the object that is wanted; absent when free text is wanted. */
  schema?: Record<string, unknown>
  tools?: readonly Tool[]
  /** Upper bound of output tokens, thinking included. */
  outputTokensMax: number
  /** 0 to 2; absent: the model's own. */
  temperature?: number
}

/** What a generation used and cost, whatever came of it. */
export type Spent = {
  usage: Usage
  /** The provider's id of this generation, where it gives one: a call in doubt is looked up by it. */
  generationId?: string
  /** What the provider said it cost, in pico-USD, where it says so. */
  costPicoUsd?: bigint
  /** Usage exactly as the provider sent it. */
  rawUsage: unknown
}

export type Answer = Spent & {
  text: string
  /** Present only where tools were offered and the model asked for some. */
  toolCalls?: readonly ToolCall[]
  /** The model that really answered, as the provider names it. */
  model: string
}

export type FailureKind =
  | 'rate-limited'
  | 'overloaded'
  | 'authentication'
  | 'out-of-provider-credit'
  | 'context-too-long'
  /** By the provider's content rules, or by the model itself. */
  | 'refused'
  | 'malformed'
  | 'timeout'
  | 'cancelled'
  | 'network'
  | 'unknown'

/** Who can do something about it: the provider, who runs this installation, whose words were sent, or who stopped it. */
export type Fault = 'provider' | 'operator' | 'request' | 'caller'

/** A call that brought no answer. `says` is a sentence for the person; `retry` tells whether the same call may work later. */
export type ModelFailure = {
  kind: FailureKind
  fault: Fault
  says: string
  retry: boolean
  /** How long the provider asks to wait, in ms, where it says so. */
  retryAfterMs?: number
}

/** `spent`: what the provider counted although there is no usable answer. It is the platform's cost, never the person's. */
export type ModelResult = { ok: true; answer: Answer } | { ok: false; failure: ModelFailure; spent?: Spent }

/** What is heard of an answer while it comes: its text piece by piece, and early the id to look it up by. */
export type Piece = { kind: 'text'; text: string } | { kind: 'generation'; id: string }

/** How a request is asked. */
export type Asking = {
  /** Aborting it closes the connection and ends the call at once. */
  signal: AbortSignal
  /** The provider's key in clear; absent where none is needed. */
  apiKey?: string
  tell?: (piece: Piece) => void
}

export type Model = {
  /** Shown wherever a provider is shown, for instance `rehearsal`, `google`, `openrouter`. */
  provider: string
  id: string
  contextTokensMax: number
  /** Whether calls carry a key from the pool of its provider. */
  keyed: boolean
  /** Which media types it reads besides text, as a prefix each, for instance `image/`. */
  reads: readonly string[]
  /** Answers or says why not; never throws for what a provider can do wrong. */
  answer(request: ModelRequest, asking: Asking): Promise<ModelResult>
  /**
   * What a generation cost in pico-USD whose answer never arrived; 0 when the provider does not know it, undefined when
   * that cannot be learnt now. Absent where a provider has no such look-up.
   */
  costOf?(generationId: string, asking: Asking): Promise<bigint | undefined>
}
