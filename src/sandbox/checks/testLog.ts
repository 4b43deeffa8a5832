/** What a test runner said about single tests. */
export type TestLog = {
  tests: readonly TestOutcome[]
  /** How many the runner says it ran; null when it is none that is understood here. */
  ran: number | null
}

export type TestOutcome = { name: string; passed: boolean }

/** A runner may print any number of lines like these; no report lists more. */
const TESTS_MAX = 2000

/** Reads the output of `unittest -v` and of `node --test`, in its spec and TAP forms. Skipped tests are left out. */
export function readTestLog(output: string): TestLog {
  const lines = output.split('\n')
  const python = readUnittest(lines)
  const tests = python.length > 0 ? python : readNodeTest(lines)
  return { tests: tests.slice(0, TESTS_MAX), ran: ranIn(output) }
}

const RAN_LINES = [/^Ran (\d+) tests? in /m, /^(?:#|ℹ) tests (\d+)$/m]

function ranIn(output: string): number | null {
  const found = RAN_LINES.map(pattern => pattern.exec(output)?.[1]).find(count => count !== undefined)
  return found === undefined ? null : Number(found)
}

/** `test_x (tests.test_a.Case.test_x)`, then perhaps a line of its docstring, then ` ... ok`, perhaps lines later. */
function readUnittest(lines: readonly string[]): TestOutcome[] {
  const tests: TestOutcome[] = []
  let name: string | null = null
  for (const line of lines) {
    name = /^(\w+ \([\w.-]+\))/.exec(line)?.[1] ?? name
    const verdict = /(?:^| \.\.\. |\S )(ok|FAIL|ERROR|expected failure|unexpected success|skipped .*)$/.exec(
      line,
    )?.[1]
    if (name === null || verdict === undefined) continue
    if (!verdict.startsWith('skipped')) tests.push({ name, passed: UNITTEST_PASSES.has(verdict) })
    name = null
  }
  return tests
}

const UNITTEST_PASSES = new Set(['ok', 'expected failure'])

/** Up to the list of failures at the end, which says them again. */
function readNodeTest(lines: readonly string[]): TestOutcome[] {
  const end = lines.findIndex(line => line.trim() === '✖ failing tests:')
  const own = end < 0 ? lines : lines.slice(0, end)
  return own.flatMap(line => readSpecLine(line) ?? readTapLine(line) ?? [])
}

function readSpecLine(line: string): TestOutcome[] | null {
  const [, sign, name] = /^\s*(✔|✖) (.*?)(?: \([\d.]+ms\))?$/.exec(line) ?? []
  return name === undefined ? null : [{ name, passed: sign === '✔' }]
}

function readTapLine(line: string): TestOutcome[] | null {
  const [, sign, name, skipped] = /^\s*(ok|not ok) \d+ - (.*?)( # (?:SKIP|TODO).*)?$/.exec(line) ?? []
  if (name === undefined || skipped !== undefined) return null
  return [{ name, passed: sign === 'ok' }]
}
