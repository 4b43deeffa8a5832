import { expect, test } from 'vitest'
import { againWords, testWords } from './checkWords.ts'

test('tests are counted, failed ones before those that were left out', () => {
  expect(testWords({ passed: 12, failed: 0, skipped: 0, list: [] })).toBe('12 tests passed')
  expect(testWords({ passed: 1, failed: 0, skipped: 3, list: [] })).toBe('1 test passed, 3 skipped')
  expect(testWords({ passed: 12, failed: 1, skipped: 0, list: [] })).toBe('1 of 13 tests failed')
})

test('a second run says how it ended, and which tests depend on chance', () => {
  expect(againWords({ passed: false, ms: 1, changed: [] })).toContain('failed again')
  expect(againWords({ passed: true, ms: 1, changed: ['a', 'b'] })).toContain('It depends on chance: a, b.')
})
