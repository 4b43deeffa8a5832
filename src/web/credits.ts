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

/** For the eye: `"1234.500000"` as `1,234.50`, and never "0" for what did cost something. */
export function showCredits(credits: string): string {
  const micro = microOf(credits)
  if (micro === 0) return '0'
  if (micro > 0 && micro < MICRO / 100) return '< 0.01'
  const minimumFractionDigits = micro % MICRO === 0 ? 0 : 2
  return (micro / MICRO).toLocaleString('en', { minimumFractionDigits, maximumFractionDigits: 2 })
}

/** How much of `whole` is used, from 0 to 1; nothing of nothing is 0. */
export function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, part / whole))
}

/** A change of the balance: always with its sign, and with as many places as it has where it is small. */
export function showChange(credits: string): string {
  const micro = microOf(credits)
  const size = Math.abs(micro)
  const small = size > 0 && size < MICRO / 100
  const minimumFractionDigits = size % MICRO === 0 ? 0 : 2
  const shown = (size / MICRO).toLocaleString('en', {
    minimumFractionDigits,
    maximumFractionDigits: small ? 6 : 2,
  })
  if (micro === 0) return shown
  return `${micro < 0 ? '−' : '+'}${shown}`
}

/** Micro-credits as the decimal string that they arrived as. */
export function decimalOf(micro: number): string {
  return (micro / MICRO).toFixed(6)
}
