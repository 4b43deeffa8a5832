import { mkdir, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SandboxChoice } from '../config/sandbox.ts'
import type { Config } from '../config.ts'
import { done, type Result, unreachable } from '../failure.ts'
import type {
  Backend,
  BackendName,
  DetectionReason,
  Guarantees,
  RunResult,
  RunSpec,
  Served,
  ServeSpec,
} from './backend.ts'
import { createBubblewrap } from './bubblewrap/bubblewrap.ts'
import { readHost } from './bubblewrap/host.ts'
import { findPlaces } from './bubblewrap/places.ts'
import { openContainer } from './container/open.ts'
import type { Files, Workspace } from './files.ts'
import { createFixtures, type Fixtures } from './fixtures.ts'
import { clusterStateDir, openKubernetes } from './kubernetes/open.ts'
import { createNoSandbox } from './none.ts'
import { createSlots } from './slots.ts'
import { neverStarted } from './supervise/ended.ts'
import { createWorkspaces } from './workspaces.ts'

/** The way to run generated code. What is to be run is first copied into a workspace. */
export type Sandbox = {
  readonly backend: BackendName
  readonly version: string
  readonly guarantees: Guarantees
  /** A private copy of these files, to be disposed of by the caller. */
  workspace(files: Files): Promise<Workspace>
  /** As `Backend.run`; waits for its turn first. */
  run(spec: RunSpec, signal?: AbortSignal): Promise<RunResult>
  /** As `Backend.serve`. It takes no turn: who serves bounds how many there are. */
  serve(spec: ServeSpec, signal?: AbortSignal): Promise<Served>
  sweep(): Promise<number>
  /** Removes what belongs to this sandbox on the disk. Nothing may be running. */
  close(): Promise<void>
}

export type SandboxOptions = Opening & SandboxChoice

type Opening = {
  /** For workspaces; created if need be. */
  stateDir: string
  /** A Node of version 24 that runs on this machine, usually the one of this process. */
  nodePath: string
  /** The PATH of this process: toolchains are also found along it. */
  searchPath?: string
  /** How many runs may go on at once. */
  slots: number
}

/** The sandbox that the settings name, with its state in this directory. */
export function openConfigured({ sandbox }: Pick<Config, 'sandbox'>, stateDir: string) {
  return openSandbox({ ...sandbox, stateDir, nodePath: process.execPath })
}

/** Opens the sandbox, or says what is missing: there is no falling back to less. */
export async function openSandbox(options: SandboxOptions): Promise<Result<Sandbox, DetectionReason>> {
  const stateDir = stateDirOf(options)
  await mkdir(stateDir, { recursive: true, mode: 0o711 })
  const fixtures = await createFixtures(stateDir)
  const backend = await createBackend({ ...options, stateDir }, fixtures)
  const detection = await backend.detect()
  if (!detection.ok) {
    await fixtures.dispose()
    return detection
  }
  await backend.sweep()
  return done(sandboxOf({ backend, version: detection.version, slots: options.slots, fixtures }))
}

function stateDirOf(options: SandboxOptions): string {
  const stateDir = resolve(options.stateDir)
  return options.backend === 'kubernetes' ? clusterStateDir(stateDir, options) : stateDir
}

async function createBackend(options: SandboxOptions, fixtures: Fixtures): Promise<Backend> {
  const { stateDir, searchPath = '' } = options
  const common = { stateDir, fixtures, nodePath: await realpath(options.nodePath) }
  switch (options.backend) {
    case 'bubblewrap': {
      const host = await readHost()
      const workspaces = createWorkspaces(stateDir, host.uids)
      const places = await findPlaces(searchPath, fixtures)
      return createBubblewrap({ ...common, workspaces, host, places, bwrapPath: options.bwrapPath })
    }
    case 'container':
      return openContainer(common, options)
    case 'kubernetes':
      return openKubernetes(common, options)
    case 'none':
      return createNoSandbox({ ...common, workspaces: createWorkspaces(stateDir, null) })
    default:
      return unreachable(options)
  }
}

function sandboxOf(parts: { backend: Backend; version: string; slots: number; fixtures: Fixtures }): Sandbox {
  const { backend, version, fixtures } = parts
  const slots = createSlots(parts.slots)
  return {
    backend: backend.name,
    version,
    get guarantees() {
      return backend.guarantees
    },
    workspace: backend.workspace,
    async run(spec, signal) {
      const release = await slots.take(signal)
      if (release === null) return neverStarted(backend.guarantees)
      try {
        return await backend.run(spec, signal)
      } finally {
        release()
      }
    },
    serve: backend.serve,
    sweep: backend.sweep,
    close: fixtures.dispose,
  }
}
