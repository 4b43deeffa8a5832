import { invariant } from '../../failure.ts'
import type { KilledBy, RunResult } from '../backend.ts'
import type { Files } from '../files.ts'
import type { Sandbox } from '../open.ts'
import { lastPart } from '../output.ts'
import type { Check } from './check.ts'
import { readTestLog, type TestLog, type TestOutcome } from './testLog.ts'

export type CheckResult = {
  name: string
  command: readonly string[]
  exitCode: number | null
  killedBy: KilledBy | null
  ms: number
  /** The last part of what it printed, standard output first. */
  output: string
  /** Exit code 0, not killed, and, of a test runner that says how many tests it ran, more than none. */
  passed: boolean
  /** Single tests, where the runner names them. */
  tests?: readonly TestOutcome[]
}

const OUTPUT_CHARACTERS_MAX = 20_000
const CHECKS_MAX = 200

/**
 * Runs checks one after the other on one fresh copy of the files. A failing check does not keep the next from being
 * run; a cancelled one is the last.
 */
export async function runChecks(
  sandbox: Sandbox,
  files: Files,
  checks: readonly Check[],
  signal?: AbortSignal,
): Promise<CheckResult[]> {
  invariant(checks.length <= CHECKS_MAX, `no tree has more than ${CHECKS_MAX} checks`)
  const workspace = await sandbox.workspace(files)
  const results: CheckResult[] = []
  try {
    for (const check of checks) {
      const { phase, command } = check
      results.push(judged(check, await sandbox.run({ workspace: workspace.dir, phase, command }, signal)))
      if (signal?.aborted) break
    }
    return results
  } finally {
    await workspace.dispose()
  }
}

function judged(check: Check, result: RunResult): CheckResult {
  const { exitCode, killedBy } = result
  const output = printed(result)
  const log = readTestLog(output)
  const noTests = exitCode === 0 && ranNothing(log)
  return {
    name: check.name,
    command: check.command,
    exitCode,
    killedBy,
    ms: result.usage.wallMs,
    output: lastPart(noTests ? `${output}\nno tests found` : output, OUTPUT_CHARACTERS_MAX),
    passed: exitCode === 0 && killedBy === null && !noTests,
    ...(log.tests.length > 0 ? { tests: log.tests } : {}),
  }
}

/** Up to version 20, Node counts a file without a test as one, by its path. */
function ranNothing({ ran, tests }: TestLog): boolean {
  if (ran === null) return false
  return ran === 0 || (tests.length > 0 && tests.every(({ name }) => /^[./].*\.[cm]?js$/.test(name)))
}

/** What a run printed: output, then errors. */
export function printed({ stdout, stderr }: RunResult): string {
  return [stdout.trimEnd(), stderr.trimEnd()].filter(part => part !== '').join('\n')
}
