import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { ClusterSettings } from '../../src/config/sandbox.ts'
import { OutsideFailure } from '../../src/failure.ts'
import type { Backend, RunSpec } from '../../src/sandbox/backend.ts'
import { createFixtures } from '../../src/sandbox/fixtures.ts'
import { openCluster } from '../../src/sandbox/kubernetes/api.ts'
import { jobFor } from '../../src/sandbox/kubernetes/job.ts'
import { createKubernetes } from '../../src/sandbox/kubernetes/kubernetes.ts'
import { neededRights } from '../../src/sandbox/kubernetes/rights.ts'
import type { ClusterSupervisor } from '../../src/sandbox/kubernetes/supervisor.ts'
import { limitsFor } from '../../src/sandbox/limits.ts'
import { newMark } from '../../src/sandbox/supervise/marks.ts'
import { CONTRACT, kept, servedPage } from '../../src/sandbox/trialContract.ts'
import { createWorkspaces } from '../../src/sandbox/workspaces.ts'
import { type ClusterFake, NAMESPACE, startCluster } from '../fakes/kubernetes/cluster.ts'

const OWN = { name: 'botwright-0', uid: '11111111-1111-4111-8111-111111111111' }
const SUPERVISOR: ClusterSupervisor = { id: OWN.uid, pod: OWN, uid: 1000, gid: 1000 }

let claimRoot = ''
let stateDir = ''
let cluster: ClusterFake
let backend: Backend
beforeAll(async () => {
  claimRoot = await mkdtemp(join(tmpdir(), 'botwright-claim-'))
  stateDir = join(claimRoot, 'sandboxes', OWN.uid)
  await mkdir(stateDir, { recursive: true })
  cluster = await startCluster(claimRoot)
  cluster.addPod(OWN.name, OWN.uid)
  backend = await open()
  const detection = await backend.detect()
  expect(detection, JSON.stringify(detection)).toMatchObject({ ok: true })
})
afterEach(() => {
  cluster.trouble = null
  cluster.deadlineSeconds = null
  cluster.rights = neededRights
  expect([...cluster.jobs.keys()]).toEqual([])
})
afterAll(async () => {
  await cluster[Symbol.asyncDispose]()
  await rm(claimRoot, { recursive: true })
})

function settingsWith(changes: Partial<ClusterSettings> = {}): ClusterSettings {
  return {
    kubeconfig: cluster.kubeconfig,
    namespace: NAMESPACE,
    image: 'registry.example/sandbox:1',
    runtimeClass: 'gvisor',
    claim: 'botwright',
    claimRoot,
    cores: 2,
    mirror: null,
    supervisorLabels: { app: 'botwright' },
    ...changes,
  }
}

async function open(changes: Partial<ClusterSettings> = {}, supervisor = SUPERVISOR): Promise<Backend> {
  const fixtures = await createFixtures(stateDir)
  const workspaces = createWorkspaces(stateDir, null)
  const settings = settingsWith(changes)
  return createKubernetes({ settings, supervisor, stateDir, fixtures, workspaces, clock: systemClock })
}

function sh(script: string, spec: Partial<RunSpec> = {}, by = backend) {
  return kept(by, { fact: '', script, spec, ends: {} })
}

test.each(CONTRACT)('$fact', async clause => {
  expect(await kept(backend, clause)).toMatchObject(clause.ends)
})

test('an app is reached at its port, and stopped', async () => {
  const { page, ended } = await servedPage(backend, { tries: 50, pause: () => setTimeout(100) })
  expect(page).toBe('seen /page')
  expect(ended.killedBy).toBe('cancelled')
})

test('an app that does not listen is not reached, and one that has ended says so', async () => {
  const workspace = await backend.workspace(new Map())
  const spec = { workspace: workspace.dir, phase: 'serve', port: 4567 } as const
  const deaf = await backend.serve({ ...spec, command: ['sleep', '600'] })
  await expect(deaf.connect()).rejects.toThrow('nothing listens')
  await deaf.stop()
  const ended = await backend.serve({ ...spec, command: ['false'] })
  expect((await ended.ended).exitCode).toBe(1)
  await workspace.dispose()
})

test('every right that is asked for is used, and no other', async () => {
  await kept(backend, { fact: '', script: 'sleep 600', cancelAfterMs: 500, ends: {} })
  await (await open()).detect()
  await backend.sweep()
  cluster.trouble = 'no-quota'
  await expect(sh('true')).rejects.toThrow('quota')
  const asked = neededRights.flatMap(({ group, resource, verbs }) =>
    verbs.map(verb => `${verb} ${group}/${resource}`),
  )
  expect([...cluster.asked].toSorted()).toEqual(asked.toSorted())
})

test.each(neededRights.flatMap(right => right.verbs.map(verb => ({ ...right, verb }))))(
  'without the right to $verb $resource something is refused, and says so',
  async ({ resource, verb }) => {
    cluster.rights = neededRights.map(right =>
      right.resource === resource ? { ...right, verbs: right.verbs.filter(each => each !== verb) } : right,
    )
    if (verb === 'list' && resource === 'events') cluster.trouble = 'no-quota'
    const attempt = async () => {
      const other = await open()
      const detection = await other.detect()
      if (!detection.ok) throw new OutsideFailure(`${detection.reason} ${detection.says}`, '')
      await other.sweep()
    }
    await expect(attempt()).rejects.toThrow(/cluster_denied|forbidden/)
    cluster.rights = neededRights
    for (const name of cluster.jobs.keys()) await deleteJob(name)
  },
)

/** As an operator would. */
async function deleteJob(name: string): Promise<void> {
  await (await openCluster(settingsWith(), systemClock)).deleteJob(name)
}

describe('a cluster that does not do its part', () => {
  test('one that enforces no policies is refused', async () => {
    cluster.enforcesPolicies = false
    expect(await (await open()).detect()).toMatchObject({ ok: false, reason: 'cluster_open' })
    cluster.enforcesPolicies = true
  })

  test.each([
    ['no-image', 'image_missing', 'push'],
    ['no-quota', 'cluster_full', 'quota'],
    ['no-runtime-class', 'cluster_unfit', 'SANDBOX_RUNTIME_CLASS'],
  ] as const)('%s is explained as %s', async (trouble, reason, advice) => {
    cluster.trouble = trouble
    expect(await (await open()).detect()).toMatchObject({
      ok: false,
      reason,
      says: expect.stringContaining(advice),
    })
    await expect(sh('true')).rejects.toThrow('did not start')
  })

  test('one that cannot be reached, or has no such namespace, is told apart', async () => {
    const nowhere = join(claimRoot, 'kubeconfig')
    const server = 'http://127.0.0.1:9'
    const config = {
      clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'a' }],
    }
    const context = {
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    }
    await writeFile(nowhere, JSON.stringify({ ...config, ...context }))
    expect(await (await open({ kubeconfig: nowhere })).detect()).toMatchObject({
      reason: 'cluster_unreachable',
    })
    expect(await (await open({ kubeconfig: '/none' })).detect()).toMatchObject({
      reason: 'cluster_unreachable',
    })
    expect(await (await open({ namespace: 'other' })).detect()).toMatchObject({ reason: 'cluster_denied' })
    await rm(nowhere)
  })

  test('a run does not fail when the API is away for a moment', async () => {
    const running = sh('sleep 1; echo done')
    await setTimeout(400)
    cluster.failing = 2
    expect((await running).stdout).toBe('done\n')
  })

  test('a deadline of the cluster ends a run as its own time does', async () => {
    cluster.deadlineSeconds = 1
    expect(await sh('sleep 600')).toMatchObject({ exitCode: null, killedBy: 'wall' })
  })

  test('what fills the temporary directory is evicted', async () => {
    const script = 'i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > /tmp/$i; sleep 0.01; done'
    expect(await sh(script, { limits: { diskBytes: 20_000_000 } })).toMatchObject({ killedBy: 'disk' })
  })
})

test('this process must not be root, for the jobs share its user', async () => {
  expect(await (await open({}, { ...SUPERVISOR, uid: 0 })).detect()).toMatchObject({
    reason: 'cluster_unfit',
  })
})

test('what a run puts in place of its output is not followed', async () => {
  const secret = join(claimRoot, 'secret')
  await writeFile(secret, 'hush')
  const replace = `rm /run/botwright/stdout; ln -s ${secret} /run/botwright/stdout; rm /run/botwright/stderr; mkfifo /run/botwright/stderr`
  const { stdout, stderr } = await sh(replace)
  expect([stdout, stderr]).toEqual(['', ''])
})

test('what is not on the shared volume cannot be mounted, and nothing is started', async () => {
  const made = cluster.made.length
  const mounts = [{ host: '/etc', inside: '/opt/etc' }]
  await expect(sh('true', { mounts })).rejects.toThrow('not on the volume')
  expect(cluster.made).toHaveLength(made)
})

test('mounts and a home on the volume are there', async () => {
  const given = join(claimRoot, 'given')
  await mkdir(join(given, 'home'), { recursive: true })
  await writeFile(join(given, 'file'), 'from outside')
  const mounts = [{ host: join(given, 'file'), inside: '/opt/given' }]
  const { stdout } = await sh('cat /opt/given; echo x > ~/made; echo x > /opt/given || echo " kept"', {
    mounts,
    home: join(given, 'home'),
  })
  expect(stdout).toBe('from outside kept\n')
  expect(await readdir(join(given, 'home'))).toEqual(['made'])
})

test('the door of a fetch leads to the mirror of the cluster, and other doors are refused', async () => {
  const server = createServer(socket => socket.end('the mirror'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const mirror = { host: '127.0.0.1', port, podLabels: { app: 'mirror' }, podPort: 4873 }
  const fetching = await open({ mirror })
  expect(await fetching.detect()).toMatchObject({ ok: true })
  const script = `/opt/node/bin/node -e "require('net').connect(48731, '127.0.0.1').pipe(process.stdout)"`
  const doors = [{ socket: '/nowhere', port: 48_731 }]
  expect((await sh(script, { phase: 'fetch', doors }, fetching)).stdout).toBe('the mirror')
  await expect(sh(script, { phase: 'engine', doors }, fetching)).rejects.toThrow('cannot be given a door')
  await expect(sh(script, { phase: 'fetch', doors })).rejects.toThrow('cannot be given a door')
  server.close()
})

test('jobs and directories of supervisors that are gone are swept, and of living ones not', async () => {
  const [living, gone] = ['22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333']
  cluster.addPod('botwright-1', living)
  for (const uid of [living, gone])
    await mkdir(join(claimRoot, 'sandboxes', uid, 'left'), { recursive: true })
  await symlink('/etc', join(claimRoot, 'sandboxes', gone, 'link'))
  const runs = [living, gone].map(async uid => {
    const other = await open({}, { id: uid, pod: { name: `of-${uid}`, uid }, uid: 1000, gid: 1000 })
    return sh('sleep 600', {}, other).catch(() => 'deleted')
  })
  await expect.poll(() => cluster.jobs.size).toBe(2)
  expect(await backend.sweep()).toBe(2)
  expect(await readdir(join(claimRoot, 'sandboxes'))).toEqual([OWN.uid, living])
  const [job] = cluster.jobs.values()
  expect(job?.metadata?.ownerReferences?.[0]?.uid).toBe(living)
  cluster.removePod('botwright-1')
  expect(await backend.sweep()).toBe(2)
  await Promise.all(runs)
})

test('within one pod, a job of a process that is gone is swept by its mark', async () => {
  const spec: RunSpec = { workspace: stateDir, phase: 'test', command: ['sleep', '600'] }
  const mark = newMark().replace(/-\d+-/, '-4194305-')
  const settings = settingsWith()
  const facts = { settings, supervisor: SUPERVISOR, mark, streams: stateDir, programs: stateDir }
  await (await openCluster(settings, systemClock)).createJob(jobFor(spec, limitsFor('test'), facts))
  expect(await backend.sweep()).toBe(1)
})
