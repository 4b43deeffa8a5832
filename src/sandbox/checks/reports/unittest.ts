import { linesOf, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const FAILURE_LINES_MAX = 300

/** Reads what `unittest -v` prints. */
export function readUnittest(text: string): TestReport {
  const lines = linesOf(text)
  const tests = testsIn(lines, messagesIn(lines))
  const ran = [...text.matchAll(/^Ran (\d+) tests? in /gm)].at(-1)?.[1]
  const skipped = tests.filter(({ outcome }) => outcome === 'skipped').length
  return {
    tests,
    ran: ran === undefined ? null : Math.max(0, Number(ran) - skipped),
    failed: ran === undefined ? null : failuresIn(text),
  }
}

/** Whether a test has begun, whether or not it came to an end. */
export function beginsUnittest(text: string): boolean {
  return /^\w+ \([\w.-]+\)(?:\n.*)? \.\.\.(?: |$)/m.test(text)
}

/** `FAILED (failures=1, errors=2, skipped=1, unexpected successes=1)` */
function failuresIn(text: string): number {
  const said = [...text.matchAll(/^FAILED \((.*)\)$/gm)].at(-1)?.[1]
  if (said === undefined) return 0
  const counts = [...said.matchAll(/(?:^|, )(?:failures|errors|unexpected successes)=(\d+)/g)]
  return Math.max(
    1,
    counts.reduce((sum, [, count]) => sum + Number(count), 0),
  )
}

/** `test_x (tests.test_a.Case.test_x)`, then perhaps a line of its docstring, then ` ... ok`, perhaps lines later. */
function testsIn(lines: readonly string[], why: ReadonlyMap<string, string>): TestOutcome[] {
  const tests: TestOutcome[] = []
  let name: string | null = null
  for (const line of lines) {
    if (tests.length >= TESTS_MAX) break
    name = /^(\w+ \([\w.-]+\))/.exec(line)?.[1] ?? name
    const [, verdict] = VERDICT.exec(line) ?? []
    if (name === null || verdict === undefined) continue
    const outcome = verdict.startsWith('skipped') ? 'skipped' : PASSES.has(verdict) ? 'passed' : 'failed'
    tests.push(outcomeOf([], name, outcome, { message: why.get(name) }))
    name = null
  }
  return tests
}

const VERDICT = /(?:^| \.\.\. |\S )(ok|FAIL|ERROR|expected failure|unexpected success|skipped .*)$/
const PASSES = new Set(['ok', 'expected failure'])

/** The last line at the margin of each traceback, with what follows it. */
function messagesIn(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [at, line] of lines.entries()) {
    const name = /^(?:FAIL|ERROR): (\w+ \([\w.-]+\))/.exec(line)?.[1]
    if (name === undefined || found.size >= TESTS_MAX) continue
    const after = lines.slice(at + 1, at + FAILURE_LINES_MAX)
    const begin = after.findIndex(each => /^-{20,}$/.test(each)) + 1
    const length = after.slice(begin).findIndex(each => /^[=-]{20,}$/.test(each))
    const block = after.slice(begin, length < 0 ? after.length : begin + length)
    const last = block.findLastIndex(
      each =>
        /^\w[\w.]*(?:Error|Exception|Exit|Interrupt|Warning)?\b.*/.test(each) &&
        !each.startsWith('Traceback'),
    )
    found.set(name, block.slice(Math.max(0, last)).join('\n'))
  }
  return found
}
