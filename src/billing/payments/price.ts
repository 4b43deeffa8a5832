/** Stars come in whole ones; every other currency that is sold in has hundredths. */
const PLACES: Readonly<Record<string, number>> = { xtr: 0 }
const HUNDREDTHS = 2

/** An amount in the smallest unit as a decimal string of the currency: 500 `usd` is `5.00`, 385 `xtr` is `385`. */
export function priceDecimal(amountMinor: bigint, currency: string): string {
  const places = PLACES[currency] ?? HUNDREDTHS
  const digits = amountMinor.toString().padStart(places + 1, '0')
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** And back, in the smallest unit; undefined when it is no amount of the currency. */
export function priceMinor(decimal: string): bigint | undefined {
  const match = /^(\d{1,9})(?:\.(\d{2}))?$/.exec(decimal)
  return match ? BigInt(`${match[1]}${match[2] ?? '00'}`) : undefined
}
