import { z } from 'zod'
import type { Price, TokenPrices } from './money.ts'

/** Prices as JSON, which has no big integers: amounts are decimal strings of pico-USD. */

/** A missing price is not a price of zero. */
const amount = z.string().regex(/^\d+$/).transform(BigInt)

/** Older rates know three prices: what is written to a cache was paid as input, thinking as output. */
const tokenPrices = z
  .object({
    inputPicoUsd: amount,
    cachedPicoUsd: amount,
    outputPicoUsd: amount,
    cacheWrittenPicoUsd: amount.optional(),
    thinkingPicoUsd: amount.optional(),
  })
  .transform(
    (prices): TokenPrices => ({
      ...prices,
      cacheWrittenPicoUsd: prices.cacheWrittenPicoUsd ?? prices.inputPicoUsd,
      thinkingPicoUsd: prices.thinkingPicoUsd ?? prices.outputPicoUsd,
    }),
  )

const tiersSchema = z.array(z.intersection(z.object({ aboveTokens: z.number().int().min(0) }), tokenPrices))

const priceSchema = z.intersection(
  z.object({ imagePicoUsd: amount.default(0n), tiers: tiersSchema.default([]) }),
  tokenPrices,
)

export function priceToJson(price: Price) {
  return {
    ...tokensToJson(price),
    imagePicoUsd: `${price.imagePicoUsd}`,
    tiers: price.tiers.map(tier => ({ aboveTokens: tier.aboveTokens, ...tokensToJson(tier) })),
  }
}

/** Undefined when it is no price. */
export function priceFromJson(json: unknown): Price | undefined {
  return priceSchema.safeParse(json).data
}

/** Throws on tiers that were not written here. */
export function tiersFromJson(json: unknown): Price['tiers'] {
  return tiersSchema.parse(json)
}

export function samePrice(one: Price, other: Price): boolean {
  return JSON.stringify(priceToJson(one)) === JSON.stringify(priceToJson(other))
}

function tokensToJson(prices: TokenPrices): Record<keyof TokenPrices, string> {
  return {
    inputPicoUsd: `${prices.inputPicoUsd}`,
    cachedPicoUsd: `${prices.cachedPicoUsd}`,
    cacheWrittenPicoUsd: `${prices.cacheWrittenPicoUsd}`,
    outputPicoUsd: `${prices.outputPicoUsd}`,
    thinkingPicoUsd: `${prices.thinkingPicoUsd}`,
  }
}
