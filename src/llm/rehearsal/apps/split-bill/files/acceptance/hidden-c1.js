import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitBill } from '../bill.js'

const AMOUNTS = [1, 2, 99, 1_005, 4_860, 12_345, 99_999, 9_999_999]
const TIPS = [0, 5, 7.5, 10, 12.25, 33.33, 100]
const PEOPLE = [1, 2, 3, 4, 6, 7, 11, 50]

/** Whether shares are whole cents that add up and lie at most one cent apart. */
function isFair(split, people) {
  if (!Array.isArray(split?.shares) || split.shares.length !== people) return false
  const sum = split.shares.reduce((total, share) => total + share, 0)
  const apart = Math.max(...split.shares) - Math.min(...split.shares)
  return split.shares.every(Number.isInteger) && sum === split.totalCents && apart <= 1
}

test('shares add up to the cent for every bill, tip and number of people', () => {
  for (const amountCents of AMOUNTS) {
    for (const tipPercent of TIPS) {
      for (const people of PEOPLE) {
        const bill = { amountCents, tipPercent, people }
        assert.ok(isFair(splitBill(bill), people), JSON.stringify(bill))
      }
    }
  }
})

test('the total is the amount and the tip', () => {
  const split = splitBill({ amountCents: 4_860, tipPercent: 12.5, people: 4 })
  assert.deepEqual([split?.tipCents, split?.totalCents], [608, 5_468])
})
