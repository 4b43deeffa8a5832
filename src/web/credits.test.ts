import { describe, expect, test } from 'vitest'
import { decimalOf, microOf, share, showChange, showCredits, sumMicro } from './credits.ts'

describe('credits', () => {
  test('amounts are read exactly, to the last of six places', () => {
    expect(microOf('12.345678')).toBe(12_345_678)
    expect(microOf('0.1')).toBe(100_000)
  })

  test('a sum of tenths is exact', () => {
    expect(sumMicro(['0.1', '0.2', '0.000001'])).toBe(300_001)
  })

  test('what cost something is never shown as nothing', () => {
    expect(showCredits('0.0004')).toBe('< 0.01')
    expect(showCredits('0')).toBe('0')
  })

  test('whole amounts stand without places, others with two', () => {
    expect(showCredits('60')).toBe('60')
    expect(showCredits('1234.5')).toBe('1,234.50')
  })

  test('a change has its sign, and a small one all its places', () => {
    expect(['1000', '-12.345678', '-0.0004', '0'].map(showChange)).toEqual([
      '+1,000',
      '−12.35',
      '−0.0004',
      '0',
    ])
  })

  test('a sum goes back into the decimal that amounts arrive as', () => {
    expect(decimalOf(sumMicro(['0.1', '12']))).toBe('12.100000')
    expect(decimalOf(1)).toBe('0.000001')
  })

  test('a share stays between nothing and all, also of nothing', () => {
    expect(share(1, 4)).toBe(0.25)
    expect(share(9, 4)).toBe(1)
    expect(share(3, 0)).toBe(0)
  })
})
