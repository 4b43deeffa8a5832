import type { Clock } from '../../../src/clock.ts'

/** A clock that stands still until a test moves it. */
export type HandClock = Clock & {
  /** Goes on by so much, and wakes whoever has waited long enough. */
  move(ms: number): void
  /** As soon as somebody waits for exactly so long, goes on by it. */
  pass(ms: number): Promise<void>
}

const START_MS = 1_800_000_000_000

type Sleeper = { forMs: number; untilMs: number; wake: () => void }

export function handClock(): HandClock {
  let nowMs = START_MS
  const sleepers = new Set<Sleeper>()
  let fallenAsleep = Promise.withResolvers<void>()
  const move = (ms: number) => {
    nowMs += ms
    const due = [...sleepers].filter(({ untilMs }) => untilMs <= nowMs)
    for (const sleeper of due.sort((one, other) => one.untilMs - other.untilMs)) sleeper.wake()
  }
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    wait: (forMs, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve()
        const wake = () => {
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { forMs, untilMs: nowMs + forMs, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', wake)
        fallenAsleep.resolve()
        fallenAsleep = Promise.withResolvers()
      }),
    move,
    pass: async ms => {
      while (![...sleepers].some(({ forMs }) => forMs === ms)) await fallenAsleep.promise
      move(ms)
    },
  }
}
