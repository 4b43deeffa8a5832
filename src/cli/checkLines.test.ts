import { expect, test } from 'vitest'
import type { AttemptView } from '../http/views.ts'
import { checkLines } from './checkLines.ts'

const check = { name: 'test', command: 'run', exitCode: 0, ms: 1, output: '', passed: true, hidden: false }
const attempt = (task: string, checks: AttemptView['checks']): AttemptView => ({
  task,
  number: 1,
  result: 'green',
  problem: '',
  changes: [],
  applied: [],
  checks,
  verdict: null,
  atMs: 0,
})

test('of a task its newest checks are shown, with the tests that failed by name', () => {
  const list = [
    { name: 'adds', outcome: 'failed' as const },
    { name: 'subtracts', outcome: 'passed' as const },
  ]
  const attempts = [
    attempt('T1', [check]),
    attempt('T1', [{ ...check, passed: false, tests: { passed: 1, failed: 3, skipped: 0, list } }]),
    attempt('T1', []),
    attempt('T2', [check]),
  ]
  expect(checkLines('T1', attempts)).toEqual([
    '      ✗ test (1 passed, 3 failed, 0 skipped)',
    '          ✗ adds',
    '          and 2 more',
  ])
  expect(checkLines('T2', attempts)).toEqual(['      ✓ test'])
  expect(checkLines('T3', attempts)).toEqual([])
})

test('a flaky check says so, and which tests are', () => {
  const again = { passed: true, ms: 5, changed: ['adds'] }
  expect(checkLines('T1', [attempt('T1', [{ ...check, again }])])).toEqual([
    '      ✓ test (flaky, run twice: adds)',
  ])
  expect(checkLines('T1', [attempt('T1', [{ ...check, again: { ...again, passed: false } }])])).toEqual([
    '      ✓ test',
  ])
})
