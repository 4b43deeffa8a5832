/** The only reader of the time of day. */
export type Clock = {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}
