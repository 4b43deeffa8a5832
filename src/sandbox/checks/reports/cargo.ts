import { done, type Result, refuse } from '../../../failure.ts'
import { linesOf, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const MESSAGE_LINES_MAX = 12
/** What a failing test printed before it panicked. */
const FAILURE_LINES_MAX = 300

/**
 * Reads what `cargo test` prints: one list for each program of tests, and each with its own last line. Where that is
 * missing, a test ended the whole program, which cargo takes for success.
 */
export function readCargo(text: string): Result<TestReport, 'torn'> {
  const begun = [...text.matchAll(/^running \d+ tests?$/gm)].length
  const ended = [...text.matchAll(/^test result: /gm)].length
  if (begun > ended) return refuse('torn', 'A program of tests ended before it had said how they went.')
  return done({ tests: testsIn(text), ...summary(text) })
}

function testsIn(text: string): TestOutcome[] {
  const lines = linesOf(text)
  const why = messagesIn(lines)
  const tests: TestOutcome[] = []
  // What failing tests printed stands between `failures:` and the result, and may look like anything.
  let listing = true
  for (const line of lines) {
    if (tests.length >= TESTS_MAX) break
    if (line === 'failures:') listing = false
    if (/^running \d+ tests?$/.test(line)) listing = true
    const [, name, verdict] =
      /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:,.*)?$/.exec(line) ?? []
    if (!listing || name === undefined || verdict === undefined) continue
    tests.push(outcomeOf([], name, OUTCOMES[verdict] ?? 'failed', { message: why.get(name) }))
  }
  return tests
}

const OUTCOMES: Readonly<Record<string, TestOutcome['outcome']>> = { ok: 'passed', ignored: 'skipped' }

function summary(text: string): { ran: number | null; failed: number | null } {
  const results = [...text.matchAll(/^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed;/gm)]
  if (results.length === 0) return { ran: null, failed: null }
  const sum = (at: 1 | 2) => results.reduce((total, found) => total + Number(found[at]), 0)
  return { ran: sum(1) + sum(2), failed: sum(2) }
}

/** `---- tests::adds stdout ----`, and below it the words of the panic. */
function messagesIn(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [at, line] of lines.entries()) {
    const name = /^---- (.+) stdout ----$/.exec(line)?.[1]
    if (name === undefined || found.size >= TESTS_MAX) continue
    const after = lines.slice(at + 1, at + FAILURE_LINES_MAX)
    const panic = after.findIndex(each => each.startsWith("thread '"))
    const block = after.slice(Math.max(0, panic), Math.max(0, panic) + MESSAGE_LINES_MAX)
    const end = block.findIndex(each => /^(?:stack backtrace:|note:|----|failures:)/.test(each))
    found.set(name, block.slice(0, end < 0 ? block.length : end).join('\n'))
  }
  return found
}
