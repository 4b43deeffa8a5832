import { describe, expect, test } from 'vitest'
import { microOf, share, showCredits, showMicro, sumMicro } from './credits.ts'

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
    expect(showMicro(60_000_000)).toBe('60')
    expect(showCredits('1234.5')).toBe('1,234.50')
  })

  test('a share stays between nothing and all, also of nothing', () => {
    expect(share(1, 4)).toBe(0.25)
    expect(share(9, 4)).toBe(1)
    expect(share(3, 0)).toBe(0)
  })
})
