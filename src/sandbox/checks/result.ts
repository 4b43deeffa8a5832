import type { KilledBy } from '../backend.ts'
import type { CheckKind } from './check.ts'
import type { TestOutcome } from './reports/outcome.ts'

export type CheckResult = {
  name: string
  kind: CheckKind
  command: readonly string[]
  exitCode: number | null
  killedBy: KilledBy | null
  ms: number
  /** The last part of what it printed, standard output first, and what was wrong with that. */
  output: string
  /** Exit code 0, not killed, and, of tests, a report that agrees and has more than none. See `again` for the rest. */
  passed: boolean
  /** Single tests, where the runner names them; failed ones first. */
  tests?: readonly TestOutcome[]
  /** The second run of a test that failed, where there was one. */
  again?: Again
}

/** What came of running a failed test once more on a fresh copy of the same files. */
export type Again = {
  passed: boolean
  ms: number
  /** Names of the tests that ended otherwise than before. */
  changed: string[]
}

/** Whether a check ended both ways on the same files. */
export function isFlaky({ again }: Pick<CheckResult, 'again'>): boolean {
  return again?.passed === true
}
