import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_USAGE } from '../../tests/fakes/model.ts'
import { priceLike } from '../../tests/set-up/books.ts'
import {
  chargeMicro,
  costPicoUsd,
  credits,
  creditsShown,
  markupOf,
  millionths,
  type Price,
  type TokenPrices,
  type Usage,
  usd,
  worstPicoUsd,
} from './money.ts'

const USD = 1_000_000_000_000n
const markup = markupOf('0.01', '1.5')

test.each([
  ['0', 0n],
  ['1', 1_000_000n],
  ['1.5', 1_500_000n],
  ['0.01', 10_000n],
  ['0.000001', 1n],
  ['007.10', 7_100_000n],
  ['123456789012.999999', 123_456_789_012_999_999n],
])('the decimal %s is %s millionths', (decimal, expected) => {
  expect(millionths(decimal)).toBe(expected)
})

test.each([
  '',
  '-1',
  '+1',
  '.5',
  '1.',
  '1,5',
  '1e3',
  ' 1',
  '1\n',
  '0.0000001',
  '1234567890123',
  'NaN',
  '0x10',
  '١',
])('"%s" is no decimal', decimal => {
  expect(() => millionths(decimal)).toThrow('is no decimal number')
})

test('a decimal that is read and written again is the same amount', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 17n), micro => {
      expect(millionths(credits(micro))).toBe(micro)
    }),
  )
})

test.each([
  [0n, '0'],
  [1n, '0.000001'],
  [1_500_000n, '1.5'],
  [-1_500_000n, '-1.5'],
  [-1n, '-0.000001'],
  [12_345_678n, '12.345678'],
])('%s micro-credits are %s credits', (micro, expected) => {
  expect(credits(micro)).toBe(expected)
})

test('pico-USD are dollars with twelve places', () => {
  expect([usd(1n), usd(USD), usd(1_250_000n * 1_000_000n)]).toEqual(['0.000000000001', '1', '1.25'])
})

test.each([
  [0n, '0'],
  [1n, '0.000001'],
  [1_400n, '0.001'],
  [10_000n, '0.01'],
  [1_234_567n, '1.23'],
  [-1_234_567n, '-1.23'],
])('a person is shown %s micro-credits as %s', (micro, shown) => {
  expect(creditsShown(micro)).toBe(shown)
})

test('no charge above zero is shown as nothing', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 12n), micro => {
      expect(Number(creditsShown(micro))).toBeGreaterThan(0)
    }),
  )
})

test.each([
  { cost: 0n, charged: 0n, why: 'nothing costs nothing' },
  { cost: 1n, charged: 1n, why: 'the least cost is charged as a micro-credit' },
  { cost: USD / 100n, charged: 1_500_000n, why: 'a cent is a credit, times the markup' },
  { cost: USD / 100n + 1n, charged: 1_500_001n, why: 'it rounds up' },
  { cost: USD, charged: 150_000_000n, why: 'a dollar is a hundred credits, times the markup' },
])('$cost pico-USD are charged as $charged micro-credits: $why', ({ cost, charged }) => {
  expect(chargeMicro(cost, markup)).toBe(charged)
})

const costs = fc.bigInt(0n, 10n ** 18n)
const markups = fc.record({
  creditPicoUsd: fc.bigInt(1n, 10n ** 13n),
  markupMillionths: fc.bigInt(1n, 10n ** 8n),
})

test('a charge is the exact amount, rounded up by less than a micro-credit', () => {
  fc.assert(
    fc.property(costs, markups, (cost, by) => {
      const charged = chargeMicro(cost, by) * by.creditPicoUsd
      const exact = cost * by.markupMillionths
      expect(charged >= exact && charged - exact < by.creditPicoUsd).toBe(true)
    }),
  )
})

test('a cost above zero is never free, and a cost of zero always is', () => {
  fc.assert(
    fc.property(costs, markups, (cost, by) => {
      expect(chargeMicro(cost, by) > 0n).toBe(cost > 0n)
    }),
  )
})

test('who uses more never pays less', () => {
  fc.assert(
    fc.property(costs, costs, markups, (cost, more, by) => {
      expect(chargeMicro(cost + more, by) >= chargeMicro(cost, by)).toBe(true)
    }),
  )
})

test('a negative cost is a bug, not a gift', () => {
  expect(() => chargeMicro(-1n, markup)).toThrow('nothing or more')
})

const price = priceLike({ inputPicoUsd: 1_250_001n, cachedPicoUsd: 312_500n, outputPicoUsd: 10_000_000n })

test('a million million tokens are counted to the last pico-USD', () => {
  const usage = { ...NO_USAGE, inputTokens: 10 ** 12, outputTokens: 10 ** 12 + 1 }
  expect(costPicoUsd(usage, price)).toBe(1_250_001n * 10n ** 12n + 10_000_000n * (10n ** 12n + 1n))
})

test('cached tokens are paid once, at their own price', () => {
  const usage = { ...NO_USAGE, inputTokens: 100, cachedTokens: 40 }
  expect(costPicoUsd(usage, price)).toBe(60n * 1_250_001n + 40n * 312_500n)
})

test('tokens written to a cache and pictures have prices of their own', () => {
  const dear = { ...price, cacheWrittenPicoUsd: 2_000_000n, imagePicoUsd: 7n }
  const usage = { ...NO_USAGE, inputTokens: 10, cachedTokens: 3, cacheWrittenTokens: 2, images: 4 }
  expect(costPicoUsd(usage, dear)).toBe(5n * 1_250_001n + 3n * 312_500n + 2n * 2_000_000n + 28n)
})

test('thinking is part of the output and is not paid again', () => {
  const usage = { ...NO_USAGE, outputTokens: 10, thinkingTokens: 9 }
  expect(costPicoUsd(usage, price)).toBe(10n * 10_000_000n)
  expect(costPicoUsd(usage, { ...price, thinkingPicoUsd: 1n })).toBe(10_000_000n + 9n)
})

test.each([
  ['below zero', -1],
  ['a fraction', 0.5],
  ['no number', Number.NaN],
  ['too large to be counted exactly', 2 ** 53],
])('a count that is %s is a bug, whatever it counts', (_, count) => {
  for (const name of Object.keys(NO_USAGE))
    expect(() => costPicoUsd({ ...NO_USAGE, [name]: count }, price)).toThrow('whole numbers from zero up')
})

test.each([
  ['more cached tokens than input tokens', { inputTokens: 1, cachedTokens: 1, cacheWrittenTokens: 1 }],
  ['more thinking than output', { outputTokens: 1, thinkingTokens: 2 }],
])('%s are no usage', (_, part) => {
  expect(() => costPicoUsd({ ...NO_USAGE, ...part }, price)).toThrow('part of the')
})

test('above a length of the input another price holds for the whole call', () => {
  const above = priceLike({ inputPicoUsd: 20n, outputPicoUsd: 30n })
  const tiered = { ...price, tiers: [{ aboveTokens: 200, ...above }] }
  const usage = (inputTokens: number) => ({ ...NO_USAGE, inputTokens, outputTokens: 1 })
  expect(costPicoUsd(usage(200), tiered)).toBe(costPicoUsd(usage(200), price))
  expect(costPicoUsd(usage(201), tiered)).toBe(201n * 20n + 30n)
})

const amount = fc.bigInt(0n, 10n ** 9n)
const tokenPrices = fc.record({
  inputPicoUsd: amount,
  cachedPicoUsd: amount,
  cacheWrittenPicoUsd: amount,
  outputPicoUsd: amount,
  thinkingPicoUsd: amount,
})
const prices = fc
  .tuple(
    tokenPrices,
    amount,
    fc.array(fc.tuple(fc.integer({ min: 0, max: 1_000 }), tokenPrices), { maxLength: 3 }),
  )
  .map(([base, imagePicoUsd, tiers]) => ({
    ...base,
    imagePicoUsd,
    tiers: tiers
      .map(([aboveTokens, tier]) => ({ aboveTokens, ...tier }))
      .sort((a, b) => a.aboveTokens - b.aboveTokens),
  }))
/** Each tier is as dear as the one before it, or dearer. */
const risingPrices = prices.map(price => {
  let before: TokenPrices = price
  const tiers = price.tiers.map(({ aboveTokens, ...more }) => {
    before = {
      inputPicoUsd: before.inputPicoUsd + more.inputPicoUsd,
      cachedPicoUsd: before.cachedPicoUsd + more.cachedPicoUsd,
      cacheWrittenPicoUsd: before.cacheWrittenPicoUsd + more.cacheWrittenPicoUsd,
      outputPicoUsd: before.outputPicoUsd + more.outputPicoUsd,
      thinkingPicoUsd: before.thinkingPicoUsd + more.thinkingPicoUsd,
    }
    return { aboveTokens, ...before }
  })
  return { ...price, tiers }
})
const usages = fc
  .tuple(fc.nat(1_500), fc.nat(1_500), fc.nat(1_500), fc.nat(500), fc.nat(500), fc.nat(3))
  .map(([fresh, cachedTokens, cacheWrittenTokens, said, thinkingTokens, images]) => ({
    inputTokens: fresh + cachedTokens + cacheWrittenTokens,
    cachedTokens,
    cacheWrittenTokens,
    outputTokens: said + thinkingTokens,
    thinkingTokens,
    images,
  }))

test('a cost is the sum over every token at the price of its kind in the tier of the call', () => {
  fc.assert(
    fc.property(prices, usages, (any, usage) => {
      expect(costPicoUsd(usage, any)).toBe(naiveCost(usage, any))
    }),
  )
})

/** One token after the other; the tier is the one with the largest start below the input. */
function naiveCost(usage: Usage, any: Price): bigint {
  let at: TokenPrices = any
  for (const tier of any.tiers) if (tier.aboveTokens < usage.inputTokens) at = tier
  let sum = 0n
  for (let token = 0; token < usage.inputTokens; token++)
    if (token < usage.cachedTokens) sum += at.cachedPicoUsd
    else if (token < usage.cachedTokens + usage.cacheWrittenTokens) sum += at.cacheWrittenPicoUsd
    else sum += at.inputPicoUsd
  for (let token = 0; token < usage.outputTokens; token++)
    sum += token < usage.thinkingTokens ? at.thinkingPicoUsd : at.outputPicoUsd
  for (let image = 0; image < usage.images; image++) sum += any.imagePicoUsd
  return sum
}

test('one more of anything never costs less where longer calls have no lower price', () => {
  fc.assert(
    fc.property(risingPrices, usages, (any, usage) => {
      const { inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images } = usage
      const more: Partial<Usage>[] = [
        { inputTokens: inputTokens + 1 },
        { inputTokens: inputTokens + 1, cachedTokens: cachedTokens + 1 },
        { inputTokens: inputTokens + 1, cacheWrittenTokens: cacheWrittenTokens + 1 },
        { outputTokens: outputTokens + 1 },
        { outputTokens: outputTokens + 1, thinkingTokens: thinkingTokens + 1 },
        { images: images + 1 },
      ]
      const cost = costPicoUsd(usage, any)
      for (const each of more) expect(costPicoUsd({ ...usage, ...each }, any) >= cost).toBe(true)
    }),
  )
})

test('a tier holds from the first token above its start, for the whole call', () => {
  fc.assert(
    fc.property(
      tokenPrices,
      tokenPrices,
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.nat(500),
      (base, above, aboveTokens, outputTokens) => {
        const any = { ...base, imagePicoUsd: 0n, tiers: [{ aboveTokens, ...above }] }
        const usage = (inputTokens: number) => ({ ...NO_USAGE, inputTokens, outputTokens })
        const flat = (each: TokenPrices, inputTokens: number) =>
          BigInt(inputTokens) * each.inputPicoUsd + BigInt(outputTokens) * each.outputPicoUsd
        expect(costPicoUsd(usage(aboveTokens), any)).toBe(flat(base, aboveTokens))
        expect(costPicoUsd(usage(aboveTokens + 1), any)).toBe(flat(above, aboveTokens + 1))
      },
    ),
  )
})

test('no usage within a bound costs more than the worst of the bound', () => {
  fc.assert(
    fc.property(prices, usages, fc.nat(500), (any, usage, room) => {
      const bound = {
        inputTokens: usage.inputTokens + room,
        outputTokens: usage.outputTokens + room,
        images: usage.images,
      }
      const cost = costPicoUsd(usage, any)
      expect(cost >= 0n && cost <= worstPicoUsd(bound, any)).toBe(true)
    }),
  )
})

test('a credit is worth something', () => {
  expect(() => markupOf('0', '1.5')).toThrow('must be above zero')
  expect(markupOf('0.01', '1.5')).toEqual({ creditPicoUsd: 10_000_000_000n, markupMillionths: 1_500_000n })
})
