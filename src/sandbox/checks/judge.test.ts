import { expect, test } from 'vitest'
import type { RunResult } from '../backend.ts'
import type { Check, ReportSource } from './check.ts'
import { judged } from './judge.ts'

const ENDED: RunResult = {
  exitCode: 0,
  signal: null,
  killedBy: null,
  stdout: '',
  stderr: '',
  truncated: false,
  usage: { wallMs: 5, cpuMs: 5, memoryBytes: 5 },
  guarantees: {
    wallMs: 'hard',
    cpuSeconds: 'hard',
    memoryBytes: 'hard',
    processes: 'hard',
    fileBytes: 'hard',
    diskBytes: 'hard',
    openFiles: 'hard',
    outputBytes: 'hard',
    network: 'hard',
  },
}
const JUNIT: ReportSource = { format: 'junit', file: 'report.xml' }
const suite = (...cases: string[]) => `<testsuite name="s">${cases.join('')}</testsuite>`
const GOOD = '<testcase name="a" classname="b"/>'
const BAD = '<testcase name="a" classname="b"><failure message="no"/></testcase>'
const SKIPPED = '<testcase name="a" classname="b"><skipped/></testcase>'

const judge = (
  over: Partial<RunResult>,
  file: string | null = null,
  report: ReportSource | undefined = JUNIT,
  kind: Check['kind'] = 'test',
) =>
  judged(
    { name: 'test', kind, phase: 'test', command: ['run'], ...(report ? { report } : {}) },
    { ...ENDED, ...over },
    file,
  )

test('a good report with exit code 0 is a pass', () => {
  expect(judge({}, suite(GOOD))).toMatchObject({
    passed: true,
    tests: [{ name: 'b › a', outcome: 'passed' }],
  })
})

test.each([
  ['a good report and a failing exit code', { exitCode: 1 }, suite(GOOD), ''],
  ['a good report and a killed run', { exitCode: null, killedBy: 'wall' as const }, suite(GOOD), ''],
  ['a bad report and exit code 0', {}, suite(GOOD, BAD), 'the exit code is 0, but the report has 1 failed'],
  ['no report', {}, null, 'is empty'],
  ['a torn report', {}, suite(GOOD).slice(0, 40), 'is not whole'],
  ['a report without a test', {}, suite(), 'no tests found'],
  ['a report of skipped tests only', {}, suite(SKIPPED, SKIPPED), 'every test was skipped'],
])('%s is no pass', (_, over, file, says) => {
  const result = judge(over, file)
  expect(result.passed).toBe(false)
  expect(result.output).toContain(says)
})

test('a runner that should have reported on its output and did not has not passed', () => {
  for (const format of ['tap', 'node', 'unittest', 'cargo', 'go-json'] as const) {
    expect(judge({ stdout: 'all good' }, null, { format })).toMatchObject({ passed: false })
  }
})

test.each([
  ['node', '✔ a (1ms)\n✖ b (1ms)\nℹ tests 2\nℹ skipped 0\nℹ fail 1'],
  ['unittest', 'test_a (m.T.test_a) ... FAIL\nRan 1 test in 0.1s\n\nFAILED (failures=1)'],
  ['cargo', 'running 1 test\ntest a ... FAILED\ntest result: FAILED. 0 passed; 1 failed; 0 ignored'],
])('what %s said of a failure is heard although a script hid its exit code', (_, stdout) => {
  const { passed, output } = judged(
    { name: 'test', phase: 'test', command: ['x'] },
    { ...ENDED, stdout },
    null,
  )
  expect(passed).toBe(false)
  expect(output).toContain('the report has 1 failed')
})

test('a program that prints something like a failing test is not taken for a runner that failed', () => {
  const stdout = '✖ nothing to do\n✔ adds (1ms)\nnot ok 1 - printed\nℹ tests 1\nℹ skipped 0\nℹ fail 0'
  expect(judged({ name: 'test', phase: 'test', command: ['x'] }, { ...ENDED, stdout }, null).passed).toBe(
    true,
  )
})

test('a build is judged by its exit code alone, whatever it prints', () => {
  const stdout = 'Ran 0 tests in 0.1s\n# tests 0'
  const build: Check = { name: 'build', phase: 'build', command: ['make'] }
  expect(judged(build, { ...ENDED, stdout }, null).passed).toBe(true)
  expect(judged(build, { ...ENDED, exitCode: 2 }, null).passed).toBe(false)
})

test('failed tests are named first, skipped ones last', () => {
  const { tests = [] } = judge({ exitCode: 1 }, suite(SKIPPED, GOOD, BAD))
  expect(tests.map(({ outcome }) => outcome)).toEqual(['failed', 'passed', 'skipped'])
})
