import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../src/index.js'

const DURATIONS = {
  '1h 30m': 5_400_000,
  '45s': 45_000,
  '2 days': 172_800_000,
  '3 weeks': 1_814_400_000,
  '0.5 hours': 1_800_000,
  '2 hours and 5 minutes': 7_500_000,
  '1 hour, 10 seconds': 3_610_000,
  '-10m': -600_000,
  '1 HOUR': 3_600_000,
}

for (const [text, ms] of Object.entries(DURATIONS)) {
  test(`"${text}" is ${ms} ms`, () => assert.equal(parse(text), ms))
}
