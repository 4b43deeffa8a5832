import { invariant } from '../../failure.ts'
import type { Files, Workspace } from '../files.ts'
import type { Sandbox } from '../open.ts'
import { rerun } from './again.ts'
import type { Check, Prepared } from './check.ts'
import type { CheckResult } from './result.ts'
import { runCheck } from './run.ts'

const CHECKS_MAX = 200

export type ChecksOptions = {
  /** What dependencies bring in; the same for every check. */
  prepared?: Prepared
  signal?: AbortSignal
  /** Whether a failing test is run once more, see `rerun`. */
  again?: boolean
}

/**
 * Runs checks one after the other on one fresh copy of the files. A failing check does not keep the next from being
 * run; a cancelled one is the last.
 */
export async function runChecks(
  sandbox: Sandbox,
  files: Files,
  checks: readonly Check[],
  options: ChecksOptions = {},
): Promise<CheckResult[]> {
  invariant(checks.length <= CHECKS_MAX, `no tree has more than ${CHECKS_MAX} checks`)
  const first = await inCopy(sandbox, files, options, async workspace => {
    const results: CheckResult[] = []
    for (const check of checks) {
      results.push(await runCheck(sandbox, workspace, check, options))
      if (options.signal?.aborted) break
    }
    return results
  })
  if (options.again !== true || options.signal?.aborted) return first
  return rerun(first, checks, run =>
    inCopy(sandbox, files, options, workspace => run(check => runCheck(sandbox, workspace, check, options))),
  )
}

async function inCopy<Value>(
  sandbox: Sandbox,
  files: Files,
  { prepared: { begin = [], ...prepared } = {}, signal }: ChecksOptions,
  use: (workspace: Workspace) => Promise<Value>,
): Promise<Value> {
  const workspace = await sandbox.workspace(files)
  const { dir, home } = workspace
  try {
    // Where it fails, the checks only take longer.
    for (const command of begin)
      await sandbox.run({ workspace: dir, home, phase: 'scripts', command, ...prepared }, signal)
    return await use(workspace)
  } finally {
    await workspace.dispose()
  }
}

export { printed } from './judge.ts'
