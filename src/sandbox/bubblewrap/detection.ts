import { messageOf, OutsideFailure, type Refusal, refuse } from '../../failure.ts'
import type { Detection, DetectionReason, RunResult, RunSpec } from '../backend.ts'
import { execute } from '../supervise/process.ts'
import { hintFor, missingTool } from './diagnosis.ts'
import { bwrapOf } from './facts.ts'
import type { Tool } from './host.ts'
import type { BubblewrapOptions } from './options.ts'

type Run = (spec: RunSpec) => Promise<RunResult>

/** Looks for what is needed, asks for the version, and then really runs something. */
export async function detect(options: BubblewrapOptions, run: Run): Promise<Detection> {
  const missing = needs(options).find(name => options.host.tools[name] === null)
  if (missing) return missingTool(missing)
  try {
    const { stdout } = await execute(bwrapOf(options), ['--version'])
    await tryOut(options, run)
    return { ok: true, backend: 'bubblewrap', version: stdout.trim().replace(/^bubblewrap /, '') }
  } catch (error) {
    return explained(error)
  }
}

function needs({ host, bwrapPath }: BubblewrapOptions): Tool[] {
  const always: Tool[] = bwrapPath === undefined ? ['bwrap', 'prlimit'] : ['prlimit']
  return host.uids === null ? always : [...always, 'setpriv', 'unshare', 'mount']
}

async function tryOut({ workspaces }: BubblewrapOptions, run: Run): Promise<void> {
  const workspace = await workspaces.create(new Map())
  try {
    const result = await run({ workspace: workspace.dir, phase: 'lint', command: ['true'] })
    if (result.exitCode !== 0) throw didNotStart(`\`true\` ended with ${result.exitCode}: ${result.stderr}`)
  } finally {
    await workspace.dispose()
  }
}

function explained(error: unknown): Refusal<DetectionReason> {
  if (!(error instanceof OutsideFailure)) throw error
  const hint = hintFor(error.message)
  return refuse(hint.reason, `${hint.says} (${messageOf(error)})`)
}

/** What bubblewrap, or what goes before it, said when the command was not reached. */
export function didNotStart(message: string): OutsideFailure {
  const said = message.trim().slice(0, 500) || 'it said nothing'
  return new OutsideFailure(`the sandbox did not start: ${said}`, hintFor(said).says)
}
