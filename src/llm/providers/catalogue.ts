import { calcPrice, type ModelPrice, type PriceCalculation } from '@pydantic/genai-prices'
import { larger, type Price, type TokenPrices } from '../../billing/money.ts'
import type { ListedPrice } from '../../billing/pricing.ts'
import { scaledUp } from './decimal.ts'
import type { Provider } from './provider.ts'

/**
 * The price of a model in pico-USD a token, from the catalogue that is shipped with @pydantic/genai-prices. Some
 * prices change on a known day, so `nowMs` counts. Undefined when the catalogue knows no price: there is no call then.
 * Local models cost nothing, which is a price.
 */
export function catalogPrice(provider: Provider, id: string, nowMs: number): ListedPrice | undefined {
  if (isFree(provider, id)) return { provider, model: id, ...FREE }
  const found = listing(provider, id, nowMs)?.model_price
  const base = found && tokenPrices(found, price => (typeof price === 'object' ? price.base : price))
  if (!found || !base) return undefined
  const tiers = tierStarts(found).flatMap(start => {
    const prices = tokenPrices(found, price => priceAbove(price, start))
    return prices ? [{ aboveTokens: start, ...prices }] : []
  })
  // Nothing that is listed prices a picture by itself: it is paid as the tokens that it is read as.
  return { provider, model: id, ...base, imagePicoUsd: 0n, tiers }
}

/** The most tokens that a model reads. */
export function contextTokensOf(provider: Provider, id: string): number {
  const known = listing(provider, id, ANY_TIME_MS)?.model.context_window
  return known ?? limitOf(CONTEXT_TOKENS, provider, id) ?? CONTEXT_TOKENS_UNKNOWN
}

/** The most output tokens that may be asked for, where asking for more is an error. */
export function outputTokensOf(provider: Provider, id: string): number | undefined {
  return limitOf(OUTPUT_TOKENS, provider, id)
}

type Limit = { provider: Provider; ids: RegExp; max: number }

function limitOf(limits: readonly Limit[], provider: Provider, id: string): number | undefined {
  return limits.find(limit => limit.provider === provider && limit.ids.test(id))?.max
}

/** Where the catalogue says nothing: what every current large model can read. */
const CONTEXT_TOKENS_UNKNOWN = 128_000

/** A model is the same at any time; only its prices are not. */
const ANY_TIME_MS = 0

/** From ai.google.dev/gemini-api/docs/models; the catalogue does not have them. */
const CONTEXT_TOKENS: readonly Limit[] = [{ provider: 'google', ids: /^gemini-[2-9]/, max: 1_048_576 }]
const OUTPUT_TOKENS: readonly Limit[] = [
  { provider: 'google', ids: /^(gemini-(1\.|2\.0-)|gemma-[123])/, max: 8_192 },
  { provider: 'google', ids: /^gemini-/, max: 65_536 },
]

const FREE: Price = {
  inputPicoUsd: 0n,
  cachedPicoUsd: 0n,
  cacheWrittenPicoUsd: 0n,
  outputPicoUsd: 0n,
  thinkingPicoUsd: 0n,
  imagePicoUsd: 0n,
  tiers: [],
}

/** OpenRouter's ids say so themselves; the catalogue's empty price would also fit a price that nobody entered. */
function isFree(provider: Provider, id: string): boolean {
  return provider === 'local' || (provider === 'openrouter' && id.endsWith(':free'))
}

/** What the catalogue says about exactly this provider: it falls back to others when it does not know a model. */
function listing(provider: Provider, id: string, nowMs: number): PriceCalculation | undefined {
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, id, {
    providerId: provider,
    timestamp: new Date(nowMs),
  })
  return found?.provider.models.includes(found.model) ? found : undefined
}

const MEGATOKEN_PLACES = 6

type CataloguePrice = ModelPrice[string]

/** Undefined without a price for input or output; what has no price of its own is paid as the whole it is part of. */
function tokenPrices(
  found: ModelPrice,
  pick: (price: CataloguePrice) => number | undefined,
): TokenPrices | undefined {
  const of = (name: string) => perToken(pick(found[name]))
  const [inputPicoUsd, outputPicoUsd] = [of('input_mtok'), of('output_mtok')]
  if (inputPicoUsd === undefined || outputPicoUsd === undefined) return undefined
  const written = of('cache_write_mtok') ?? inputPicoUsd
  return {
    inputPicoUsd,
    cachedPicoUsd: of('cache_read_mtok') ?? inputPicoUsd,
    // Some entries list an add-on to the input price, others the whole: writing to a cache is never cheaper than reading.
    cacheWrittenPicoUsd: larger(written, inputPicoUsd),
    outputPicoUsd,
    thinkingPicoUsd: of('output_reasoning_mtok') ?? outputPicoUsd,
  }
}

/** USD a million tokens is the same number as millionths of a USD a token: six more places make it pico-USD. */
function perToken(price: number | undefined): bigint | undefined {
  return scaledUp(price, MEGATOKEN_PLACES)
}

/** Where any price of a model changes, in tokens of input, rising. */
function tierStarts(found: ModelPrice): number[] {
  const starts = Object.values(found).flatMap(price =>
    typeof price === 'object' ? price.tiers.map(tier => tier.start) : [],
  )
  return [...new Set(starts)].sort((one, other) => one - other)
}

function priceAbove(price: CataloguePrice, start: number): number | undefined {
  if (typeof price !== 'object') return price
  return price.tiers.findLast(tier => tier.start <= start)?.price ?? price.base
}
