import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend, RunResult, RunSpec } from '../../../src/sandbox/backend.ts'
import { createBubblewrap } from '../../../src/sandbox/bubblewrap/bubblewrap.ts'
import { readHost } from '../../../src/sandbox/bubblewrap/host.ts'
import type { LayerName } from '../../../src/sandbox/bubblewrap/layers.ts'
import { findPlaces } from '../../../src/sandbox/bubblewrap/places.ts'
import type { Files, Workspace } from '../../../src/sandbox/files.ts'
import { createFixtures } from '../../../src/sandbox/fixtures.ts'
import { createNoSandbox } from '../../../src/sandbox/none.ts'
import type { Promising } from '../../../src/sandbox/promises.ts'
import { commandLines } from '../../../src/sandbox/supervise/processes.ts'
import { createWorkspaces } from '../../../src/sandbox/workspaces.ts'
import { layBait } from './bait.ts'

/** A real sandbox with bait around it, for the checks of one mode. */
export type Stage = {
  stateDir: string
  /** What is missing of it. */
  without: readonly LayerName[]
  /** Tells the processes of this stage from those of others on the machine; digits only. */
  tag: string
  /** Tells attempts where the bait is. */
  env: Readonly<Record<string, string>>
  workspace(files: Files): Promise<Workspace>
  /** The variables of the bait are added to those of the run. */
  run(spec: RunSpec, signal?: AbortSignal): Promise<RunResult>
  /** The same without the variables of the bait. */
  sandbox: Promising
  sweep(): Promise<number>
  close(): Promise<void>
}

export type StageOptions = {
  /** No sandbox at all. */
  bare?: boolean
  /** Layers that are to be missing. */
  without?: readonly LayerName[]
}

/** Throws where there is no sandbox: nothing is promised, so nothing can be checked. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const stateDir = await mkdtemp(join(tmpdir(), 'botwright-sandbox-'))
  await chmod(stateDir, 0o711)
  const fixtures = await createFixtures(stateDir)
  const backend = await openBackend(stateDir, fixtures, options)
  const bait = await layBait(stateDir)
  const tag = `${process.pid}`
  const env = { ...bait.env, BAIT_TAG: tag }
  return {
    stateDir,
    without: options.without ?? [],
    tag,
    env,
    workspace: backend.workspace,
    run: (spec, signal) => backend.run({ ...spec, env: { ...env, ...spec.env } }, signal),
    sandbox: {
      backend: backend.name,
      guarantees: backend.guarantees,
      workspace: backend.workspace,
      run: backend.run,
    },
    sweep: backend.sweep,
    async close() {
      killOrphans(tag)
      await bait.close()
      await fixtures.dispose()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

/** Of attempts that succeeded; each has the tag in its name. */
export function killOrphans(tag: string): void {
  for (const { pid, line } of commandLines())
    if (new RegExp(`\\b7[123]\\d{5}${tag}\\b`).test(line)) process.kill(pid, 'SIGKILL')
}

async function openBackend(
  stateDir: string,
  fixtures: Awaited<ReturnType<typeof createFixtures>>,
  { bare = false, without = [] }: StageOptions,
): Promise<Backend> {
  const host = await readHost()
  const nodePath = await realpath(process.execPath)
  // Without a user of its own a sandbox is root, which owns nothing there unless it is left to it.
  const isRoot = bare || without.includes('user')
  const workspaces = createWorkspaces(stateDir, isRoot ? null : host.uids)
  const common = { stateDir, nodePath, fixtures, workspaces }
  if (bare) return createNoSandbox(common)
  const places = await findPlaces(process.env.PATH ?? '', fixtures)
  return createBubblewrap({ ...common, host, places, without })
}
