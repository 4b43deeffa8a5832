import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chargeMicro, costPicoUsd, credits, creditsShown, markupOf, millionths, usd } from './money.ts'

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

const price = { inputPicoUsd: 1_250_001n, cachedPicoUsd: 312_500n, outputPicoUsd: 10_000_000n }

test('a million million tokens are counted to the last pico-USD', () => {
  const usage = { inputTokens: 10 ** 12, cachedTokens: 0, outputTokens: 10 ** 12 + 1, thinkingTokens: 0 }
  expect(costPicoUsd(usage, price)).toBe(1_250_001n * 10n ** 12n + 10_000_000n * (10n ** 12n + 1n))
})

test('cached tokens are paid once, at their own price', () => {
  const usage = { inputTokens: 100, cachedTokens: 40, outputTokens: 0, thinkingTokens: 0 }
  expect(costPicoUsd(usage, price)).toBe(60n * 1_250_001n + 40n * 312_500n)
})

test('thinking is part of the output and is not paid again', () => {
  const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 10, thinkingTokens: 9 }
  expect(costPicoUsd(usage, price)).toBe(10n * 10_000_000n)
})

test('more cached tokens than input tokens are no usage', () => {
  const usage = { inputTokens: 1, cachedTokens: 2, outputTokens: 0, thinkingTokens: 0 }
  expect(() => costPicoUsd(usage, price)).toThrow('part of the input')
})

test('a credit is worth something', () => {
  expect(() => markupOf('0', '1.5')).toThrow('must be above zero')
  expect(markupOf('0.01', '1.5')).toEqual({ creditPicoUsd: 10_000_000_000n, markupMillionths: 1_500_000n })
})
