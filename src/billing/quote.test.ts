import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ONE_TO_ONE, priceLike } from '../../tests/set-up/books.ts'
import type { Finished, History, Used } from './history.ts'
import { markupOf } from './money.ts'
import type { Rate } from './pricing.ts'
import { quoteFor } from './quote.ts'

const rateOf = (inputPicoUsd: bigint, outputPicoUsd: bigint): Rate => ({
  ...priceLike({ inputPicoUsd, outputPicoUsd }),
  ...markupOf('0.01', '1.5'),
})
const rates = { architect: rateOf(1_250_000n, 10_000_000n), implementer: rateOf(300_000n, 1_200_000n) }
const free = { architect: rateOf(0n, 0n), implementer: rateOf(0n, 0n) }
/** A token is a micro-credit. */
const plain = { architect: ONE_TO_ONE, implementer: ONE_TO_ONE }

const used = (inputTokens: number): Used => ({
  calls: 1,
  inputTokens,
  cachedTokens: 0,
  cacheWrittenTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  images: 0,
})

/** The Architect used this many tokens whatever the tasks, the Implementer so many on all of them. */
const finished = (fixed: number, onTasks: number, tasks = 1): Finished => ({
  fixed: { architect: used(fixed), implementer: used(0) },
  onTasks: { architect: used(0), implementer: used(onTasks) },
  tasks,
})

const times = (count: number, one: Finished): History => Array.from({ length: count }, () => one)

describe('without a history', () => {
  test('the range goes from one try a task to three, the last by the stronger model', () => {
    // Fixed: 20,000 × 1.25 + 8,000 × 10 µUSD = 0.105 USD = 15.75 credits.
    // A try: 4,000 × 0.3 + 1,500 × 1.2 + 5,000 × 1.25 + 600 × 10 µUSD = 0.01525 USD = 2.2875 credits.
    // Written by the Architect: 4,000 × 1.25 + 1,500 × 10 + 5,000 × 1.25 + 600 × 10 µUSD = 0.03225 USD = 4.8375 credits.
    expect(quoteFor(4, rates)).toMatchObject({
      fromMicro: 15_750_000n + 4n * 2_287_500n,
      toMicro: 15_750_000n + 4n * (2n * 2_287_500n + 4_837_500n),
      basis: { projects: 0 },
    })
  })

  test('the cap leaves room above the range for the largest call of the Architect', () => {
    // 60,000 × 1.25 + 40,000 × 10 µUSD = 0.475 USD = 71.25 credits.
    const { toMicro, capMicro } = quoteFor(4, rates)
    expect(capMicro - toMicro).toBe(71_250_000n)
  })

  test('the cap of a large project is twice the upper end of its range', () => {
    const { toMicro, capMicro } = quoteFor(40, rates)
    expect(capMicro).toBe(2n * toMicro)
  })

  test('projects that nobody finished a task of are none', () => {
    const nothingDone = finished(5_000_000, 0, 0)
    expect(quoteFor(4, rates, times(30, nothingDone))).toEqual(quoteFor(4, rates))
  })
})

describe('from a history', () => {
  test('finished projects are priced at the rates of today, as if they had had so many tasks', () => {
    const spent = {
      cachedTokens: 300,
      cacheWrittenTokens: 200,
      outputTokens: 100,
      thinkingTokens: 40,
      images: 1,
    }
    const both: Finished = {
      fixed: { architect: { ...used(1_000), ...spent }, implementer: used(0) },
      onTasks: { architect: used(500), implementer: used(100) },
      tasks: 2,
    }
    const architect: Rate = {
      ...ONE_TO_ONE,
      inputPicoUsd: 10n,
      cachedPicoUsd: 1n,
      cacheWrittenPicoUsd: 12n,
      outputPicoUsd: 50n,
      thinkingPicoUsd: 60n,
      imagePicoUsd: 7n,
    }
    // Fixed: 500 × 10 + 300 × 1 + 200 × 12 + 60 × 50 + 40 × 60 + 7 = 13,107. Two tasks: 500 × 10 + 100 = 5,100.
    const quote = quoteFor(5, { architect, implementer: ONE_TO_ONE }, times(20, both))
    const costs = 13_107n + (5_100n * 5n) / 2n
    expect(quote).toMatchObject({ fromMicro: costs, toMicro: costs, basis: { projects: 20 } })
  })

  test('half of twenty projects and nine in ten, between two of them on the line', () => {
    const history = Array.from({ length: 20 }, (_, at) => finished(0, (at + 1) * 1_000))
    expect(quoteFor(1, plain, history)).toMatchObject({ fromMicro: 10_500n, toMicro: 18_900n })
  })

  test('where long inputs cost more, the length of the average call decides', () => {
    const tier = { ...priceLike({ inputPicoUsd: 2n, outputPicoUsd: 2n }), aboveTokens: 1_000 }
    const tiered = { architect: { ...ONE_TO_ONE, tiers: [tier] }, implementer: ONE_TO_ONE }
    const quoted = (inputTokens: number, calls: number) => {
      const fixed = { architect: { ...used(inputTokens), calls }, implementer: used(0) }
      return quoteFor(1, tiered, times(20, { ...finished(0, 0), fixed })).fromMicro
    }
    expect([quoted(4_000, 4), quoted(4_000, 3)]).toEqual([4_000n, 8_000n])
  })

  test('a part of a micro-credit is rounded up', () => {
    expect(quoteFor(1, plain, times(20, finished(0, 10, 3)))).toMatchObject({ fromMicro: 4n, toMicro: 4n })
    const history = [...times(10, finished(0, 1)), ...times(10, finished(0, 2))]
    expect(quoteFor(1, plain, history).fromMicro).toBe(2n)
  })

  test.each([
    { projects: 7, fromIsTheirs: false, toIsTheirs: false },
    { projects: 8, fromIsTheirs: true, toIsTheirs: false },
    { projects: 14, fromIsTheirs: true, toIsTheirs: false },
    { projects: 20, fromIsTheirs: true, toIsTheirs: true },
  ])('$projects finished projects: the priors fade', ({ projects, fromIsTheirs, toIsTheirs }) => {
    const { fromMicro, toMicro } = quoteFor(3, rates, times(projects, finished(0, 0)))
    expect([fromMicro === 0n, toMicro === 0n]).toEqual([fromIsTheirs, toIsTheirs])
  })

  test('of the priors the middle ones stay longest', () => {
    const { toMicro } = quoteFor(3, rates, times(14, finished(0, 0)))
    expect(toMicro).toBe(quoteFor(3, rates).fromMicro)
  })

  test.each([1, 5, 10, 19, 50])(
    'a freak of a hundred times the rest among %i moves nothing much',
    projects => {
      const calm = Array.from({ length: projects }, (_, at) => finished(30_000, 10_000 + at * 100))
      const quiet = quoteFor(1, plain, calm)
      const freak = quoteFor(1, plain, [finished(3_000_000, 1_000_000), ...calm.slice(1)])
      expect(freak.fromMicro).toBeLessThan((quiet.fromMicro * 12n) / 10n)
      expect(freak.toMicro).toBeLessThan((quiet.toMicro * 15n) / 10n)
    },
  )
})

const tokens = fc.nat(2_000_000)
const anyUsed: fc.Arbitrary<Used> = fc
  .record({
    calls: fc.nat(60),
    cached: tokens,
    written: tokens,
    input: tokens,
    output: tokens,
    thinking: tokens,
  })
  .map(({ calls, cached, written, input, output, thinking }) => ({
    calls,
    inputTokens: input + cached + written,
    cachedTokens: cached,
    cacheWrittenTokens: written,
    outputTokens: output + thinking,
    thinkingTokens: thinking,
    images: 0,
  }))
const anyUses = fc.record({ architect: anyUsed, implementer: anyUsed })
const anyHistory = fc.array(fc.record({ fixed: anyUses, onTasks: anyUses, tasks: fc.nat(12) }), {
  maxLength: 40,
})
const anyTasks = fc.nat(5_000)

test('the range has its ends in order and the cap is never below it', () => {
  fc.assert(
    fc.property(anyTasks, anyHistory, (tasks, history) => {
      const { fromMicro, toMicro, capMicro } = quoteFor(tasks, rates, history)
      expect(fromMicro <= toMicro && toMicro <= capMicro).toBe(true)
    }),
  )
})

test('more tasks never cost less', () => {
  fc.assert(
    fc.property(anyTasks, fc.integer({ min: 1, max: 50 }), anyHistory, (tasks, more, history) => {
      const [quote, next] = [quoteFor(tasks, rates, history), quoteFor(tasks + more, rates, history)]
      const rises = (end: 'fromMicro' | 'toMicro' | 'capMicro') => quote[end] <= next[end]
      expect([rises('fromMicro'), rises('toMicro'), rises('capMicro')]).toEqual([true, true, true])
    }),
  )
})

test('models that cost nothing are quoted as nothing', () => {
  fc.assert(
    fc.property(anyTasks, anyHistory, (tasks, history) => {
      expect(quoteFor(tasks, free, history)).toMatchObject({ fromMicro: 0n, toMicro: 0n, capMicro: 0n })
    }),
  )
})

test('prices that are so many times as high make a quote that is so many times as high', () => {
  const dearer = (rate: Rate, factor: bigint): Rate => ({
    ...rate,
    markupMillionths: rate.markupMillionths * factor,
  })
  fc.assert(
    fc.property(fc.nat(200), fc.bigInt({ min: 1n, max: 1_000n }), anyHistory, (tasks, factor, history) => {
      const { architect, implementer } = rates
      const quote = quoteFor(tasks, rates, history)
      const scaled = { architect: dearer(architect, factor), implementer: dearer(implementer, factor) }
      const dear = quoteFor(tasks, scaled, history)
      // What is rounded up to a micro-credit is a model's part of each task, at most, and then a few sums.
      const roundedMicro = 2n * factor * BigInt(2 * tasks + 10)
      for (const end of ['fromMicro', 'toMicro', 'capMicro'] as const) {
        const off = quote[end] * factor - dear[end]
        expect(-roundedMicro <= off && off <= roundedMicro).toBe(true)
      }
    }),
  )
})

test('projects that were all alike make a range of one cost, theirs', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 100 }),
      tokens,
      tokens,
      fc.integer({ min: 1, max: 30 }),
      (...given) => {
        const [count, fixed, perTask, tasks] = given
        const quote = quoteFor(tasks, plain, times(count, finished(fixed, 7 * perTask, 7)))
        const costs = BigInt(fixed + perTask * tasks)
        expect(quote).toMatchObject({ fromMicro: costs, toMicro: costs, basis: { projects: count } })
      },
    ),
  )
})

test('the order of a history does not matter', () => {
  const shuffled = anyHistory.chain(history =>
    fc.shuffledSubarray(history, { minLength: history.length }).map(other => [history, other] as const),
  )
  fc.assert(
    fc.property(anyTasks, shuffled, (tasks, [history, other]) => {
      expect(quoteFor(tasks, rates, other)).toEqual(quoteFor(tasks, rates, history))
    }),
  )
})

describe('of projects that each were quoted from those before', () => {
  /** Twelve even numbers add up to nearly a normal one, and its power is as skewed as what software costs. */
  const chance = fc.noBias(fc.array(fc.nat(1_000), { minLength: 12, maxLength: 12 })).map(parts => {
    const normal = parts.reduce((sum, part) => sum + part, 0) / 1_000 - 6
    return Math.exp(0.7 * normal)
  })
  const drawn = fc.record({
    fixed: chance,
    perTask: chance,
    tasks: fc.noBias(fc.integer({ min: 2, max: 15 })),
  })
  const projects = fc
    .sample(drawn, { numRuns: 800, seed: 20_261_125 })
    .map(({ fixed, perTask, tasks }) =>
      finished(Math.round(30_000 * fixed), Math.round(9_000 * perTask) * tasks, tasks),
    )
  const quoted = projects.map((project, at) => ({
    at,
    costs: BigInt(project.fixed.architect.inputTokens + project.onTasks.implementer.inputTokens),
    ...quoteFor(project.tasks, plain, projects.slice(Math.max(0, at - 100), at)),
  }))
  type Quoted = (typeof quoted)[number]
  const share = (from: number, holds: (one: Quoted) => boolean) => {
    const since = quoted.filter(one => one.at >= from)
    return since.filter(holds).length / since.length
  }

  test('nine in ten cost no more than the high end', () => {
    const within = share(20, one => one.costs <= one.toMicro)
    expect(within).toBeGreaterThan(0.87)
    expect(within).toBeLessThan(0.93)
  })

  test('half cost no more than the low end', () => {
    const within = share(20, one => one.costs <= one.fromMicro)
    expect(within).toBeGreaterThan(0.45)
    expect(within).toBeLessThan(0.55)
  })

  test('hardly any reaches its cap', () => {
    expect(share(0, one => one.costs > one.capMicro)).toBeLessThan(0.01)
  })
})
