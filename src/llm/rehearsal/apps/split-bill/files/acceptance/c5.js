import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recall, remember } from '../memory.js'

const typed = { amount: '12,50', tip: '15', people: '5' }

function storage() {
  const kept = new Map()
  return {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, String(value)),
    spoil: text => kept.forEach((_, key) => kept.set(key, text)),
  }
}

test('the last values come back', () => {
  const browser = storage()
  remember(browser, typed)
  assert.deepEqual(recall(browser), typed)
})

test('values that were spoilt are forgotten', () => {
  const browser = storage()
  remember(browser, typed)
  browser.spoil('{"amount":')
  assert.equal(recall(browser), null)
})

test('nothing is recalled on the first visit', () => {
  assert.equal(recall(storage()), null)
})
