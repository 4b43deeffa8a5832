import type { Rate } from './pricing.ts'
import { chargeFor } from './pricing.ts'

/**
 * What a plan will cost: a range and a hard cap, from the number of its tasks and the prices of the route. The
 * token priors below stand in until finished projects give better ones.
 */
export type Quote = { fromMicro: bigint; toMicro: bigint; capMicro: bigint }

type Prior = { inputTokens: number; outputTokens: number }

/** One try at a task: the Implementer's answer and the Architect's review of it. */
const ATTEMPT: Record<'implement' | 'verify', Prior> = {
  implement: { inputTokens: 4_000, outputTokens: 1_500 },
  verify: { inputTokens: 5_000, outputTokens: 600 },
}
/** What a project costs whatever its tasks: documents, acceptance tests, the verdict on the whole, the README. */
const FIXED: Prior = { inputTokens: 20_000, outputTokens: 8_000 }
/** Tries a task takes when it goes well and when it goes badly; the last of many is written by the stronger model. */
const TRIES_FEW = 1
const TRIES_MANY = 3
/** The cap is this part of the high end, and leaves room above it for the largest hold that a call needs. */
const CAP_PERCENT = 200n
const LARGEST_CALL: Prior = { inputTokens: 60_000, outputTokens: 40_000 }

/** The quote for this many tasks at the rates of the two roles, in micro-credits. */
export function quoteFor(tasks: number, rates: { architect: Rate; implementer: Rate }): Quote {
  const fixed = priceOf(FIXED, rates.architect)
  const review = priceOf(ATTEMPT.verify, rates.architect)
  const attempt = priceOf(ATTEMPT.implement, rates.implementer) + review
  const strong = priceOf(ATTEMPT.implement, rates.architect) + review
  const many = attempt * BigInt(TRIES_MANY - 1) + strong
  const fromMicro = fixed + attempt * BigInt(tasks * TRIES_FEW)
  const toMicro = fixed + many * BigInt(tasks)
  const doubled = (toMicro * CAP_PERCENT) / 100n
  const roomy = toMicro + priceOf(LARGEST_CALL, rates.architect)
  return { fromMicro, toMicro, capMicro: doubled > roomy ? doubled : roomy }
}

function priceOf(prior: Prior, rate: Rate): bigint {
  const plain = { cachedTokens: 0, cacheWrittenTokens: 0, thinkingTokens: 0, images: 0 }
  return chargeFor({ ...prior, ...plain }, rate).micro
}
