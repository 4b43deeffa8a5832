import type { CheckReport } from '../agents/checkText.ts'
import { invariant } from '../failure.ts'
import type { Check } from '../sandbox/checks/check.ts'
import { type CheckResult, runChecks } from '../sandbox/checks/checks.ts'
import { withoutTimings } from '../sandbox/checks/timings.ts'
import { checksFor, testCommand } from '../sandbox/toolchains/toolchains.ts'
import type { TreeFile } from '../workspace/archive.ts'
import { overlay } from './draft.ts'
import type { Ground } from './ground.ts'
import type { CheckEvidence } from './project.ts'
import { withStandIns } from './secrets/standIns.ts'
import type { FrozenTest } from './store.ts'

/** What is run to know whether a tree is good, always on a copy of it in the sandbox. */

type Files = ReadonlyMap<string, TreeFile>

/** Runs the toolchain's checks, then each acceptance test that is due after the tasks named. */
export async function runTaskChecks(
  ground: Ground,
  files: Files,
  tests: readonly FrozenTest[],
  tasks: readonly string[],
): Promise<CheckEvidence[]> {
  const { plan } = ground.project.file
  invariant(plan !== null, 'checks belong to a plan')
  const due = tests.filter(test => tasks.includes(test.dueAfter))
  const tree = withoutFrozen(files, tests)
  const shown = overlay(
    tree,
    due.filter(test => !test.hidden),
  )
  const own = await run(ground, shown, checksFor(plan.toolchain, shown))
  const acceptance = due.map(test => ({ ...test, command: testCommand(plan.toolchain, test.path) }))
  return [...own.map(result => evidenceOf(result, false)), ...(await runAcceptance(ground, tree, acceptance))]
}

/**
 * Runs acceptance tests one by one against a tree. They are written into the copy from the database, so a tree cannot
 * bring its own; what a hidden one prints is not kept.
 */
export async function runAcceptance(
  ground: Ground,
  tree: Files,
  tests: readonly (Pick<FrozenTest, 'criterion' | 'hidden' | 'path' | 'content'> & {
    command: readonly string[]
  })[],
): Promise<CheckEvidence[]> {
  if (tests.length === 0) return []
  const commands = tests.map(({ criterion, hidden, command }) => ({
    name: `${criterion} ${hidden ? '(hidden test)' : '(acceptance test)'}`,
    phase: 'test' as const,
    command,
  }))
  const results = await run(ground, overlay(tree, tests), commands)
  return results.map((result, at) => evidenceOf(result, tests[at]?.hidden ?? true))
}

/** Checks as the Architect reads them. */
export function reportsOf(checks: readonly CheckEvidence[]): CheckReport[] {
  return checks.map(({ name, passed, output }) => ({ name, passed, output: withoutTimings(output) }))
}

function withoutFrozen(files: Files, tests: readonly FrozenTest[]): Map<string, TreeFile> {
  const frozen = new Set(tests.map(test => test.path))
  return new Map([...files].filter(([path]) => !frozen.has(path)))
}

async function run(ground: Ground, files: Files, checks: readonly Check[]): Promise<CheckResult[]> {
  const { database, sandbox } = ground.parts
  invariant(sandbox.ok, 'checks need a sandbox')
  const seen = await withStandIns(sandbox.value.sandbox, database.sql, ground.project.id)
  return ground.inSandbox(() => runChecks(seen, files, checks, ground.signal))
}

function evidenceOf(result: CheckResult, hidden: boolean): CheckEvidence {
  const { name, command, passed, exitCode, ms, output } = result
  return { name, command: command.join(' '), passed, exitCode, ms, output: hidden ? '' : output, hidden }
}
