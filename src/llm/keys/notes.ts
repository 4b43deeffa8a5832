import type { Clock } from '../../clock.ts'

/**
 * What this process knows of keys before the database shows it to everyone: a transaction may look at an older state,
 * and a row that others hold is lent without a mark.
 */
export type Notes = {
  /** From now on the key rests until then; never for less than it does already. */
  rest(id: string, untilMs: number): void
  restsUntilMs(id: string): number
  /** The keys that rest now. */
  resting(): string[]
  lend(id: string): void
  /** Those that were lent the longest ago first, here or, as their rows say, elsewhere. */
  inTurn<Row extends Used>(rows: readonly Row[]): Row[]
}

type Used = { id: string; lastUsedAt: Date | null }

/** Bounded by the number of keys there are. */
export function openNotes(clock: Clock): Notes {
  const rests = new Map<string, number>()
  const lentMs = new Map<string, number>()
  let lastMs = 0
  const restsUntilMs = (id: string) => rests.get(id) ?? 0
  return {
    rest: (id, untilMs) => {
      rests.set(id, Math.max(untilMs, restsUntilMs(id)))
    },
    restsUntilMs,
    resting: () => {
      const nowMs = clock.nowMs()
      for (const [id, untilMs] of rests) if (untilMs <= nowMs) rests.delete(id)
      return [...rests.keys()]
    },
    lend: id => {
      // Two in one millisecond still come one after the other.
      lastMs = Math.max(clock.nowMs(), lastMs + 1)
      lentMs.set(id, lastMs)
    },
    inTurn: rows => {
      const usedMs = ({ id, lastUsedAt }: Used) => Math.max(lentMs.get(id) ?? 0, lastUsedAt?.getTime() ?? 0)
      return rows.toSorted((one, other) => usedMs(one) - usedMs(other))
    },
  }
}
