import { invariant } from '../failure.ts'
import { emptyHistory, type Finished, type History, type Used, type Uses } from './history.ts'
import { ceilDivide, larger } from './money.ts'
import { chargeFor, type Rate } from './pricing.ts'

/**
 * What a plan will cost: half of such projects cost at most `fromMicro`, nine in ten at most `toMicro`, and none is ever
 * charged more than `capMicro`. `basis` says how many finished projects that rests on.
 */
export type Quote = { fromMicro: bigint; toMicro: bigint; capMicro: bigint; basis: { projects: number } }

type Rates = { architect: Rate; implementer: Rate }

const LOW_PERCENT = 50n
const HIGH_PERCENT = 90n
/** The cap is this part of the high end, and leaves room above it for the largest hold that a call needs. */
const CAP_PERCENT = 200n
const LARGEST_CALL: Prior = { inputTokens: 60_000, outputTokens: 40_000 }

/**
 * The quote for this many tasks at the rates of the two roles, in micro-credits: what each finished project would have
 * cost with so many tasks at these rates, beside as many made-up ones as are missing to a history.
 */
export function quoteFor(tasks: number, rates: Rates, history: History = emptyHistory): Quote {
  const telling = history.filter(each => each.tasks > 0)
  const costs = [
    ...telling.map(each => costOf(each, tasks, rates)),
    ...thinned(priorCosts(tasks, rates), telling.length),
  ].sort((one, other) => Number(one - other))
  const toMicro = quantile(costs, HIGH_PERCENT)
  return {
    fromMicro: quantile(costs, LOW_PERCENT),
    toMicro,
    capMicro: capOver(toMicro, rates),
    basis: { projects: telling.length },
  }
}

function capOver(toMicro: bigint, { architect }: Rates): bigint {
  return larger((toMicro * CAP_PERCENT) / 100n, toMicro + priceOf(LARGEST_CALL, architect))
}

/**
 * The cost that this percentage of projects stays at or below, from costs in rising order. Its rank among n of them is
 * p·(n + 1), between two it is on the line between them (type 6 of Hyndman and Fan), rounded up: the next project of the
 * same kind is then at or below it with the chance of p itself, where type 7 promises too much for few projects (86 % for
 * 90 % of 20). It is never above the second largest, so that one freak says nothing.
 */
function quantile(costs: readonly bigint[], percent: bigint): bigint {
  const count = BigInt(costs.length)
  const rank = percent * (count + 1n)
  const last = (count - 1n) * 100n
  const [at, part] = rank < last ? [rank / 100n, rank % 100n] : [last / 100n, 0n]
  const [below, above] = [costs[Number(at) - 1], costs[Number(at)]]
  invariant(below !== undefined && above !== undefined, 'a quantile is taken of two costs or more')
  return below + ceilDivide((above - below) * part, 100n)
}

function costOf({ fixed, onTasks, tasks }: Finished, wanted: number, rates: Rates): bigint {
  return priceOfAll(fixed, rates) + ceilDivide(priceOfAll(onTasks, rates) * BigInt(wanted), BigInt(tasks))
}

function priceOfAll({ architect, implementer }: Uses, rates: Rates): bigint {
  return priceOfUsed(architect, rates.architect) + priceOfUsed(implementer, rates.implementer)
}

/** Where a price changes with the length of the input, that of the average call decides for all of them. */
function priceOfUsed({ calls, ...usage }: Used, rate: Rate): bigint {
  const tier = rate.tiers.findLast(({ aboveTokens }) => usage.inputTokens > aboveTokens * calls)
  return chargeFor(usage, { ...rate, ...tier, tiers: [] }).micro
}

type Prior = { inputTokens: number; outputTokens: number }

/** One try at a task: the Implementer's answer and the Architect's review of it. */
const ATTEMPT: Record<'implement' | 'verify', Prior> = {
  implement: { inputTokens: 4_000, outputTokens: 1_500 },
  verify: { inputTokens: 5_000, outputTokens: 600 },
}
/** What a project costs whatever its tasks: documents, acceptance tests, the verdict on the whole, the README. */
const FIXED: Prior = { inputTokens: 20_000, outputTokens: 8_000 }
/** Tries a task takes when it goes badly; the last of them is written by the stronger model. */
const TRIES_MANY = 3n

/** So many projects are made up where there is no history, and none beside so many that are real. */
const PRIOR_PROJECTS = 11
const REAL_PROJECTS = 20
/** Where among them stand the low end of the range (one try a task) and its high end: the middle, and the last but one. */
const LOW_AT = 5
const HIGH_AT = 9

/**
 * Made-up projects, the cheapest first: the range of the priors is their own, as `quantile` finds it. They go on beyond
 * it, at the same pace above; below, down to half.
 */
function priorCosts(tasks: number, rates: Rates): bigint[] {
  const [low, high] = priorRange(BigInt(tasks), rates)
  return Array.from({ length: PRIOR_PROJECTS }, (_, at) =>
    at < LOW_AT
      ? (low * BigInt(LOW_AT + at)) / BigInt(2 * LOW_AT)
      : low + ((high - low) * BigInt(at - LOW_AT)) / BigInt(HIGH_AT - LOW_AT),
  )
}

function priorRange(tasks: bigint, rates: Rates): [bigint, bigint] {
  const fixed = priceOf(FIXED, rates.architect)
  const review = priceOf(ATTEMPT.verify, rates.architect)
  const attempt = priceOf(ATTEMPT.implement, rates.implementer) + review
  const strong = priceOf(ATTEMPT.implement, rates.architect) + review
  return [fixed + attempt * tasks, fixed + (attempt * (TRIES_MANY - 1n) + strong) * tasks]
}

/** Evenly fewer of the made-up projects, the more real ones there are. */
function thinned(costs: readonly bigint[], real: number): bigint[] {
  const kept = Math.max(0, Math.floor((costs.length * (REAL_PROJECTS - real)) / REAL_PROJECTS))
  const keptBefore = (at: number) => Math.floor((at * kept + LOW_AT) / costs.length)
  return costs.filter((_, at) => keptBefore(at + 1) > keptBefore(at))
}

function priceOf(prior: Prior, rate: Rate): bigint {
  const plain = { cachedTokens: 0, cacheWrittenTokens: 0, thinkingTokens: 0, images: 0 }
  return chargeFor({ ...prior, ...plain }, rate).micro
}
