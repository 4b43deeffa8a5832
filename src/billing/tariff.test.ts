import { describe, expect, test } from 'vitest'
import { ONE_TO_ONE } from '../../tests/set-up/books.ts'
import { readConfig } from '../config.ts'
import { chargeFor } from './pricing.ts'
import { sayNotHeld, type Tariff, tariffOf, withinLimit, worthPicoUsd } from './tariff.ts'

const tariff = (set: Record<string, string> = {}): Tariff => tariffOf(readConfig({}, set).money)

const SELLS = tariff({ PLATFORM_CREDIT_VALUE_USD: '0.01', MARKUP_FACTOR: '1.5' })
const OWN = tariff({ BILLING: 'off', PLATFORM_CREDIT_VALUE_USD: '0.01', MARKUP_FACTOR: '1.5' })

describe('where credits are sold', () => {
  test('calls are paid from them, with the markup of the settings', () => {
    expect(SELLS).toMatchObject({
      shows: 'credits',
      purse: 'available',
      markup: { creditPicoUsd: 10_000_000_000n, markupMillionths: 1_500_000n },
      policy: 'verified',
      initialMicro: 1_000_000_000n,
      lowMicro: 50_000_000n,
    })
  })

  test('nothing is limited unless the settings say so', () => {
    expect(SELLS).toMatchObject({ projectLimitMicro: null, dayLimitPicoUsd: null })
    expect(tariff({ PROJECT_LIMIT_USD: '2.5', DAILY_LIMIT_USD: '25' })).toMatchObject({
      projectLimitMicro: 250_000_000n,
      dayLimitPicoUsd: 25_000_000_000_000n,
    })
  })

  test.each([
    [0n, '0 credits'],
    [12_500_000n, '12.50 credits'],
    [7n, '0.000007 credits'],
  ])('%d micro-credits are said in credits: %s', (micro, says) => {
    expect(SELLS.say(micro)).toBe(says)
  })

  test('a range has its unit once in credits, and twice in dollars', () => {
    expect(SELLS.range(24_900_000n, 53_400_000n)).toBe('24.90 to 53.40 credits')
    expect(OWN.range(17_000_000n, 36_000_000n)).toBe('$0.17 to $0.36')
  })
})

describe('where the owner pays the providers', () => {
  test('a charge is what the provider takes, whatever markup is set', () => {
    expect(OWN.markup).toEqual({ creditPicoUsd: 10_000_000_000n, markupMillionths: 1_000_000n })
    const usage = {
      inputTokens: 1_000,
      cachedTokens: 0,
      cacheWrittenTokens: 0,
      outputTokens: 0,
      thinkingTokens: 0,
      images: 0,
    }
    const rate = { ...ONE_TO_ONE, inputPicoUsd: 2_500_000n, ...OWN.markup }
    const { picoUsd, micro, costMicro } = chargeFor(usage, rate)
    expect(worthPicoUsd(micro, OWN.markup)).toBe(picoUsd)
    expect(costMicro).toBe(micro)
  })

  test('nobody has credits, needs some, or is warned that they run low', () => {
    expect(OWN).toMatchObject({ shows: 'usd', purse: 'tab', initialMicro: 0n, lowMicro: null })
  })

  test('a project and a day are limited, also where the settings say nothing', () => {
    expect(OWN).toMatchObject({
      projectLimitMicro: 1_000_000_000n,
      dayLimitPicoUsd: 25_000_000_000_000n,
    })
  })

  test.each([
    [0n, '$0.00'],
    [12_500_000n, '$0.13'],
    [100_000_000n, '$1.00'],
    [7n, '$0.00000007'],
    [-100_000_000n, '-$1.00'],
  ])('%d micro-credits are said in dollars: %s', (micro, says) => {
    expect(OWN.say(micro)).toBe(says)
  })

  test('dollars do not depend on what a credit is worth', () => {
    const other = tariff({ BILLING: 'off', PLATFORM_CREDIT_VALUE_USD: '0.5', PROJECT_LIMIT_USD: '10' })
    expect(other.say(20_000_000n)).toBe('$10.00')
    expect(other.projectLimitMicro).toBe(20_000_000n)
  })
})

test('a limit is never stretched by rounding', () => {
  const odd = tariff({ PLATFORM_CREDIT_VALUE_USD: '0.03', PROJECT_LIMIT_USD: '1' })
  expect(odd.projectLimitMicro).toBe(33_333_333n)
})

test.each([
  { limit: null, cap: 70n, within: 70n },
  { limit: 50n, cap: 70n, within: 50n },
  { limit: 70n, cap: 70n, within: 70n },
  { limit: 90n, cap: 70n, within: 70n },
  { limit: 0n, cap: 70n, within: 0n },
])('under a limit of $limit a cap of $cap is $within', ({ limit, cap, within }) => {
  expect(withinLimit(cap, { projectLimitMicro: limit })).toBe(within)
})

describe('why a call cannot be paid for', () => {
  test('is said in what people see', () => {
    const over = { why: 'over-cap', committedMicro: 250_000_000n, capMicro: 200_000_000n } as const
    expect(sayNotHeld(over, SELLS)).toBe(
      'The next step could bring this project to 250.00 credits; its cap is 200.00 credits.',
    )
    expect(sayNotHeld(over, OWN)).toBe('The next step could bring this project to $2.50; its cap is $2.00.')
  })

  test('names what is needed and what is there', () => {
    const few = { why: 'too-few-credits', neededMicro: 2_500_000n, availableMicro: 0n } as const
    expect(sayNotHeld(few, SELLS)).toBe('Too few credits: needed 2.50, available 0.')
  })

  test('is that the account is locked', () => {
    expect(sayNotHeld({ why: 'frozen' }, SELLS)).toMatch(/account is locked/)
  })
})
