import { describe, expect, test } from 'vitest'
import { ApiRefusal, type OrderView } from './api.ts'
import { goesOn } from './buying.ts'

const OPEN: OrderView = {
  id: 'o',
  package: 'small',
  credits: '500',
  method: 'stripe',
  price: { amount: '5.00', currency: 'usd' },
  status: 'open',
  url: null,
  createdAtMs: 0,
}
const LOOKED = { data: OPEN, error: null, dataUpdateCount: 1, errorUpdateCount: 0 }

describe('looking at an order', () => {
  test.each(['open', 'pending'] as const)('one that is %s is looked at again', status => {
    expect(goesOn({ ...LOOKED, data: { ...OPEN, status } })).toBe(true)
  })

  test.each(['paid', 'failed', 'expired'] as const)('one that is %s is looked at no more', status => {
    expect(goesOn({ ...LOOKED, data: { ...OPEN, status } })).toBe(false)
  })

  test('forty looks are enough, also when some of them failed', () => {
    expect(goesOn({ ...LOOKED, dataUpdateCount: 30, errorUpdateCount: 9 })).toBe(true)
    expect(goesOn({ ...LOOKED, dataUpdateCount: 30, errorUpdateCount: 10 })).toBe(false)
  })

  test('a server that does not answer is asked again, and one that knows no such order is not', () => {
    const unanswered = { ...LOOKED, data: undefined, dataUpdateCount: 0, errorUpdateCount: 1 }
    expect(goesOn({ ...unanswered, error: new TypeError('fetch failed') })).toBe(true)
    expect(goesOn({ ...unanswered, error: new ApiRefusal('not-found', 'No.', 404) })).toBe(false)
  })
})
