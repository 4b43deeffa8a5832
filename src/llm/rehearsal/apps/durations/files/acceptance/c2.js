import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format } from '../src/index.js'

test('a duration is written short and long', () => {
  assert.equal(format(5_400_000), '1h 30m')
  assert.equal(format(5_400_000, { style: 'short' }), '1h 30m')
  assert.equal(format(5_400_000, { style: 'long' }), '1 hour 30 minutes')
  assert.equal(format(86_400_000 + 1_000, { style: 'long' }), '1 day 1 second')
})

test('fewer parts are rounded', () => {
  assert.equal(format(90_061_000, { parts: 2 }), '1d 1h')
})

test('rounding never leaves 60 of a unit', () => {
  assert.equal(format(3_599_600, { parts: 1 }), '1h')
  assert.equal(format(10_790_000, { parts: 2 }), '3h')
})

test('zero and negative durations are written', () => {
  assert.deepEqual([format(0), format(-60_000)], ['0s', '-1m'])
})
