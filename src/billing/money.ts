import { invariant } from '../failure.ts'

/**
 * Money is integers. Prices are pico-USD a token (10⁻¹² USD), credits are micro-credits (10⁻⁶ credit).
 * A charge rounds once, up, to a micro-credit; everything else is exact.
 */

export const MICRO_PER_CREDIT = 1_000_000n
const PICO_PER_USD = 1_000_000_000_000n
const DECIMAL_PLACES = 6

/**
 * Token counts of one call. `inputTokens` includes `cachedTokens` (read from the provider's cache) and
 * `cacheWrittenTokens` (put into it); `outputTokens` includes `thinkingTokens`. `images` counts pictures in the input.
 */
export type Usage = {
  inputTokens: number
  cachedTokens: number
  cacheWrittenTokens: number
  outputTokens: number
  thinkingTokens: number
  images: number
}

/** Prices of one model, in pico-USD a token, and for a picture where one is billed apart. */
export type TokenPrices = {
  inputPicoUsd: bigint
  cachedPicoUsd: bigint
  cacheWrittenPicoUsd: bigint
  outputPicoUsd: bigint
  thinkingPicoUsd: bigint
}

/**
 * The price of a model. Where it changes with the length of the input, each tier names the prices that hold for the
 * whole call as soon as its input has more tokens than `aboveTokens`; tiers are in rising order.
 */
export type Price = TokenPrices & {
  imagePicoUsd: bigint
  tiers: readonly (TokenPrices & { aboveTokens: number })[]
}

/** What turns a provider's cost into credits: the value of a credit in pico-USD and the markup in millionths. */
export type Markup = { creditPicoUsd: bigint; markupMillionths: bigint }

/** Reads a decimal such as `1.5` with at most six places as an integer of millionths. Throws on anything else. */
export function millionths(decimal: string): bigint {
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?$/.exec(decimal)
  invariant(match !== null, `"${decimal}" is no decimal number with at most ${DECIMAL_PLACES} places`)
  const [, whole = '0', fraction = ''] = match
  return BigInt(whole) * MICRO_PER_CREDIT + BigInt(fraction.padEnd(DECIMAL_PLACES, '0'))
}

/** The markup of an installation, from the decimals of its settings. A credit must be worth something. */
export function markupOf(creditValueUsd: string, markupFactor: string): Markup {
  const creditPicoUsd = millionths(creditValueUsd) * (PICO_PER_USD / MICRO_PER_CREDIT)
  invariant(creditPicoUsd > 0n, 'PLATFORM_CREDIT_VALUE_USD must be above zero')
  return { creditPicoUsd, markupMillionths: millionths(markupFactor) }
}

/**
 * What the provider charges for a usage, in pico-USD. Tokens read from a cache, written to it, or spent on thinking are
 * part of their totals and are paid once, at their own price.
 */
export function costPicoUsd(usage: Usage, price: Price): bigint {
  const { inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images } = usage
  const counts = [inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images]
  invariant(counts.every(isCount), 'tokens and images are counted in whole numbers from zero up')
  invariant(cachedTokens + cacheWrittenTokens <= inputTokens, 'cached tokens are part of the input tokens')
  invariant(thinkingTokens <= outputTokens, 'thinking tokens are part of the output tokens')
  const at = pricesAt(price, inputTokens)
  return (
    BigInt(inputTokens - cachedTokens - cacheWrittenTokens) * at.inputPicoUsd +
    BigInt(cachedTokens) * at.cachedPicoUsd +
    BigInt(cacheWrittenTokens) * at.cacheWrittenPicoUsd +
    BigInt(outputTokens - thinkingTokens) * at.outputPicoUsd +
    BigInt(thinkingTokens) * at.thinkingPicoUsd +
    BigInt(images) * price.imagePicoUsd
  )
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0
}

/** The prices that hold for a call with this much input: those of the highest tier that it is above. */
function pricesAt(price: Price, inputTokens: number): TokenPrices {
  return price.tiers.findLast(tier => inputTokens > tier.aboveTokens) ?? price
}

/**
 * The most that a call within these bounds can cost, in pico-USD: whatever part of its tokens is cached or thought, and
 * whatever tier its real input falls into.
 */
export function worstPicoUsd(
  bound: { inputTokens: number; outputTokens: number; images: number },
  price: Price,
): bigint {
  const reachable = [price, ...price.tiers.filter(tier => bound.inputTokens > tier.aboveTokens)]
  const dearest = (of: (prices: TokenPrices) => readonly bigint[]) => reachable.flatMap(of).reduce(larger, 0n)
  return (
    BigInt(bound.inputTokens) *
      dearest(each => [each.inputPicoUsd, each.cachedPicoUsd, each.cacheWrittenPicoUsd]) +
    BigInt(bound.outputTokens) * dearest(each => [each.outputPicoUsd, each.thinkingPicoUsd]) +
    BigInt(bound.images) * price.imagePicoUsd
  )
}

/** The smaller of two amounts. */
export function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

/** The larger of two amounts, which Math.max cannot say of big integers. */
export function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}

/**
 * Credits for a provider's cost: cost / credit value × markup (real cost / PLATFORM_CREDIT_VALUE_USD ×
 * MARKUP_FACTOR), rounded up to a micro-credit so that no call above zero is free.
 */
export function chargeMicro(picoUsd: bigint, markup: Markup): bigint {
  invariant(picoUsd >= 0n, 'a call costs nothing or more')
  return ceilDivide(picoUsd * markup.markupMillionths, markup.creditPicoUsd)
}

/** A quotient rounded up, of what is not negative. */
export function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

/** Micro-credits as an exact decimal string of credits, for JSON: `12.345678`. */
export function credits(micro: bigint): string {
  return decimal(micro, DECIMAL_PLACES)
}

/** Pico-USD as an exact decimal string of dollars, for JSON. */
export function usd(pico: bigint): string {
  return decimal(pico, 12)
}

function decimal(amount: bigint, places: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return `${sign}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`
}

/** Pico-USD for people: cents, or as many places as it takes to not show a cost as nothing. */
export function usdShown(pico: bigint): string {
  const exact = Number(pico) / Number(PICO_PER_USD)
  const sign = exact < 0 ? '-' : ''
  const size = Math.abs(exact)
  return `${sign}$${size === 0 || size >= 0.01 ? size.toFixed(2) : Number(size.toPrecision(1)).toFixed(12).replace(/0+$/, '')}`
}

/** Micro-credits for people: two places, or as many as it takes to not show a charge as nothing. */
export function creditsShown(micro: bigint): string {
  const exact = Number(micro) / Number(MICRO_PER_CREDIT)
  if (exact === 0) return '0'
  return Math.abs(exact) < 0.01 ? exact.toPrecision(1) : exact.toFixed(2)
}
