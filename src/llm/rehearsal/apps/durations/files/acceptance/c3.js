import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, parse } from '../src/index.js'

test('ISO 8601 is read', () => {
  const texts = ['PT1H30M', 'P1D', 'P1W', 'PT0.5S', '-PT2M']
  assert.deepEqual(texts.map(text => parse(text)), [5_400_000, 86_400_000, 604_800_000, 500, -120_000])
})

test('ISO 8601 is written', () => {
  const written = [5_400_000, 86_401_500, 0].map(ms => format(ms, { style: 'iso' }))
  assert.deepEqual(written, ['PT1H30M', 'P1DT1.5S', 'PT0S'])
})

test('years and months are refused', () => {
  for (const text of ['P1Y', 'P2M']) assert.throws(() => parse(text), RangeError, text)
})
