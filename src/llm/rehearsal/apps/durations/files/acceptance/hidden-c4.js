import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, parse } from '../src/index.js'

test('a text that is not a duration is a RangeError that quotes it', () => {
  for (const text of ['tomorrow', '12', '3 bananas', '1h 1h', '1h..', '--1h', 'P1H', '1e3s']) {
    assert.throws(() => parse(text), error => error instanceof RangeError && error.message.includes(text.slice(-2)), text)
  }
})

test('an empty text is a RangeError', () => {
  for (const text of ['', '   ', '-']) assert.throws(() => parse(text), RangeError, JSON.stringify(text))
})

test('what is not a text is a TypeError', () => {
  for (const value of [undefined, null, 5, {}, []]) assert.throws(() => parse(value), TypeError)
})

test('what is not a number of milliseconds is refused', () => {
  for (const value of [undefined, null, '5', {}]) assert.throws(() => format(value), TypeError)
  for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e300]) assert.throws(() => format(value), RangeError)
})

test('an unknown style is refused', () => {
  for (const style of ['tiny', '', 'toString']) assert.throws(() => format(1, { style }), RangeError)
})
