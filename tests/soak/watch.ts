import type { KeyPool } from '../../src/llm/keys/pool.ts'

/** What a pool did, in order. `untilMs` is when a key may be used again at the earliest; never, for one that was refused. */
type Event =
  | { kind: 'lent'; keyId: string; atMs: number }
  | { kind: 'heeded'; keyId: string; untilMs: number }

export type Watched = {
  pool: KeyPool
  /** Keys that were lent although the pool had been told to leave them alone. */
  wrongly(): string[]
  lent(): number
  heeded(): number
}

/** A pool whose leases and consequences are written down from outside, by the failure itself and not by its word. */
export function watched(pool: KeyPool): Watched {
  const events: Event[] = []
  const count = (kind: Event['kind']) => events.filter(each => each.kind === kind).length
  return {
    pool: {
      lease: async (tx, provider, except) => {
        const lent = await pool.lease(tx, provider, except)
        if (lent.ok) events.push({ kind: 'lent', keyId: lent.value.id, atMs: Date.now() })
        return lent
      },
      heed: async (keyId, failure) => {
        const fromMs = Date.now()
        await pool.heed(keyId, failure)
        if (failure.kind === 'rate-limited')
          events.push({ kind: 'heeded', keyId, untilMs: fromMs + (failure.retryAfterMs ?? 0) })
        if (failure.kind === 'authentication')
          events.push({ kind: 'heeded', keyId, untilMs: Number.POSITIVE_INFINITY })
      },
    },
    wrongly: () => wrongly(events),
    lent: () => count('lent'),
    heeded: () => count('heeded'),
  }
}

function wrongly(events: readonly Event[]): string[] {
  const rests = new Map<string, number>()
  const found: string[] = []
  for (const event of events) {
    const untilMs = rests.get(event.keyId) ?? 0
    if (event.kind === 'heeded') rests.set(event.keyId, Math.max(untilMs, event.untilMs))
    else if (event.atMs < untilMs)
      found.push(`key ${event.keyId} was lent ${untilMs - event.atMs} ms too early`)
  }
  return found
}
