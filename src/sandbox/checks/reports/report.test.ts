import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReportFormat } from '../check.ts'
import { TESTS_MAX, type TestReport } from './outcome.ts'
import { findReport, readReport } from './report.ts'

/** What the real runners wrote about small suites that pass, fail, skip and break. */
const real = (...files: string[]) =>
  files.map(file => readFileSync(new URL(`real/${file}`, import.meta.url), 'utf8')).join('\f')

/** A line a test: its sign, its file where one is named, its name. */
const shown = ({ tests, ran, failed }: TestReport) => [
  `${ran} ran, ${failed} failed`,
  ...tests.map(
    ({ outcome, file, name }) => `${SIGNS[outcome]} ${file === undefined ? '' : `${file}: `}${name}`,
  ),
]
const SIGNS = { passed: '+', failed: '-', skipped: '~' }

const read = (format: ReportFormat, text: string) => {
  const report = readReport(format, text)
  if (!report.ok) throw new Error(report.says)
  return report.value
}

const RUNNERS: readonly [ReportFormat, readonly string[], readonly string[]][] = [
  [
    'junit',
    ['pytest.xml'],
    [
      '6 ran, 3 failed',
      '+ test_sums › test_adds',
      '- test_sums › test_subtracts',
      '~ test_sums › test_later',
      '+ test_sums › test_each[1]',
      '- test_sums › test_each[<b>]',
      '+ test_sums.TestGroup › test_inside',
      '- test_sums › test_setup',
    ],
  ],
  [
    'junit',
    ['vitest.xml'],
    [
      '3 ran, 1 failed',
      '+ a.test.js: adds',
      '- a.test.js: subtracts <b>',
      '~ a.test.js: later',
      '+ a.test.js: a group > inside',
    ],
  ],
  [
    'junit',
    ['node.junit.xml'],
    [
      '4 ran, 2 failed',
      '+ sums.test.js: adds',
      '- sums.test.js: subtracts <b> & &quot;c&quot;',
      '~ sums.test.js: later',
      '~ sums.test.js: some day',
      '+ sums.test.js: a group › inside',
      '- sums.test.js: a group › fails inside',
    ],
  ],
  [
    'junit',
    ['surefire-sums.xml', 'surefire-other.xml'],
    [
      '4 ran, 2 failed',
      '+ app.SumsTest › adds',
      '- app.SumsTest › fails',
      '~ app.SumsTest › later',
      '- app.SumsTest › subtracts',
      '+ app.OtherTest › other',
    ],
  ],
  [
    'tap',
    ['node.tap'],
    [
      '5 ran, 2 failed',
      '+ adds',
      '- subtracts <b> & "c"',
      '~ later',
      '~ some day',
      '+ a group › inside',
      '- a group › fails inside',
    ],
  ],
  [
    'tap',
    ['vitest.tap'],
    [
      '3 ran, 1 failed',
      '+ a.test.js › adds',
      '- a.test.js › subtracts <b>',
      '~ a.test.js › later',
      '+ a.test.js › a group › inside',
    ],
  ],
  [
    'node',
    ['node-spec.txt'],
    [
      '5 ran, 2 failed',
      '+ adds',
      '- subtracts <b> & "c"',
      '~ later',
      '~ some day',
      '+ a group › inside',
      '- a group › fails inside',
    ],
  ],
  [
    'cargo',
    ['cargo.txt'],
    [
      '5 ran, 1 failed',
      '~ tests::later',
      '+ tests::adds',
      '+ tests::panics',
      '- tests::subtracts',
      '+ whole',
      '+ src/lib.rs - add (line 1)',
    ],
  ],
  [
    'go-json',
    ['go.jsonl'],
    [
      '4 ran, 2 failed',
      '+ example.org/sums: TestAdds',
      '+ example.org/sums: TestTable/of_1',
      '- example.org/sums: TestTable/of_2',
      '- example.org/sums: TestTable',
      '~ example.org/sums: TestLater',
    ],
  ],
  ['go-json', ['go-empty.jsonl'], ['0 ran, 0 failed']],
]

test.each(RUNNERS)('%s %j names every test and how it ended', (format, files, expected) => {
  expect(shown(read(format, real(...files)))).toEqual(expected)
})

test.each([
  ['junit', 'pytest.xml', 'test_sums › test_subtracts', 'AssertionError: one & one\nassert (1 - 1) == 1'],
  ['junit', 'surefire-sums.xml', 'app.SumsTest › subtracts', 'one less one ==> expected: <1> but was: <0>'],
  ['tap', 'node.tap', 'a group › fails inside', 'inside'],
  ['node', 'node-spec.txt', 'a group › fails inside', 'AssertionError [ERR_ASSERTION]: inside'],
  ['go-json', 'go.jsonl', 'TestTable/of_2', '    sums_test.go:18: got 2, want 1'],
] as const)('%s %s says why %j failed', (format, file, name, message) => {
  expect(read(format, real(file)).tests.find(each => each.name === name)?.message).toBe(message)
})

test('a package of Go that does not compile counts as failed, and its complaint is shown as text', () => {
  const { failed, text, tests } = read('go-json', real('go-broken.jsonl'))
  expect(failed).toBeGreaterThan(1)
  expect(text).toContain('undefined: undefinedName')
  expect(text).not.toContain('"Action"')
  expect(tests.every(({ name }) => name !== '')).toBe(true)
})

test('unittest names its tests, with docstrings and output between', () => {
  const report = findReport(`test_bad (tests.test_a.T.test_bad) ... FAIL
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
Traceback (most recent call last):
  File "/workspace/tests/test_a.py", line 4, in test_bad
AssertionError: 3 != 4

----------------------------------------------------------------------
Ran 6 tests in 0.001s

FAILED (failures=1, errors=1, skipped=1, expected failures=1)`)
  expect(report.ok && shown(report.value)).toEqual([
    '5 ran, 2 failed',
    '- test_bad (tests.test_a.T.test_bad)',
    '+ test_doc (tests.test_a.T.test_doc)',
    '- test_err (tests.test_a.T.test_err)',
    '+ test_known (tests.test_a.T.test_known)',
    '+ test_loud (tests.test_a.T.test_loud)',
    '~ test_skipped (tests.test_a.T.test_skipped)',
  ])
  expect(report.ok && report.value.tests[0]?.message).toBe('AssertionError: 3 != 4')
})

test.each([
  ['cut off', real('pytest.xml').slice(0, 900)],
  ['empty', ''],
  ['something else', '<html></html>'],
  ['no XML', 'all good'],
  ['with a document type', `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${real('vitest.xml')}`],
  [
    'two, of which one is cut off',
    `${real('surefire-other.xml')}\f${real('surefire-sums.xml').slice(0, 500)}`,
  ],
])('an XML report that is %s is not believed', (_, text) => {
  expect(readReport('junit', text)).toMatchObject({ ok: false, reason: 'torn' })
})

test('a suite that claims more failures than it lists has them', () => {
  const text = '<testsuite name="a" tests="2" failures="1"><testcase name="b" classname="c"/></testsuite>'
  expect(read('junit', text)).toMatchObject({ ran: 1, failed: 1 })
})

test('a page or a document that a test printed is text', () => {
  const printed = '<![CDATA[<?xml version="1.0"?><!DOCTYPE html><html>]]>'
  const text = `<testsuite><testcase name="a" classname="b"><system-out>${printed}</system-out></testcase></testsuite>`
  expect(read('junit', text)).toMatchObject({ ran: 1, failed: 0 })
})

test('a program of tests that ends in the middle is not believed', () => {
  const cargo = real('cargo.txt')
  expect(readReport('cargo', cargo.slice(0, cargo.lastIndexOf('test result:')))).toMatchObject({ ok: false })
  expect(readReport('unittest', 'test_a (m.T.test_a) ... ')).toMatchObject({ ok: false })
  expect(findReport('test_a (m.T.test_a) ... ok\n')).toMatchObject({ ok: false })
})

test('what a failing test of Rust printed is not taken for a test', () => {
  const fake = real('cargo.txt').replace('a word', 'test fake ... ok')
  expect(read('cargo', fake)).toEqual(read('cargo', real('cargo.txt')))
})

test('a runner that is not known here says nothing', () => {
  expect(findReport('all good\n')).toEqual({ ok: true, value: { tests: [], ran: null, failed: null } })
})

test.each([
  ['vitest', ' Test Files  1 failed (1)\n      Tests  1 failed | 2 passed | 1 skipped (4)\n', 3, 1],
  ['jest', 'Tests:       1 failed, 2 passed, 3 total\nTime: 1s\n', 3, 1],
  ['pytest', real('pytest.txt'), 6, 3],
  ['Maven', '[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1\n', 3, 2],
  [
    'Go',
    '=== RUN   TestA\n--- PASS: TestA (0.00s)\n    --- FAIL: TestA/b (0.00s)\nFAIL\texample.org/a\t0.002s\n',
    2,
    1,
  ],
  ['Go without tests', '?   \texample.org/a\t[no test files]\n', 0, 0],
])('how many tests %s counted for people is understood', (_, output, ran, failed) => {
  expect(findReport(output)).toMatchObject({ ok: true, value: { ran, failed } })
})

const FORMATS = ['junit', 'tap', 'go-json', 'node', 'unittest', 'cargo'] as const

test('whatever is written as a report, it is read or refused, and bounded', () => {
  const whole = RUNNERS.map(([, files]) => real(...files))
  const cut = fc
    .tuple(fc.constantFrom(...whole), fc.nat(), fc.nat(), fc.string())
    .map(([text, from, length, middle]) => {
      const at = from % (text.length + 1)
      return text.slice(0, at) + middle + text.slice(at + (length % 300))
    })
  fc.assert(
    fc.property(
      fc.constantFrom(...FORMATS),
      fc.oneof(cut, fc.string(), fc.string({ unit: 'binary' })),
      (format, text) => {
        for (const report of [readReport(format, text), findReport(text)]) {
          if (!report.ok) continue
          const { tests, ran, failed } = report.value
          expect(tests.length).toBeLessThanOrEqual(TESTS_MAX)
          for (const { name, message = '' } of tests) expect(name.length + message.length).toBeLessThan(1_000)
          for (const count of [ran, failed]) expect(count ?? 0).toBeGreaterThanOrEqual(0)
        }
      },
    ),
    { numRuns: 400 },
  )
})

test.each([
  ['junit', `<testsuite>${'<testcase name="a" classname="b"/>'.repeat(50_000)}</testsuite>`],
  ['junit', '<testsuite>'.repeat(100_000)],
  ['junit', `<testsuite><testcase name="${'x'.repeat(2_000_000)}" classname="b"/></testsuite>`],
  ['tap', 'ok 1 - a\n  ---\n'.repeat(50_000)],
  ['node', `${' '.repeat(500_000)}✔ a\n${'✖ a (1ms)\n'.repeat(100_000)}`],
  ['unittest', `${'test_a (m.T.test_a)\n'.repeat(50_000)}${'FAIL: test_a (m.T.test_a)\n'.repeat(50_000)}`],
  ['cargo', '---- a stdout ----\n'.repeat(50_000)],
  ['go-json', '{"Action":"output","Test":"T","Output":"x"}\n'.repeat(100_000)],
] as const)('%s in bulk is read in a few seconds (%#)', (format, text) => {
  const begin = performance.now()
  const report = readReport(format, text)
  expect(performance.now() - begin).toBeLessThan(5_000)
  if (report.ok) expect(report.value.tests.length).toBeLessThanOrEqual(TESTS_MAX)
})
