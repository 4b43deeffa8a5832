import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { Workspace } from './workspace.ts'

/** Repositories for tests, in a folder that goes with the test file. */

let folder = ''
let made = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workspace-'))
})
afterAll(() => rm(folder, { recursive: true }))

export function freshDir(): string {
  return join(folder, `project-${++made}`)
}

export async function project(files: Record<string, string> = {}): Promise<Workspace> {
  const workspace = await Workspace.open(freshDir())
  await put(workspace, files)
  return workspace
}

export async function put(workspace: Workspace, files: Record<string, string | null>): Promise<void> {
  await workspace.write(Object.entries(files).map(([path, content]) => ({ path, content })))
}

export function git(workspace: Workspace, ...args: string[]): string {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  }
  const { stdout, stderr, status } = spawnSync('git', args, { cwd: workspace.root, env, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

export async function textsAt(workspace: Workspace): Promise<Record<string, string>> {
  const files = await workspace.snapshot()
  return Object.fromEntries([...files].map(([path, file]) => [path, Buffer.from(file.content).toString()]))
}
