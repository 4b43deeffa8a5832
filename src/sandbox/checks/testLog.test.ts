import { expect, test } from 'vitest'
import { readTestLog } from './testLog.ts'

test('unittest names its tests, with docstrings and output between', () => {
  const log = readTestLog(`test_bad (tests.test_a.T.test_bad) ... FAIL
test_doc (tests.test_a.T.test_doc)
Adds things. ... ok
test_err (tests.test_a.T.test_err) ... ERROR
test_known (tests.test_a.T.test_known) ... expected failure
test_loud (tests.test_a.T.test_loud) ... something printed
ok
test_skipped (tests.test_a.T.test_skipped) ... skipped 'not now'

======================================================================
FAIL: test_bad (tests.test_a.T.test_bad)
----------------------------------------------------------------------
Ran 6 tests in 0.001s

FAILED (failures=1, errors=1, skipped=1, expected failures=1)`)
  expect(log.ran).toBe(6)
  expect(log.tests).toEqual([
    { name: 'test_bad (tests.test_a.T.test_bad)', passed: false },
    { name: 'test_doc (tests.test_a.T.test_doc)', passed: true },
    { name: 'test_err (tests.test_a.T.test_err)', passed: false },
    { name: 'test_known (tests.test_a.T.test_known)', passed: true },
    { name: 'test_loud (tests.test_a.T.test_loud)', passed: true },
  ])
})

test('the TAP output of node names its tests, nested ones too', () => {
  const log = readTestLog(`TAP version 13
# Subtest: adds
ok 1 - adds
    not ok 1 - inner
    ok 2 - later # SKIP
not ok 2 - outer
# tests 4`)
  expect(log.ran).toBe(4)
  expect(log.tests).toEqual([
    { name: 'adds', passed: true },
    { name: 'inner', passed: false },
    { name: 'outer', passed: false },
  ])
})

test('the spec output of node is read once, not again from its list of failures', () => {
  const log = readTestLog(`✔ adds (0.5ms)
✖ subtracts (1.25ms)
ℹ tests 2
✖ failing tests:

✖ subtracts (1.25ms)`)
  expect(log).toEqual({
    ran: 2,
    tests: [
      { name: 'adds', passed: true },
      { name: 'subtracts', passed: false },
    ],
  })
})

test('a runner that is not known here says nothing', () => {
  expect(readTestLog('2 passing\n')).toEqual({ ran: null, tests: [] })
})
