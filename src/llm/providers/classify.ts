import type { FailureKind, Fault, ModelFailure } from '../model.ts'
import { PROVIDER_LABELS, type Provider } from './provider.ts'
import type { Signs } from './signs.ts'

/** One way in which a call brings no answer, and what it means. `says` gets the provider's label and nothing else. */
type Shape = {
  kind: FailureKind
  fault: Fault
  when: (signs: Signs) => boolean
  says: (who: string) => string
  /** Whether the same call may work later. */
  retry: boolean
}

/** What a call without an answer means: the first shape that fits. No word of the provider's own gets into `says`. */
export function classify(provider: Provider, signs: Signs): ModelFailure {
  const { kind, fault, says, retry } = SHAPES.find(shape => shape.when(signs)) ?? UNKNOWN
  const wait = retry && signs.retryAfterMs !== undefined ? { retryAfterMs: signs.retryAfterMs } : {}
  return { kind, fault, says: says(PROVIDER_LABELS[provider]), retry, ...wait }
}

const UNKNOWN: Shape = {
  kind: 'unknown',
  fault: 'provider',
  when: () => true,
  says: who => `${who} failed in a way that is not known here.`,
  retry: true,
}

/** Google, llama.cpp, OpenAI and OpenRouter in mid-stream, Anthropic behind OpenRouter. */
const BROKEN = [
  'UNAVAILABLE',
  'INTERNAL',
  'unavailable_error',
  'server_error',
  'api_error',
  'overloaded_error',
]

/**
 * From the shapes that providers really send to our kinds, most telling first: a code beats prose, prose beats the bare
 * status. Sources: ai.google.dev/gemini-api/docs/troubleshooting and google.rpc.Code; openrouter.ai/docs errors and
 * limits; OpenAI's error codes, which vLLM, llama.cpp and Ollama follow with their own words.
 */
const SHAPES: readonly Shape[] = [
  {
    kind: 'cancelled',
    fault: 'caller',
    when: coded('aborted'),
    says: () => 'The call was stopped.',
    retry: false,
  },
  {
    kind: 'timeout',
    fault: 'provider',
    when: either(
      coded('timed-out', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'DEADLINE_EXCEEDED'),
      status(408, 504, 524),
    ),
    says: who => `${who} took too long to answer.`,
    retry: true,
  },
  {
    kind: 'network',
    fault: 'provider',
    when: coded('unreachable', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'),
    says: who => `${who} could not be reached, or the connection broke.`,
    retry: true,
  },
  {
    kind: 'context-too-long',
    fault: 'request',
    when: either(
      coded('too-long', 'context_length_exceeded', 'exceed_context_size_error', 'string_too_long'),
      status(413),
      tooLongInWords,
    ),
    says: who => `${who} cannot read a request this long with this model. Use a model with a larger context.`,
    retry: false,
  },
  {
    kind: 'refused',
    fault: 'request',
    when: either(
      coded('content-filter', 'content_filter', 'content_policy_violation', 'moderation'),
      prose(/requires moderation|guardrail (blocked|violation)|content (management )?policy/),
    ),
    says: who => `${who} declined to answer because of its content rules. Other words may help.`,
    retry: false,
  },
  {
    // A 402 that says when to come back is a limit on what runs at the same time, not an empty account.
    kind: 'rate-limited',
    fault: 'provider',
    when: signs => signs.status === 402 && signs.retryAfterMs !== undefined,
    says: tooMany,
    retry: true,
  },
  {
    kind: 'out-of-provider-credit',
    fault: 'operator',
    when: either(
      coded(
        'insufficient_quota',
        'billing_hard_limit_reached',
        'openrouter_credits',
        'openrouter_key_limit',
        'openrouter_guardrail_budget',
        'openrouter_workspace_budget',
      ),
      status(402),
      prose(/insufficient (credits|funds|balance)|key limit exceeded|credits are depleted|enable billing/),
    ),
    says: who => `${who} has no credit left for this key. Top it up there, or use another key.`,
    retry: false,
  },
  {
    kind: 'authentication',
    fault: 'operator',
    when: either(
      coded('API_KEY_INVALID', 'API_KEY_EXPIRED', 'UNAUTHENTICATED', 'PERMISSION_DENIED', 'invalid_api_key'),
      status(401, 403),
    ),
    says: who => `${who} does not accept the key. Check it in the settings.`,
    retry: false,
  },
  {
    kind: 'rate-limited',
    fault: 'provider',
    when: either(coded('RESOURCE_EXHAUSTED', 'rate_limit_exceeded'), status(429)),
    says: tooMany,
    retry: true,
  },
  {
    kind: 'overloaded',
    fault: 'provider',
    when: either(coded(...BROKEN), status(499), failing),
    says: who => `${who} is overloaded or out of order right now.`,
    retry: true,
  },
  {
    kind: 'malformed',
    fault: 'request',
    when: coded('unread-media'),
    says: who =>
      `${who} cannot read this kind of attachment with this model. Say it in words, or use another model.`,
    retry: false,
  },
  {
    kind: 'malformed',
    fault: 'request',
    when: coded('cut-off'),
    says: () =>
      'The answer of the model was cut off: it is longer than allowed. A smaller task or another model may help.',
    retry: false,
  },
  {
    kind: 'malformed',
    fault: 'provider',
    when: coded('empty'),
    says: who => `${who} gave an empty answer.`,
    retry: true,
  },
  {
    kind: 'malformed',
    fault: 'provider',
    when: coded('unfinished', 'unreadable'),
    says: who => `${who} gave an answer that cannot be read.`,
    retry: true,
  },
  {
    kind: 'unknown',
    fault: 'operator',
    when: either(status(404), coded('model_not_found', 'NOT_FOUND'), prose(/not a valid model/)),
    says: who => `${who} does not know this model. Check its name in the settings.`,
    retry: false,
  },
  {
    kind: 'unknown',
    fault: 'request',
    when: ({ status }) => status !== undefined && status >= 400 && status < 500,
    says: who => `${who} did not accept the request. Another model may.`,
    retry: false,
  },
]

function tooMany(who: string): string {
  return `${who} gets too many requests at once with this key.`
}

function coded(...codes: readonly string[]): Shape['when'] {
  return signs => signs.codes.some(code => codes.includes(code))
}

function status(...statuses: readonly number[]): Shape['when'] {
  return signs => signs.status !== undefined && statuses.includes(signs.status)
}

function prose(pattern: RegExp): Shape['when'] {
  return signs => pattern.test(signs.prose)
}

/** Only where the request itself is rejected: a limit of tokens a minute speaks of too many tokens as well. */
function tooLongInWords({ status, prose }: Signs): boolean {
  return (status === 400 || status === 422) && TOO_LONG.test(prose)
}

const TOO_LONG =
  /context (length|size|window)|input token count .{0,80}exceeds|prompt is too long|too many (input )?tokens/

function failing(signs: Signs): boolean {
  return signs.status !== undefined && signs.status >= 500
}

function either(...conditions: readonly Shape['when'][]): Shape['when'] {
  return signs => conditions.some(condition => condition(signs))
}
