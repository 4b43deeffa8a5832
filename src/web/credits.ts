/** Amounts arrive as decimal strings of credits with at most six places; sums are exact, rounding is for the eye only. */

const MICRO = 1_000_000

/** `"12.5"` as 12,500,000 micro-credits. */
export function microOf(credits: string): number {
  return Math.round(Number(credits) * MICRO)
}

/** The exact sum of amounts, as micro-credits. */
export function sumMicro(amounts: readonly string[]): number {
  return amounts.reduce((sum, amount) => sum + microOf(amount), 0)
}

/** Micro-credits for the eye: two places, and never "0" for what did cost something. */
export function showMicro(micro: number): string {
  if (micro === 0) return '0'
  if (micro > 0 && micro < MICRO / 100) return '< 0.01'
  const minimumFractionDigits = micro % MICRO === 0 ? 0 : 2
  return (micro / MICRO).toLocaleString('en', { minimumFractionDigits, maximumFractionDigits: 2 })
}

/** `"1234.500000"` as `1,234.50`. */
export function showCredits(credits: string): string {
  return showMicro(microOf(credits))
}

/** How much of `whole` is used, from 0 to 1; nothing of nothing is 0. */
export function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole))
}
