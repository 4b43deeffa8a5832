import { z } from 'zod'
import { larger, type Price, type TokenPrices } from '../../billing/money.ts'
import type { ListedPrice } from '../../billing/pricing.ts'
import { done, type Result, refuse } from '../../failure.ts'
import { apiAddress, connection } from './connection.ts'
import { PICO_PLACES, scaledUp } from './decimal.ts'
import { OPENROUTER_ADDRESS, OPENROUTER_PATH } from './openrouter.ts'

const LIMIT_MS = 20_000

/**
 * USD a token, a picture or a request, as decimal strings, in pico-USD. What is no amount from zero up makes the whole
 * entry none: `-1` stands for a price that depends on what is routed to.
 */
const amount = z
  .string()
  .transform(text => scaledUp(text, PICO_PLACES))
  .pipe(z.bigint())
  .optional()

const AMOUNTS = {
  prompt: amount,
  completion: amount,
  image: amount,
  internal_reasoning: amount,
  input_cache_read: amount,
  input_cache_write: amount,
}

/** Two lengths of the input and a few hours of the day are what there was. */
const OVERRIDES_MAX = 32

const overrideSchema = z.object({ ...AMOUNTS, min_prompt_tokens: z.number().int().min(0).default(0) })
const pricingSchema = z.object({
  ...AMOUNTS,
  request: amount,
  overrides: z.array(overrideSchema).max(OVERRIDES_MAX).default([]),
})
const listSchema = z.object({
  data: z.array(z.object({ id: z.string(), pricing: pricingSchema }).nullable().catch(null)),
})

type Pricing = z.infer<typeof pricingSchema>
type Override = Pricing['overrides'][number]
type Amounts = { [name in keyof typeof AMOUNTS]?: bigint | undefined }

/**
 * The prices of OpenRouter's own list (openrouter.ai/docs/api-reference/list-available-models) for these models, in
 * pico-USD. A model without a plain price, or with one for each request, is left out. Refused when the list cannot be had.
 */
export async function openrouterPrices(
  ids: ReadonlySet<string>,
  baseUrl = OPENROUTER_ADDRESS,
): Promise<Result<ListedPrice[], 'unreachable'>> {
  const listed = await fetched(`${apiAddress(baseUrl, OPENROUTER_PATH)}/models`)
  if (!listed.success) return refuse('unreachable', 'The price list of OpenRouter cannot be had right now.')
  return done(
    listed.data.data.flatMap(each => {
      if (each === null || !ids.has(each.id)) return []
      const price = priceIn(each.pricing)
      return price ? [{ provider: 'openrouter', model: each.id, ...price }] : []
    }),
  )
}

/** Whatever is no list, be it a page of a proxy, is refused by its shape. */
async function fetched(address: string) {
  const body: unknown = await connection(address, { signal: AbortSignal.timeout(LIMIT_MS) })
    .then(answer => (answer.ok ? answer.json() : null))
    .catch(() => null)
  return listSchema.safeParse(body)
}

function priceIn(pricing: Pricing): Price | undefined {
  if (pricing.request) return undefined
  const at = (inputTokens: number) => tokenPrices(dearest(pricing, inputTokens))
  const base = at(0)
  if (!base) return undefined
  const tiers = tierStarts(pricing).flatMap(start => {
    const prices = at(start)
    return prices ? [{ aboveTokens: start - 1, ...prices }] : []
  })
  return { ...base, imagePicoUsd: dearest(pricing, Number.POSITIVE_INFINITY).image ?? 0n, tiers }
}

/** An override holds from `min_prompt_tokens` on, these included. */
function tierStarts({ overrides }: Pricing): number[] {
  const starts = overrides.map(override => override.min_prompt_tokens).filter(start => start > 0)
  return [...new Set(starts)].sort((one, other) => one - other)
}

/**
 * The dearest amounts that may hold for this much input. Some overrides hold at some hours of the day only; a hold must
 * cover every hour, and what is charged in the end is the cost that OpenRouter names.
 */
function dearest({ overrides, ...base }: Pricing, inputTokens: number): Amounts {
  return overrides
    .filter(override => override.min_prompt_tokens <= inputTokens)
    .reduce((amounts: Amounts, override) => dearer(amounts, override), base)
}

function dearer(one: Amounts, other: Override): Amounts {
  return {
    prompt: dearerOf(one.prompt, other.prompt),
    completion: dearerOf(one.completion, other.completion),
    image: dearerOf(one.image, other.image),
    internal_reasoning: dearerOf(one.internal_reasoning, other.internal_reasoning),
    input_cache_read: dearerOf(one.input_cache_read, other.input_cache_read),
    input_cache_write: dearerOf(one.input_cache_write, other.input_cache_write),
  }
}

function dearerOf(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined || other === undefined ? (one ?? other) : larger(one, other)
}

/** Undefined without a price for input or output. Zero stands for "no price of its own" where a part has one. */
function tokenPrices(amounts: Amounts): TokenPrices | undefined {
  const { prompt, completion } = amounts
  if (prompt === undefined || completion === undefined) return undefined
  return {
    inputPicoUsd: prompt,
    cachedPicoUsd: amounts.input_cache_read || prompt,
    cacheWrittenPicoUsd: larger(amounts.input_cache_write ?? 0n, prompt),
    outputPicoUsd: completion,
    thinkingPicoUsd: larger(amounts.internal_reasoning ?? 0n, completion),
  }
}
