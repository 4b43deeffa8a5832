import { done, type Result, refuse } from '../../failure.ts'
import type { RunSpec } from '../backend.ts'
import { judged } from '../checks/judge.ts'
import type { CheckResult } from '../checks/result.ts'
import type { Ecosystem } from '../egress/ecosystem.ts'
import type { Egress } from '../egress/egress.ts'
import type { Files, Workspace } from '../files.ts'
import type { Sandbox } from '../open.ts'
import type { DependencyRules } from '../toolchains/toolchain.ts'
import { fillHome, readPlain } from './ownFiles.ts'

export type Fetching = {
  sandbox: Sandbox
  egress: Pick<Egress, 'open'>
  rules: DependencyRules
  inputs: Files
  /** The inputs, and what else the fetch must find. */
  seen: Files
  signal: AbortSignal | undefined
}

/** `workspace` holds what was fetched, and is to be disposed of; `made` are the lock files as they are now. */
export type FetchedInto = { workspace: Workspace; checks: CheckResult[]; made: Files }

/**
 * Fetches into a fresh workspace with a door to the mirror, and then runs the scripts of packages without it. Neither
 * finds any code of the project, nor anything that was fetched for another.
 */
export async function fetchInto(what: Fetching): Promise<Result<FetchedInto, 'unreachable' | 'cancelled'>> {
  const workspace = await what.sandbox.workspace(what.seen)
  const ended = await fetchAndRun(workspace, what).catch(async (error: unknown) => {
    await workspace.dispose()
    throw error
  })
  if (!ended.ok) await workspace.dispose()
  return ended
}

async function fetchAndRun(
  workspace: Workspace,
  { sandbox, egress, rules, inputs, signal }: Fetching,
): Promise<Result<FetchedInto, 'unreachable' | 'cancelled'>> {
  const run = (name: string, spec: Pick<RunSpec, 'phase' | 'command' | 'env' | 'doors'>) =>
    runNamed(
      sandbox,
      `${name} (${rules.ecosystem})`,
      { workspace: workspace.dir, home: workspace.home, ...spec },
      signal,
    )
  const opened = await egress.open([rules.ecosystem])
  const checks: CheckResult[] = []
  try {
    await fillHome(workspace.home, opened.files)
    const env = { TMPDIR: HOME, ...opened.env, ...rules.fetchEnv }
    checks.push(
      await run('dependencies', { phase: 'fetch', command: rules.fetch(inputs), env, doors: [opened.door] }),
    )
    if (signal?.aborted) return refuse('cancelled', 'Fetching the dependencies was cancelled.')
    const { unreachable } = opened.report()
    if (!allPassed(checks) && unreachable.length > 0) return noAnswer(unreachable)
  } finally {
    await opened.close()
  }
  // Before any script can write another.
  const made = await readPlain(workspace.dir, rules.locks)
  if (allPassed(checks) && rules.scripts !== undefined) {
    checks.push(await run('dependency scripts', { phase: 'scripts', command: rules.scripts }))
    if (signal?.aborted) return refuse('cancelled', 'Running the scripts of the dependencies was cancelled.')
  }
  return done({ workspace, checks, made })
}

/** The small place in memory, where temporary files are otherwise, does not hold large packages. */
const HOME = '/home/sandbox'

async function runNamed(
  sandbox: Sandbox,
  name: string,
  spec: RunSpec,
  signal: AbortSignal | undefined,
): Promise<CheckResult> {
  const { phase, command } = spec
  return judged({ name, kind: 'build', phase, command }, await sandbox.run(spec, signal), null)
}

function allPassed(checks: readonly CheckResult[]): boolean {
  return checks.every(({ passed }) => passed)
}

function noAnswer(unreachable: readonly Ecosystem[]) {
  return refuse(
    'unreachable',
    `The registry of ${unreachable.join(', ')} does not answer. Check the machine's network and its settings for it, then resume.`,
  )
}
