import { z } from 'zod'
import type { ListedPrice } from '../../billing/pricing.ts'
import { done, type Result, refuse } from '../../failure.ts'
import { apiAddress, connection } from './connection.ts'
import { scaledUp } from './decimal.ts'
import { OPENROUTER_ADDRESS, OPENROUTER_PATH } from './openrouter.ts'

const LIMIT_MS = 20_000
const PICO_PLACES = 12

/** Decimal strings of USD a token, a picture or a request; `-1` where the price depends on what is routed to. */
const amount = z.string().optional()
const listSchema = z.object({
  data: z.array(
    z
      .object({
        id: z.string(),
        pricing: z.object({
          prompt: amount,
          completion: amount,
          request: amount,
          image: amount,
          internal_reasoning: amount,
          input_cache_read: amount,
          input_cache_write: amount,
        }),
      })
      .nullable()
      .catch(null),
  ),
})

type Pricing = NonNullable<z.infer<typeof listSchema>['data'][number]>['pricing']

/**
 * The prices of OpenRouter's own list (openrouter.ai/docs/api-reference/list-available-models) for these models, in
 * pico-USD. A model without a plain price, or with one for each request, is left out. Refused when the list cannot be had.
 */
export async function openrouterPrices(
  ids: ReadonlySet<string>,
  baseUrl = OPENROUTER_ADDRESS,
  fetchList: typeof fetch = connection,
): Promise<Result<ListedPrice[], 'unreachable'>> {
  const listed = await fetched(`${apiAddress(baseUrl, OPENROUTER_PATH)}/models`, fetchList)
  if (!listed.success) return refuse('unreachable', 'The price list of OpenRouter cannot be had right now.')
  return done(
    listed.data.data.flatMap(each => {
      if (each === null || !ids.has(each.id)) return []
      const price = priceIn(each.pricing)
      return price ? [{ provider: 'openrouter', model: each.id, ...price }] : []
    }),
  )
}

async function fetched(address: string, fetchList: typeof fetch) {
  const body = await fetchList(address, { signal: AbortSignal.timeout(LIMIT_MS) }).then(
    answer => (answer.ok ? answer.json() : null),
    () => null,
  )
  return listSchema.safeParse(body)
}

function priceIn(pricing: Pricing): Omit<ListedPrice, 'provider' | 'model'> | undefined {
  const of = (text: string | undefined) => scaledUp(text, PICO_PLACES)
  const [inputPicoUsd, outputPicoUsd] = [of(pricing.prompt), of(pricing.completion)]
  const perRequest = pricing.request === undefined ? 0n : of(pricing.request)
  if (inputPicoUsd === undefined || outputPicoUsd === undefined || perRequest !== 0n) return undefined
  return {
    inputPicoUsd,
    cachedPicoUsd: of(pricing.input_cache_read) ?? inputPicoUsd,
    cacheWrittenPicoUsd: atLeast(of(pricing.input_cache_write), inputPicoUsd),
    outputPicoUsd,
    thinkingPicoUsd: atLeast(of(pricing.internal_reasoning), outputPicoUsd),
    imagePicoUsd: of(pricing.image) ?? 0n,
    tiers: [],
  }
}

/** Zero stands for "no price of its own". */
function atLeast(amount: bigint | undefined, floor: bigint): bigint {
  return amount === undefined || amount < floor ? floor : amount
}
