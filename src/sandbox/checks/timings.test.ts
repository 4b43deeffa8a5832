import { expect, test } from 'vitest'
import { withoutTimings } from './timings.ts'

test.each([
  ['✖ subtracts (1.25ms)\nℹ tests 2\nℹ duration_ms 48.12\nend', '✖ subtracts\nℹ tests 2\nend'],
  ['not ok 1 - adds\n  ---\n  duration_ms: 0.5\n  type: test', 'not ok 1 - adds\n  ---\n  type: test'],
  ['Ran 6 tests in 0.001s\n\nFAILED (failures=1)', 'Ran 6 tests\n\nFAILED (failures=1)'],
  ['== 5 failed, 1 passed in 12.30s ==', '== 5 failed, 1 passed =='],
])('what a runner says is the same in every run: %j', (output, said) => {
  expect(withoutTimings(output)).toBe(said)
})

test('times that a program itself speaks of are left', () => {
  const output = "expected '2h 5m (300s) later' to equal 'in 5 minutes'"
  expect(withoutTimings(output)).toBe(output)
})
