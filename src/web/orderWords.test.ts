import { describe, expect, test } from 'vitest'
import { orderWords } from './orderWords.ts'

const BACK = { cancelled: false, waits: true }

describe('what became of an order', () => {
  test('while its payment is looked for, it waits', () => {
    expect(orderWords({ status: 'open', credits: '2000' }, BACK)).toEqual({
      says: 'Waiting for the payment …',
      tone: 'works',
    })
  })

  test('one that is paid says what has arrived, also where the person had left the page', () => {
    for (const cancelled of [true, false])
      expect(orderWords({ status: 'paid', credits: '2000' }, { cancelled, waits: false })).toEqual({
        says: '2,000 credits have arrived.',
        tone: 'good',
      })
  })

  test('a failed payment charged nothing', () => {
    expect(orderWords({ status: 'failed', credits: '2000' }, BACK).says).toBe(
      'The payment failed. Nothing was charged.',
    )
  })

  test('who left the page bought nothing', () => {
    expect(orderWords({ status: 'open', credits: '2000' }, { cancelled: true, waits: false }).says).toBe(
      'Nothing was bought.',
    )
  })

  test.each(['open', 'pending'] as const)('one that is %s is not waited for without end', status => {
    const { says, tone } = orderWords({ status, credits: '2000' }, { cancelled: false, waits: false })
    expect([says.includes('come by themselves'), tone]).toEqual([true, 'quiet'])
  })
})
