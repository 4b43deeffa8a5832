import { describe, expect, test } from 'vitest'
import { creditsFor, dollarsFor, moneyOf, showUsd } from './money.ts'

const dollars = moneyOf({ shows: 'usd', creditUsd: '0.01' })
const credits = moneyOf({ shows: 'credits', creditUsd: '0.01' })

describe('money', () => {
  test('where credits are sold, amounts are credits', () => {
    expect([credits.show('12.5'), credits.bare('12.5'), credits.unit]).toEqual([
      '12.50 credits',
      '12.50',
      ' credits',
    ])
  })

  test('where nothing is sold, the same amounts are dollars and the word is nowhere', () => {
    expect([dollars.show('12.5'), dollars.bare('12.5'), dollars.unit]).toEqual(['$0.13', '$0.13', ''])
    expect(dollars.show('300')).toBe('$3.00')
    expect(dollars.show('123456.7')).toBe('$1,234.57')
  })

  test('what cost something is never shown as $0.00, and nothing is', () => {
    expect(dollars.show('0.4')).toBe('$0.004')
    expect(dollars.show('0.000001')).toBe('$0.00000001')
    expect(dollars.show('0')).toBe('$0.00')
    expect(dollars.show('0.96')).toBe('$0.01')
  })

  test('what was given back is dollars with a sign', () => {
    expect(dollars.show('-12.5')).toBe('−$0.13')
  })

  test('what a day cost is read to the last of twelve places', () => {
    expect([showUsd('1.2'), showUsd('25'), showUsd('0.000000000001')]).toEqual([
      '$1.20',
      '$25.00',
      '$0.000000000001',
    ])
  })

  test('typed dollars become exactly their credits', () => {
    expect([creditsFor('2.5', '0.01'), creditsFor(' $ 0.13 ', '0.01'), creditsFor('0.1', '0.3')]).toEqual([
      '250',
      '13',
      '0.333334',
    ])
  })

  test.each(['', 'a lot', '2,50', '-1', '1.1234567', '1e3', '99999999'])(
    '"%s" is no amount that a cap can have',
    typed => {
      expect(creditsFor(typed, '0.01')).toBeNull()
    },
  )

  test('a cap is offered in whole cents, rounded up', () => {
    expect(dollarsFor(450_000_000, '0.01')).toBe('4.50')
    expect(dollarsFor(1, '0.01')).toBe('0.01')
    expect(dollarsFor(12_000_100, '0.01')).toBe('0.13')
  })
})
