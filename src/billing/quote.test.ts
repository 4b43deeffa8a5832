import fc from 'fast-check'
import { expect, test } from 'vitest'
import { priceLike } from '../../tests/set-up/books.ts'
import { markupOf } from './money.ts'
import type { Rate } from './pricing.ts'
import { quoteFor } from './quote.ts'

const rateOf = (inputPicoUsd: bigint, outputPicoUsd: bigint): Rate => ({
  ...priceLike({ inputPicoUsd, outputPicoUsd }),
  ...markupOf('0.01', '1.5'),
})
const rates = { architect: rateOf(1_250_000n, 10_000_000n), implementer: rateOf(300_000n, 1_200_000n) }

test('the range goes from one try a task to three, the last by the stronger model', () => {
  // Fixed: 20,000 × 1.25 + 8,000 × 10 µUSD = 0.105 USD = 15.75 credits.
  // A try: 4,000 × 0.3 + 1,500 × 1.2 + 5,000 × 1.25 + 600 × 10 µUSD = 0.01525 USD = 2.2875 credits.
  // Written by the Architect: 4,000 × 1.25 + 1,500 × 10 + 5,000 × 1.25 + 600 × 10 µUSD = 0.03225 USD = 4.8375 credits.
  expect(quoteFor(4, rates)).toMatchObject({
    fromMicro: 15_750_000n + 4n * 2_287_500n,
    toMicro: 15_750_000n + 4n * (2n * 2_287_500n + 4_837_500n),
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

test('more tasks never cost less, and the cap is never below the range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), tasks => {
      const [quote, next] = [quoteFor(tasks, rates), quoteFor(tasks + 1, rates)]
      expect(quote.fromMicro <= quote.toMicro && quote.toMicro <= quote.capMicro).toBe(true)
      expect(quote.toMicro < next.toMicro).toBe(true)
    }),
  )
})

test('models that cost nothing are quoted as nothing', () => {
  const free = rateOf(0n, 0n)
  expect(quoteFor(3, { architect: free, implementer: free })).toEqual({
    fromMicro: 0n,
    toMicro: 0n,
    capMicro: 0n,
  })
})
