import type { FailureKind, ModelFailure } from '../model.ts'

/** What a failed call means for its key: it rests for a while, it is disabled, or it had no part in it. */
export type Consequence =
  | { kind: 'none' }
  | { kind: 'rest'; forMs: number; alert: boolean }
  | { kind: 'disable' }

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
/** A rate limit that names no time. */
const REST_MS = 30 * SECOND_MS
/** An account without credit is looked at again this often. */
const UNPAID_REST_MS = HOUR_MS
/** The longest limits of providers are by the month. */
const REST_MS_MAX = 31 * 24 * HOUR_MS

const NONE = () => ({ kind: 'none' }) as const

const CONSEQUENCES: Readonly<Record<FailureKind, (failure: ModelFailure) => Consequence>> = {
  'rate-limited': ({ retryAfterMs = REST_MS }) => ({
    kind: 'rest',
    forMs: bounded(retryAfterMs),
    alert: false,
  }),
  'out-of-provider-credit': () => ({ kind: 'rest', forMs: UNPAID_REST_MS, alert: true }),
  authentication: () => ({ kind: 'disable' }),
  overloaded: NONE,
  'context-too-long': NONE,
  refused: NONE,
  malformed: NONE,
  timeout: NONE,
  cancelled: NONE,
  network: NONE,
  unknown: NONE,
}

export function consequenceOf(failure: ModelFailure): Consequence {
  return CONSEQUENCES[failure.kind](failure)
}

/** Rows count whole milliseconds: never earlier than the provider asks. */
function bounded(ms: number): number {
  return Math.min(REST_MS_MAX, Math.max(0, Math.ceil(ms)))
}
