import { describe, expect, test } from 'vitest'
import { showBytes, showCount, showDuration, showPrice } from './show.ts'

describe('show', () => {
  test('sizes take the unit that keeps them short', () => {
    expect([0, 999, 1_000, 18_432, 5_300_000].map(showBytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1 kB',
      '18.4 kB',
      '5.3 MB',
    ])
  })

  test('durations are told in the largest unit that is not zero', () => {
    expect([88.4, 1_840, 125_000].map(showDuration)).toEqual(['88 ms', '1.8 s', '2 min 5 s'])
  })

  test('a price stands in its own currency', () => {
    expect(showPrice({ amount: '5.00', currency: 'usd' })).toBe('$5')
    expect(showPrice({ amount: '1250.50', currency: 'eur' })).toBe('€1,250.50')
  })

  test('one is singular', () => {
    expect(showCount(1, 'task')).toBe('1 task')
    expect(showCount(0, 'task')).toBe('0 tasks')
    expect(showCount(2, 'entry', 'entries')).toBe('2 entries')
  })
})
