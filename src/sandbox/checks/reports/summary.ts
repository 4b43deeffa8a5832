import type { TestReport } from './outcome.ts'

/** Last lines in which runners count their tests without naming them, and the words for each count. */
const SUMMARIES: readonly { line: RegExp; failed: readonly string[]; passed: readonly string[] }[] = [
  // vitest: `Tests  1 failed | 2 passed | 1 skipped (4)`; jest: `Tests:  1 failed, 2 passed, 3 total`
  { line: /^ *Tests:? +(\d+ \w+[^\n]*)$/gm, failed: ['failed'], passed: ['passed'] },
  // pytest: `== 3 failed, 3 passed, 1 skipped, 1 error in 0.05s ==`
  {
    line: /^(?:=+ )?(\d+ (?:failed|passed|skipped|errors?|xfailed|deselected)\b[^\n]* in [\d.]+s[^\n]*)$/gm,
    failed: ['failed', 'error', 'errors'],
    passed: ['passed', 'xfailed'],
  },
]

/** Maven: `Tests run: 4, Failures: 1, Errors: 1, Skipped: 1`, for all of a module together in the last line. */
const MAVEN = /^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$/gm

/** How many tests a runner says there were, where it names none. */
export function readSummary(text: string): TestReport {
  for (const { line, failed, passed } of SUMMARIES) {
    const said = [...text.matchAll(line)].at(-1)?.[1]
    if (said === undefined) continue
    const red = countIn(said, failed)
    return { tests: [], ran: red + countIn(said, passed), failed: red }
  }
  return readMaven(text)
}

function countIn(said: string, words: readonly string[]): number {
  const counts = [...said.matchAll(/(\d+) (\w+)/g)]
  return counts.reduce((sum, [, count, word = '']) => sum + (words.includes(word) ? Number(count) : 0), 0)
}

function readMaven(text: string): TestReport {
  const last = [...text.matchAll(MAVEN)].at(-1)
  if (last === undefined) return { tests: [], ran: null, failed: null }
  const [ran = 0, failures = 0, errors = 0, skipped = 0] = last.slice(1).map(Number)
  return { tests: [], ran: Math.max(0, ran - skipped), failed: failures + errors }
}
