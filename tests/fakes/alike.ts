import type { FailureKind, ModelFailure } from '../../src/llm/model.ts'
import type { Provider } from '../../src/llm/providers/provider.ts'
import { localError, openrouterError } from './chat.ts'
import { googleError } from './google.ts'
import { RIG, SECRET } from './rig.ts'
import type { Manner, Reply } from './server.ts'

/** The ways to fail in which providers do not differ: limits told in headers, time, the caller, and the network. */

/** A way to fail: what the server and the caller do, and what must be heard of it beside the kind. */
export type Failing = {
  /** Absent: nobody listens. */
  manner?: Manner
  expected?: Partial<ModelFailure>
  signal?: () => AbortSignal
  /** The caller stops as soon as the first text is told. */
  stopsAtText?: boolean
  idleMs?: number
}

/** A path as local servers show it. */
export const PATH = '/srv/models/secret.gguf'
/** What providers really put into their messages, and nobody should read: keys, paths, hosts. */
export const LEAK = `key ${SECRET} of https://host.example/x?key=${SECRET} at ${PATH}`

/** Long enough that the middle of the stream is in the middle of the text. */
const TEXT = 'Hello, world. '.repeat(300)

type Headers = Record<string, string>

const LIMITED: Readonly<Record<Provider, (headers: Headers) => Reply>> = {
  google: headers => googleError(429, 'RESOURCE_EXHAUSTED', LEAK, undefined, { headers }),
  openrouter: headers => openrouterError(429, LEAK, undefined, { headers }),
  local: headers => localError(429, LEAK, 'rate_limit_exceeded', headers),
}

const AT_NOON = 'Sun, 22 Nov 2026 12:00:00 GMT'
const A_MINUTE_LATER = 'Sun, 22 Nov 2026 12:01:00 GMT'

const WAITS: readonly { headers: Headers; retryAfterMs: number }[] = [
  { headers: { 'retry-after': '7' }, retryAfterMs: 7_000 },
  { headers: { date: AT_NOON, 'retry-after': A_MINUTE_LATER }, retryAfterMs: 60_000 },
  { headers: { 'retry-after-ms': '250', 'retry-after': '1' }, retryAfterMs: 250 },
]

export type Alike = 'rate-limited' | 'timeout' | 'cancelled' | 'network'

export function alike(provider: Provider): Record<Extract<FailureKind, Alike>, readonly Failing[]> {
  const reply = RIG[provider].answer(TEXT)
  const half: Manner = { kind: 'begin-and-hang', reply }
  return {
    'rate-limited': WAITS.map(({ headers, retryAfterMs }) => ({
      manner: { kind: 'reply', reply: LIMITED[provider](headers) },
      expected: { retry: true, retryAfterMs },
    })),
    timeout: [
      { manner: { kind: 'hang' }, signal: () => AbortSignal.timeout(30) },
      { manner: half, signal: () => AbortSignal.timeout(30) },
      { manner: half, idleMs: 50 },
      { manner: { kind: 'drip', reply, gapMs: 400 }, idleMs: 50 },
    ],
    cancelled: [
      { manner: { kind: 'hang' }, signal: () => AbortSignal.abort() },
      { manner: half, stopsAtText: true },
    ],
    network: [{}, { manner: { kind: 'break', reply } }, { manner: { kind: 'break-off' } }],
  }
}
