import { stripVTControlCharacters } from 'node:util'
import type { Result } from '../../failure.ts'
import type { RunResult } from '../backend.ts'
import { lastPart } from '../output.ts'
import { type Check, kindOf } from './check.ts'
import type { TestReport } from './reports/outcome.ts'
import { findReport, readReport } from './reports/report.ts'
import type { CheckResult } from './result.ts'

const OUTPUT_CHARACTERS_MAX = 20_000

/**
 * Whether a check passed. Exit code and report must agree: a report never turns a failing exit code green, and an exit
 * code of 0 is not enough where the report names a failure, is missing or torn, or ran nothing. `file` is what the
 * report file holds; null when there is none.
 */
export function judged(check: Check, result: RunResult, file: string | null): CheckResult {
  const { exitCode, killedBy, usage } = result
  const kind = kindOf(check)
  const isTest = kind === 'test' || kind === 'acceptance'
  const report = isTest ? reportOf(check, result, file) : null
  const fault = report === null || exitCode !== 0 ? null : faultOf(report, check)
  const said = report?.ok ? [...report.value.tests] : []
  const text = (report?.ok ? report.value.text : undefined) ?? printed(result)
  return {
    name: check.name,
    kind,
    command: check.command,
    exitCode,
    killedBy,
    ms: usage.wallMs,
    output: lastPart([text, fault ?? ''].filter(part => part !== '').join('\n'), OUTPUT_CHARACTERS_MAX),
    passed: exitCode === 0 && killedBy === null && fault === null,
    ...(said.length > 0
      ? { tests: said.sort((one, other) => RANKS[one.outcome] - RANKS[other.outcome]) }
      : {}),
  }
}

function reportOf({ report }: Check, result: RunResult, file: string | null): Result<TestReport, 'torn'> {
  if (report === undefined) return findReport(printed(result))
  return readReport(report.format, report.file === undefined ? printed(result) : (file ?? ''))
}

/** What is wrong with the report of a run that ended with exit code 0. */
function faultOf(report: Result<TestReport, 'torn'>, check: Check): string | null {
  if (!report.ok) return `${report.says} Exit code 0 alone does not count.`
  const { tests, ran, failed } = report.value
  if (ran === null) return check.report === undefined ? null : 'no report of the tests was found'
  if ((failed ?? 0) > 0) return `the exit code is 0, but the report has ${failed} failed`
  if (ran > 0 && !onlyFiles(tests)) return null
  return tests.some(({ outcome }) => outcome === 'skipped') ? 'every test was skipped' : 'no tests found'
}

/** Up to version 20, Node counts a file without a test as one, by its path. */
function onlyFiles(tests: TestReport['tests']): boolean {
  return tests.length > 0 && tests.every(({ name }) => /^[./].*\.[cm]?[jt]sx?$/.test(name))
}

const RANKS = { failed: 0, passed: 1, skipped: 2 } as const

/** What a run printed: output, then errors, without what colours a terminal. */
export function printed({ stdout, stderr }: RunResult): string {
  const parts = [stdout, stderr].map(part => stripVTControlCharacters(part).trimEnd())
  return parts.filter(part => part !== '').join('\n')
}
