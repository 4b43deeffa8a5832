import { calcPrice, type ModelInfo, type ModelPrice, type PriceCalculation } from '@pydantic/genai-prices'
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
  const [inputPicoUsd, outputPicoUsd] = [perToken(found?.input_mtok), perToken(found?.output_mtok)]
  if (inputPicoUsd === undefined || outputPicoUsd === undefined) return undefined
  const cachedPicoUsd = perToken(found?.cache_read_mtok) ?? inputPicoUsd
  return { provider, model: id, inputPicoUsd, cachedPicoUsd, outputPicoUsd }
}

/**
 * The most tokens that a request to a model may have: its context, or less where prices change above a number of
 * tokens, since one price a token is all that a charge is computed from.
 */
export function contextTokensOf(provider: Provider, id: string): number {
  const model = listing(provider, id, ANY_TIME_MS)?.model
  const tiers = model ? tierStarts(model) : []
  return Math.min(model?.context_window ?? tiers[0] ?? CONTEXT_TOKENS_UNKNOWN, ...tiers)
}

/** The most output tokens that may be asked for, where asking for more is an error. */
export function outputTokensOf(provider: Provider, id: string): number | undefined {
  return OUTPUT_TOKENS.find(limit => limit.provider === provider && limit.ids.test(id))?.max
}

/** Where the catalogue says nothing: what every current large model can read. */
const CONTEXT_TOKENS_UNKNOWN = 128_000

/** A model is the same at any time; only its prices are not. */
const ANY_TIME_MS = 0

/** From ai.google.dev/gemini-api/docs/models; the catalogue does not have them. */
const OUTPUT_TOKENS = [
  { provider: 'google', ids: /^(gemini-(1\.|2\.0-)|gemma-[123])/, max: 8_192 },
  { provider: 'google', ids: /^gemini-/, max: 65_536 },
] as const

const FREE = { inputPicoUsd: 0n, cachedPicoUsd: 0n, outputPicoUsd: 0n }

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

/** USD a million tokens is the same number as millionths of a USD a token: six more places make it pico-USD. */
function perToken(price: ModelPrice[string]): bigint | undefined {
  return scaledUp(typeof price === 'object' ? price.base : price, MEGATOKEN_PLACES)
}

/** Where any price of a model changes, now or later, in tokens of input. */
function tierStarts({ prices }: ModelInfo): number[] {
  const ever = Array.isArray(prices) ? prices.map(each => each.prices) : [prices]
  return ever
    .flatMap(each => Object.values(each))
    .flatMap(price => (typeof price === 'object' ? price.tiers.map(tier => tier.start) : []))
}
