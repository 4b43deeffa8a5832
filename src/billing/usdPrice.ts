import { done, type Result, refuse } from '../failure.ts'
import { millionths, type Price, usd } from './money.ts'

/** A price as an operator says it: decimals of USD per million tokens, and USD for a picture. What is left out costs what its whole costs. */
export type UsdPrice = {
  input: string
  output: string
  cached?: string | undefined
  cacheWrite?: string | undefined
  thinking?: string | undefined
  image?: string | undefined
}

/** More than a hundred times the dearest model there was; above it somebody forgot the point. */
const USD_MAX = 100_000
const DECIMAL = /^\d{1,9}(\.\d{1,6})?$/
const PICO_PER_MICRO = 1_000_000n

/** The price in pico-USD a token. A dollar per million tokens is a millionth of a dollar a token. */
export function priceFromUsd(said: UsdPrice): Result<Price, 'amount'> {
  for (const [name, text] of Object.entries(said)) {
    if (text !== undefined && !isAmount(text))
      return refuse(
        'amount',
        `"${text}" is no price for ${name}: write USD from 0 to ${USD_MAX} with at most 6 places, for instance 1.25.`,
      )
  }
  const [inputPicoUsd, outputPicoUsd] = [millionths(said.input), millionths(said.output)]
  return done({
    inputPicoUsd,
    cachedPicoUsd: millionths(said.cached ?? said.input),
    cacheWrittenPicoUsd: millionths(said.cacheWrite ?? said.input),
    outputPicoUsd,
    thinkingPicoUsd: millionths(said.thinking ?? said.output),
    imagePicoUsd: millionths(said.image ?? '0') * PICO_PER_MICRO,
    tiers: [],
  })
}

function isAmount(text: string): boolean {
  return DECIMAL.test(text) && Number(text) <= USD_MAX
}

const TOKENS = 1_000_000n

/** A price as it is shown: exact decimals of USD per million tokens. */
export function usdPrice(price: Price) {
  return {
    inputUsdPerMillion: usd(price.inputPicoUsd * TOKENS),
    cachedUsdPerMillion: usd(price.cachedPicoUsd * TOKENS),
    cacheWriteUsdPerMillion: usd(price.cacheWrittenPicoUsd * TOKENS),
    outputUsdPerMillion: usd(price.outputPicoUsd * TOKENS),
    thinkingUsdPerMillion: usd(price.thinkingPicoUsd * TOKENS),
    imageUsd: usd(price.imagePicoUsd),
    tiers: price.tiers.map(tier => ({
      aboveTokens: tier.aboveTokens,
      inputUsdPerMillion: usd(tier.inputPicoUsd * TOKENS),
      outputUsdPerMillion: usd(tier.outputPicoUsd * TOKENS),
    })),
  }
}
