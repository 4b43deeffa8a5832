import { type Check, kindOf } from './check.ts'
import type { TestOutcome } from './reports/outcome.ts'
import type { Again, CheckResult } from './result.ts'

/** Second runs of one list of checks may take so long together; the rest is not run again. */
const MS_MAX = 120_000
const CHECKS_MAX = 20
const NAMES_MAX = 50

type Run = (check: Check) => Promise<CheckResult>
/** Gives a way to run checks in one fresh copy of the files. */
type InFreshCopy = (use: (run: Run) => Promise<CheckResult[]>) => Promise<CheckResult[]>

/**
 * Runs every failed test once more on a fresh copy of the same files, after the builds that came before it. Nothing is
 * run again where a build failed, where a test was cancelled, or where it took longer than is left.
 *
 * A test of the project's own that passes the second time passes, and is marked. An acceptance test stays red: it is the
 * proof that a criterion is met, and something that holds only now and then is no proof; that it passed the second time
 * is said, for it means that chance, time or order decides. A hidden one is treated alike.
 */
export async function rerun(
  first: readonly CheckResult[],
  checks: readonly Check[],
  inFreshCopy: InFreshCopy,
): Promise<CheckResult[]> {
  const failed = checks.filter((check, at) => isTest(check) && first[at] !== undefined && worthIt(first[at]))
  const builds = checks.filter(check => kindOf(check) === 'build')
  const broken = checks.some((check, at) => kindOf(check) === 'build' && first[at]?.passed !== true)
  if (failed.length === 0 || failed.length > CHECKS_MAX || broken || first.length < checks.length)
    return [...first]
  const spent = first.reduce((sum, { kind, ms }) => sum + (kind === 'build' ? ms : 0), 0)
  return inFreshCopy(async run => {
    for (const build of builds) await run(build)
    return runInTurn(first, checks, new Set(failed), run, MS_MAX - spent)
  })
}

async function runInTurn(
  first: readonly CheckResult[],
  checks: readonly Check[],
  failed: ReadonlySet<Check>,
  run: Run,
  msMax: number,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  let left = msMax
  for (const [at, result] of first.entries()) {
    const check = checks[at]
    if (check === undefined || !failed.has(check) || result.ms > left) {
      results.push(result)
      continue
    }
    const second = await run(check)
    left -= second.ms
    results.push(second.killedBy === 'cancelled' ? result : both(result, second))
  }
  return results
}

const BY_CHANCE =
  'Run once more on a fresh copy of the same files it passed: it depends on chance, time or order.'

function isTest(check: Check): boolean {
  return kindOf(check) === 'test' || kindOf(check) === 'acceptance'
}

function worthIt({ passed, killedBy }: CheckResult): boolean {
  return !passed && killedBy !== 'cancelled'
}

/** The output is that of the run that failed: there is what has to be mended. */
function both(first: CheckResult, second: CheckResult): CheckResult {
  const again: Again = { passed: second.passed, ms: second.ms, changed: changedIn(first.tests, second.tests) }
  if (!second.passed) return { ...first, again }
  const output = `${first.output}\n${BY_CHANCE}`
  if (first.kind !== 'test') return { ...first, output, again }
  return { ...first, output, again, passed: true, ...(second.tests ? { tests: second.tests } : {}) }
}

/** Names of the tests that failed in one run and not in the other. */
function changedIn(first: readonly TestOutcome[] = [], second: readonly TestOutcome[] = []): string[] {
  const [before, after] = [failedIn(first), failedIn(second)]
  return [...before.filter(name => !after.includes(name)), ...after.filter(name => !before.includes(name))]
}

function failedIn(tests: readonly TestOutcome[]): string[] {
  const names = tests.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
  return [...new Set(names)].slice(0, NAMES_MAX)
}
