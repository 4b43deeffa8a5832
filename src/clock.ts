import { setTimeout } from 'node:timers/promises'

/** The only reader of the time of day, and the only one who waits. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  monotonicMs(): number
  /** Waits; ends early, without complaint, when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
}
