import type { CallStop } from '../llm/call.ts'
import type { FailureKind, ModelFailure } from '../llm/model.ts'

/** Why a completion is refused. `retryAfterMs`: when the same request may work, where that is known. */
export type CompletionRefusal = { reason: RefusalReason; says: string; retryAfterMs?: number }

type Answered = {
  status: 400 | 401 | 402 | 404 | 409 | 413 | 429 | 500 | 502 | 503
  type: string
  code: string
  /** Whether the same request may work later; clients of this protocol repeat 409, 429 and 5xx unless they are told. */
  again: boolean
  says: string
}

/** `type` and `code` as OpenAI has them, where it has them: platform.openai.com/docs/guides/error-codes. */
const REFUSALS = {
  token: {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    again: false,
    says: 'The token is unknown, or its run has ended.',
  },
  credits: {
    status: 402,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    again: false,
    says: 'The credits do not bear this call.',
  },
  route: {
    status: 404,
    type: 'invalid_request_error',
    code: 'unknown_url',
    again: false,
    says: 'There is only GET /v1/models and POST /v1/chat/completions.',
  },
  stale: {
    status: 409,
    type: 'invalid_request_error',
    code: 'stale',
    again: false,
    says: 'The project has moved on.',
  },
  large: {
    status: 413,
    type: 'invalid_request_error',
    code: 'request_too_large',
    again: false,
    says: 'The request is too large.',
  },
  malformed: {
    status: 400,
    type: 'invalid_request_error',
    code: 'malformed',
    again: false,
    says: 'The request cannot be understood.',
  },
  length: {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
    again: false,
    says: 'No model can take this request: it is too long, or holds what no model reads.',
  },
  'cut-off': {
    status: 400,
    type: 'invalid_request_error',
    code: 'answer_too_long',
    again: false,
    says: 'The answer is longer than it may be: raise max_tokens, or ask for less.',
  },
  declined: {
    status: 400,
    type: 'invalid_request_error',
    code: 'content_filter',
    again: false,
    says: 'The models declined to answer this.',
  },
  'calls-max': {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    again: false,
    says: 'The run has made all the model calls that it may make.',
  },
  wait: {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    again: true,
    says: 'The models are asked too often at the moment.',
  },
  broken: {
    status: 502,
    type: 'server_error',
    code: 'broken_answer',
    again: true,
    says: 'The model gave no usable answer.',
  },
  busy: {
    status: 503,
    type: 'server_error',
    code: 'overloaded',
    again: true,
    says: 'The models are overloaded.',
  },
  nobody: {
    status: 503,
    type: 'server_error',
    code: 'no_model',
    again: false,
    says: 'No model can be asked until somebody mends the settings of this installation.',
  },
  trouble: {
    status: 500,
    type: 'server_error',
    code: 'trouble',
    again: true,
    says: 'Something went wrong on our side.',
  },
} as const satisfies Record<string, Answered>

type RefusalReason = keyof typeof REFUSALS

const OF_STOP = {
  'over-cap': 'credits',
  'too-few-credits': 'credits',
  frozen: 'credits',
  'day-limit': 'credits',
  'no-price': 'nobody',
  'no-key': 'nobody',
  stale: 'stale',
} as const satisfies Record<Exclude<CallStop['kind'], 'failed'>, RefusalReason>

/** A call is only ever cancelled because its run ended, or because nobody listens any more. */
const OF_FAILURE: Readonly<Record<FailureKind, RefusalReason>> = {
  'rate-limited': 'wait',
  overloaded: 'busy',
  authentication: 'nobody',
  'out-of-provider-credit': 'nobody',
  'context-too-long': 'length',
  refused: 'declined',
  malformed: 'broken',
  timeout: 'busy',
  cancelled: 'token',
  network: 'broken',
  unknown: 'broken',
}

/** A refusal in the words that the engine gets; those of a person are only passed on where they speak of credits. */
export function refusal(reason: RefusalReason, says: string = REFUSALS[reason].says): CompletionRefusal {
  return { reason, says }
}

export function refusalOf(stop: CallStop): CompletionRefusal {
  if (stop.kind === 'failed') {
    const { retryAfterMs } = stop.failure
    const refused = refusal(reasonOf(stop.failure))
    return { ...refused, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  const reason = OF_STOP[stop.kind]
  return reason === 'credits' ? refusal(reason, stop.says) : refusal(reason)
}

/** An answer that is cut off every time would be asked for again and again if it passed for a broken one. */
function reasonOf({ kind, fault }: ModelFailure): RefusalReason {
  return kind === 'malformed' && fault === 'request' ? 'cut-off' : OF_FAILURE[kind]
}

/** OpenAI's form of an error, in an answer and in a stream. */
export function errorOf({ reason, says }: CompletionRefusal) {
  const { type, code } = REFUSALS[reason]
  return { error: { message: says, type, param: null, code } }
}

export function refusalResponse(refused: CompletionRefusal): Response {
  const { status, again } = REFUSALS[refused.reason]
  const { retryAfterMs } = refused
  const headers = {
    'x-should-retry': String(again),
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
  }
  return Response.json(errorOf(refused), { status, headers })
}
