import { messageOf } from '../failure.ts'
import type { Sandbox } from './open.ts'
import { BOUNDS } from './promises/bounds.ts'
import { ISOLATION } from './promises/isolation.ts'
import type { PromiseGroup, SandboxPromise } from './promises/promise.ts'

/** What operators can see for themselves within seconds; `tests/escape` tries these, and many more. */
export const PROMISES: readonly SandboxPromise[] = [...ISOLATION, ...BOUNDS]

export type Kept = 'kept' | 'not kept' | 'not promised'

/** `seen` says what came of the attempt, where that was not what was promised. */
export type PromiseReport = { name: string; group: PromiseGroup; kept: Kept; seen: string }

/** Tries to break every promise that this sandbox gives, as many at once as it has slots. */
export function checkPromises(sandbox: Sandbox): Promise<PromiseReport[]> {
  return Promise.all(PROMISES.map(promise => checkPromise(sandbox, promise)))
}

/** What it takes to try promises. */
export type Promising = Pick<Sandbox, 'backend' | 'guarantees' | 'workspace' | 'run'>

/** An attempt that does not end by itself is no proof of anything. */
const WALL_MS = 20_000
const SEEN_CHARACTERS_MAX = 300

export async function checkPromise(sandbox: Promising, promise: SandboxPromise): Promise<PromiseReport> {
  const { name, group } = promise
  if (!isGiven(sandbox, promise)) return { name, group, kept: 'not promised', seen: '' }
  const { kept, seen } = await attempt(sandbox, promise)
  return kept ? { name, group, kept: 'kept', seen: '' } : { name, group, kept: 'not kept', seen }
}

/** Without a sandbox nothing is promised, whatever the machine happens to do. */
function isGiven({ backend, guarantees }: Promising, { rests, by }: SandboxPromise): boolean {
  return (
    backend !== 'none' &&
    (by === undefined || by.includes(backend)) &&
    (rests === undefined || guarantees[rests] !== 'none')
  )
}

async function attempt(sandbox: Promising, { command, limits, kept }: SandboxPromise) {
  const workspace = await sandbox.workspace(new Map())
  try {
    const spec = { workspace: workspace.dir, phase: 'test', limits: { wallMs: WALL_MS, ...limits } } as const
    const result = await sandbox.run({ ...spec, command })
    const { exitCode, killedBy, stdout, stderr } = result
    const seen = `exit ${exitCode}, ended by ${killedBy}: ${stdout}${stderr}`.slice(0, SEEN_CHARACTERS_MAX)
    return { kept: kept(result), seen }
  } catch (thrown) {
    return { kept: false, seen: messageOf(thrown).slice(0, SEEN_CHARACTERS_MAX) }
  } finally {
    await workspace.dispose()
  }
}
