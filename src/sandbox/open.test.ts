import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { openConfigured } from './open.ts'

let stateDir = ''
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'botwright-open-'))
})
afterEach(() => rm(stateDir, { recursive: true }))

const opened = (settings: Record<string, string>) => openConfigured(readConfig({}, settings), stateDir)

const CLUSTER = {
  SANDBOX_BACKEND: 'kubernetes',
  SANDBOX_IMAGE: 'an/image:1',
  SANDBOX_NAMESPACE: 'runs',
  SANDBOX_CLAIM: 'botwright',
  SANDBOX_KUBECONFIG: '/nowhere/kubeconfig',
}

test('containers without an engine are refused, and nothing is left on the disk', async () => {
  const settings = { SANDBOX_BACKEND: 'container', SANDBOX_IMAGE: 'an/image:1', PATH: stateDir }
  expect(await opened(settings)).toMatchObject({ ok: false, reason: 'engine_missing' })
  expect(await readdir(stateDir)).toEqual([])
})

test('jobs are refused where there is no cluster, or where their user would be root', async () => {
  const claim = { SANDBOX_CLAIM_ROOT: stateDir, DATA_DIR: join(stateDir, 'data') }
  const reason = process.getuid?.() === 0 ? 'cluster_unfit' : 'cluster_unreachable'
  expect(await opened({ ...CLUSTER, ...claim })).toMatchObject({ ok: false, reason })
})

test('each supervisor of a cluster has a directory of its own, named by its pod', async () => {
  const claim = { SANDBOX_CLAIM_ROOT: stateDir, DATA_DIR: join(stateDir, 'data') }
  const pod = { POD_NAME: 'botwright-0', POD_UID: '11111111-1111-4111-8111-111111111111' }
  await opened({ ...CLUSTER, ...claim, ...pod })
  await opened({ ...CLUSTER, ...claim })
  expect((await readdir(stateDir)).toSorted()).toEqual([
    pod.POD_UID,
    expect.stringMatching(/^machine-\w{16}$/),
  ])
})
