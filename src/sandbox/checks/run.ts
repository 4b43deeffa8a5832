import type { Workspace } from '../files.ts'
import type { Sandbox } from '../open.ts'
import type { Check, Prepared } from './check.ts'
import { judged } from './judge.ts'
import type { CheckResult } from './result.ts'

const REPORT_BYTES_MAX = 16 * 1024 ** 2
const REPORT_MS_MAX = 20_000

type Options = { prepared?: Prepared; signal?: AbortSignal }

/**
 * Runs one check in a workspace and judges it by its exit code and its report. The checks of a workspace have their home
 * directory in common, where compilers keep what they can use again.
 */
export async function runCheck(
  sandbox: Sandbox,
  { dir: workspace, home }: Pick<Workspace, 'dir' | 'home'>,
  check: Check,
  { prepared = {}, signal }: Options,
): Promise<CheckResult> {
  const { phase, limits = {}, report } = check
  const { mounts = [], scratch = [] } = prepared
  const env = { ...prepared.env, ...check.env }
  const command =
    report?.file === undefined ? check.command : ['/bin/sh', '-c', AFRESH, report.file, ...check.command]
  const spec = { workspace, home, phase, command, env, limits, mounts, scratch }
  const result = await sandbox.run(spec, signal)
  const file =
    report?.file === undefined || signal?.aborted ? null : await readInside(sandbox, workspace, report.file)
  return judged(check, result, file)
}

/** A report that was there before, in the tree or from another check, is none of this run. */
const AFRESH = 'rm -rf -- "$0" && exec "$@"'

/** One file, or every `*.xml` of a directory, divided by form feeds, which XML cannot have. */
const READ = `if [ ! -d "$0" ]; then exec cat -- "$0"; fi
for file in "$0"/*.xml; do printf '\\f'; cat -- "$file" || exit 1; done`

/** Read by the sandbox and not by us: what the tests left there may be a link to anywhere. Null when it is too large or not there. */
async function readInside(sandbox: Sandbox, workspace: string, file: string): Promise<string | null> {
  const limits = { outputBytes: REPORT_BYTES_MAX, wallMs: REPORT_MS_MAX }
  const command = ['/bin/sh', '-c', READ, file]
  const result = await sandbox.run({ workspace, phase: 'lint', command, readOnly: true, limits })
  return result.exitCode === 0 && !result.truncated ? result.stdout : null
}
