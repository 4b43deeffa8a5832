import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitBill } from '../bill.js'

test('a bill that divides evenly gives everybody the same', () => {
  assert.deepEqual(splitBill({ amountCents: 8_000, tipPercent: 5, people: 3 }), {
    tipCents: 400,
    totalCents: 8_400,
    shares: [2_800, 2_800, 2_800],
  })
})

test('100.00 for three people adds up to 100.00', () => {
  assert.deepEqual(splitBill({ amountCents: 10_000, tipPercent: 0, people: 3 }), {
    tipCents: 0,
    totalCents: 10_000,
    shares: [3_334, 3_333, 3_333],
  })
})
