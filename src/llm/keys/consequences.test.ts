import { expect, test } from 'vitest'
import { failure } from '../../../tests/set-up/keys.ts'
import type { FailureKind } from '../model.ts'
import { type Consequence, consequenceOf } from './consequences.ts'

const HOUR_MS = 3_600_000
const NONE = { kind: 'none' } as const

const WITHOUT_A_TIME: readonly [FailureKind, Consequence][] = [
  ['rate-limited', { kind: 'rest', forMs: 30_000, alert: false }],
  ['out-of-provider-credit', { kind: 'rest', forMs: HOUR_MS, alert: true }],
  ['authentication', { kind: 'disable' }],
  ['overloaded', NONE],
  ['context-too-long', NONE],
  ['refused', NONE],
  ['malformed', NONE],
  ['timeout', NONE],
  ['cancelled', NONE],
  ['network', NONE],
  ['unknown', NONE],
]

test.each(WITHOUT_A_TIME)('what %s means for a key', (kind, consequence) => {
  expect(consequenceOf(failure(kind))).toEqual(consequence)
})

test.each([
  [7_321, 7_321],
  [0, 0],
  [0.2, 1],
  [-5, 0],
  [1e300, 31 * 24 * HOUR_MS],
])('a rate limit of %d ms rests for %d ms', (asked, forMs) => {
  expect(consequenceOf(failure('rate-limited', asked))).toEqual({ kind: 'rest', forMs, alert: false })
})
