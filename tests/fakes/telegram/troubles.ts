import type { Clock } from '../../../src/clock.ts'
import type { KnownMethod } from './methods.ts'
import { Refused } from './refused.ts'

/** What may befall a request, whatever it asks for. */
export type Trouble =
  /** Not before so many seconds; who comes earlier is complained about. */
  | { kind: 'too-many'; retryAfter: number }
  | { kind: 'blocked' }
  | { kind: 'server-error'; status: 500 | 502 }
  /** The connection breaks before anything was done, or after it was. */
  | { kind: 'cut'; when: 'before' | 'after' }

export type Troubles = {
  /** The next requests for a method meet these, one each; none of these, and none that were ordered are left. */
  order(method: KnownMethod, ...troubles: Trouble[]): void
  next(method: string): Trouble | undefined
  /** Refuses a request that was told to wait for longer. */
  checkPatience(method: string): void
}

export function openTroubles(clock: Clock): Troubles {
  const ordered = new Map<string, Trouble[]>()
  const notBeforeMs = new Map<string, number>()
  return {
    order: (method, ...troubles) => {
      ordered.set(method, troubles.length > 0 ? [...(ordered.get(method) ?? []), ...troubles] : [])
    },
    next: method => {
      const trouble = ordered.get(method)?.shift()
      if (trouble?.kind === 'too-many') notBeforeMs.set(method, clock.nowMs() + trouble.retryAfter * 1_000)
      return trouble
    },
    checkPatience: method => {
      const leftMs = (notBeforeMs.get(method) ?? 0) - clock.nowMs()
      if (leftMs > 0) throw tooMany(Math.ceil(leftMs / 1_000), 'bot')
    },
  }
}

export function tooMany(seconds: number, fault: 'bot' | 'luck'): Refused {
  return new Refused(429, `Too Many Requests: retry after ${seconds}`, fault, seconds)
}
