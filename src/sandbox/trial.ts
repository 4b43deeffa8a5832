import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invariant } from '../failure.ts'
import type { RunResult, RunSpec } from './backend.ts'
import type { Files, Workspace } from './files.ts'
import { openSandbox, type Sandbox } from './open.ts'

/** A real sandbox for tests, in a directory of its own that only its owner may enter, unless `mode` says otherwise. */
export type Trial = {
  sandbox: Sandbox
  stateDir: string
  /** Runs a shell script on a fresh workspace with these files. */
  sh(script: string, rest?: Partial<RunSpec> & { files?: Files; signal?: AbortSignal }): Promise<RunResult>
  /** The same with a workspace that is there already. */
  shIn(
    workspace: Workspace,
    script: string,
    rest?: Partial<RunSpec>,
    signal?: AbortSignal,
  ): Promise<RunResult>
  close(): Promise<void>
}

type TrialOptions = {
  backend?: 'bubblewrap' | 'none'
  bwrapPath?: string
  stateDir?: string
  searchPath?: string
  slots?: number
  mode?: number
}

/** Throws where there is no sandbox: a test must not pass for want of one. */
export async function openTrial(options: TrialOptions = {}): Promise<Trial> {
  const stateDir = await mkdtemp(join(tmpdir(), 'botwright-sandbox-'))
  if (options.mode !== undefined) await chmod(stateDir, options.mode)
  const defaults = { backend: 'bubblewrap', nodePath: process.execPath, slots: 4, stateDir } as const
  const opened = await openSandbox({ ...defaults, ...options })
  invariant(opened.ok, opened.ok ? '' : opened.says)
  const sandbox = opened.value
  const shIn: Trial['shIn'] = (workspace, script, rest, signal) =>
    sandbox.run(
      { workspace: workspace.dir, phase: 'test', command: ['/bin/sh', '-c', script], ...rest },
      signal,
    )
  return {
    sandbox,
    stateDir,
    shIn,
    async sh(script, { files = new Map(), signal, ...rest } = {}) {
      const workspace = await sandbox.workspace(files)
      try {
        return await shIn(workspace, script, rest, signal)
      } finally {
        await workspace.dispose()
      }
    },
    async close() {
      await sandbox.close()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

/** Files from an object of texts. */
export function filesOf(texts: Readonly<Record<string, string>>): Files {
  return new Map(Object.entries(texts).map(([path, content]) => [path, { content }]))
}
