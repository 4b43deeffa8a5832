/** Decimal places of a pico-USD. */
export const PICO_PLACES = 12

const DECIMAL = /^(\d{1,30})(?:\.(\d{1,30}))?(?:e([+-]?\d{1,2}))?$/i
/** Far above any price or bill, far below what would make a big integer slow. */
const PLACES_MAX = 60

/**
 * A decimal in units of 10^-places, rounded up to a whole unit; undefined for what is no number from zero up.
 * A JSON number is read by its shortest notation, which gives the digits back as they were sent (ECMA-262
 * Number::toString), so 0.1 is one tenth and no float enters the sum.
 */
export function scaledUp(decimal: unknown, places: number): bigint | undefined {
  if (typeof decimal !== 'number' && typeof decimal !== 'string') return undefined
  const match = DECIMAL.exec(String(decimal).trim())
  if (match === null) return undefined
  const [, whole = '0', fraction = '', exponent = '0'] = match
  const shift = places + Number(exponent) - fraction.length
  return Math.abs(shift) > PLACES_MAX ? undefined : shifted(BigInt(whole + fraction), shift)
}

function shifted(digits: bigint, by: number): bigint {
  if (by >= 0) return digits * 10n ** BigInt(by)
  const divisor = 10n ** BigInt(-by)
  return (digits + divisor - 1n) / divisor
}
