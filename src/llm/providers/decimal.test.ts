import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaledUp } from './decimal.ts'

test.each([
  [1.25, 6, 1_250_000n],
  ['1.25', 6, 1_250_000n],
  [0.1, 12, 100_000_000_000n],
  [1e-7, 12, 100_000n],
  ['1.5E-3', 6, 1_500n],
  [1e21, 0, 10n ** 21n],
  [0.0000001, 6, 1n],
  [0, 12, 0n],
])('%s with %i places is %s', (decimal, places, scaled) => {
  expect(scaledUp(decimal, places)).toBe(scaled)
})

test.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY], ['1,5'], [''], ['0x10'], ['1e999'], [null], [{}]])(
  '%s is no decimal from zero up',
  decimal => {
    expect(scaledUp(decimal, 12)).toBeUndefined()
  },
)

test('a decimal keeps every digit that it was written with', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), pico => {
      const digits = pico.toString().padStart(13, '0')
      const usd = `${digits.slice(0, -12)}.${digits.slice(-12)}`
      expect(scaledUp(usd, 12)).toBe(pico)
      expect(scaledUp(JSON.parse(usd), 12)).toBe(pico)
    }),
  )
})

test('what is below a unit is rounded up, by less than one', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), digits => {
      const scaled = scaledUp(`${digits}e-9`, 3) ?? -1n
      expect(scaled * 1_000_000n - digits).toBeGreaterThanOrEqual(0n)
      expect(scaled * 1_000_000n - digits).toBeLessThan(1_000_000n)
    }),
  )
})
