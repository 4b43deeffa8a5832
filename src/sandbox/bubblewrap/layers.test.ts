import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixtures, type Fixtures } from '../fixtures.ts'
import { createWorkspaces } from '../workspaces.ts'
import { createBubblewrap } from './bubblewrap.ts'
import { type Host, readHost } from './host.ts'
import { LAYERS, type LayerName } from './layers.ts'

let stateDir = ''
let fixtures: Fixtures
let host: Host
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'botwright-layers-'))
  fixtures = await createFixtures(stateDir)
  host = await readHost()
})
afterAll(() => rm(stateDir, { recursive: true }))

/** One script in a sandbox that lacks these layers. */
async function runWithout(without: readonly LayerName[], script: string) {
  // Root without capabilities has no access to what is another user's.
  const workspaces = createWorkspaces(stateDir, without.includes('user') ? null : host.uids)
  const places = { mounts: [], path: [] }
  const options = { host, stateDir, nodePath: process.execPath, places, fixtures, workspaces, without }
  const backend = createBubblewrap(options)
  const workspace = await backend.workspace(new Map())
  const command = ['/bin/sh', '-c', script]
  try {
    return await backend.run({ workspace: workspace.dir, phase: 'test', command })
  } finally {
    await workspace.dispose()
  }
}

test.each(LAYERS)('a run without %s still runs, and the others hold', async name => {
  const result = await runWithout([name], 'echo up; readlink /proc/self/ns/net')
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout).toMatch(/^up\nnet:/)
})

test.each<[LayerName, string]>([
  ['seccomp', 'grep Seccomp: /proc/self/status'],
  ['sized-tmpfs', 'grep " /tmp " /proc/mounts | grep -c size='],
  ['environment', 'env | sort'],
  ['synthetic-etc', 'ls /etc | wc -l'],
  ['core-rlimit', 'ulimit -c -H'],
  ['open-files-rlimit', 'ulimit -n -H'],
  ['read-only-mounts', 'grep " /usr " /proc/mounts | grep -c " ro,"'],
  ['first-process', 'tr "\\0" " " < /proc/1/cmdline'],
])('without %s a run sees something else', async (layer, script) => {
  const [whole, lacking] = [await runWithout([], script), await runWithout([layer], script)]
  expect(lacking.stdout).not.toBe(whole.stdout)
})

test.each<[LayerName, string]>([
  ['network-namespace', 'net'],
  ['host-name-namespace', 'uts'],
  ['ipc-namespace', 'ipc'],
])('without %s a run is in that of the machine', async (layer, kind) => {
  const ofMachine = await readlink(`/proc/self/ns/${kind}`)
  const script = `readlink /proc/self/ns/${kind}`
  expect((await runWithout([layer], script)).stdout.trim()).toBe(ofMachine)
  expect((await runWithout([], script)).stdout.trim()).not.toBe(ofMachine)
})

test('without the group memory is polled, and says so', async () => {
  expect((await runWithout(['cgroup'], 'true')).guarantees.memoryBytes).toBe('polled')
})
