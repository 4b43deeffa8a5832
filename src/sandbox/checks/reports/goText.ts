import { counted, linesOf, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const OUTCOMES: Readonly<Record<string, TestOutcome['outcome']>> = {
  PASS: 'passed',
  FAIL: 'failed',
  SKIP: 'skipped',
}

/** Reads what `go test -v` prints for people; it ends each package with `ok`, `FAIL` or `?`. */
export function readGoText(text: string): TestReport {
  const lines = linesOf(text)
  const ends = lines.filter(line => /^(?:ok|FAIL|\?) {0,3}\t\S+\t/.test(line))
  const tests = lines.flatMap(line => {
    const [, sign = '', name, seconds] = /^ *--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+)s\)$/.exec(line) ?? []
    return name === undefined
      ? []
      : [outcomeOf([], name, OUTCOMES[sign] ?? 'failed', { ms: Number(seconds) * 1000 })]
  })
  if (ends.length === 0) return { tests: [], ran: null, failed: null }
  const { ran, failed } = counted(tests)
  const packagesFailed = ends.filter(line => line.startsWith('FAIL')).length
  return { tests: tests.slice(0, TESTS_MAX), ran, failed: Math.max(failed, packagesFailed) }
}
