import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FACTS, readEngine } from './engine.ts'
import { guaranteesOf } from './facts.ts'
import { identityFor, workspaceUids } from './identity.ts'
import { counterFile } from './meter.ts'
import { withoutNamespaces } from './seccomp.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-engine-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(dir, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(dir, name), 0o755)
}

const DOCKER_INFO = {
  ServerVersion: '27.1.0',
  DockerRootDir: '/var/lib/docker',
  MemoryLimit: true,
  SwapLimit: true,
  PidsLimit: true,
  SecurityOptions: ['name=seccomp,profile=builtin'],
}

test('Podman comes first, and Docker where Podman does not answer', async () => {
  await program('docker', `echo '${JSON.stringify(DOCKER_INFO)}'`)
  await program('podman', 'echo "cannot clone: Operation not permitted" >&2; exit 125')
  expect(await readEngine({ env: { PATH: dir } })).toMatchObject({ ok: true, value: { name: 'docker' } })
  expect(await readEngine({ name: 'podman', env: { PATH: dir } })).toMatchObject({
    reason: 'namespaces_denied',
  })
})

test('what an engine refuses with never shows what it was given', async () => {
  await program('docker', 'echo "unknown trouble" >&2; exit 1')
  const refusal = await readEngine({ name: 'docker', env: { PATH: dir, TOKEN: 'hush-hush' } })
  expect(refusal).toMatchObject({
    ok: false,
    reason: 'launch_failed',
    says: expect.stringContaining('unknown trouble'),
  })
  expect(JSON.stringify(refusal)).not.toContain('hush')
})

test('without an engine the refusal says what to install', async () => {
  expect(await readEngine({ env: { PATH: dir } })).toMatchObject({
    reason: 'engine_missing',
    says: expect.stringContaining('apt-get install podman'),
  })
})

test('Docker without its daemon, and an old one, are refused', async () => {
  const errors = ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock.']
  await program('docker', `echo '${JSON.stringify({ ServerErrors: errors })}'`)
  expect(await readEngine({ name: 'docker', env: { PATH: dir } })).toMatchObject({ reason: 'engine_stopped' })
  await program('docker', `echo '${JSON.stringify({ ...DOCKER_INFO, ServerVersion: '19.03.1' })}'`)
  expect(await readEngine({ name: 'docker', env: { PATH: dir } })).toMatchObject({ reason: 'engine_old' })
})

const SOME = { uids: { first: 1_700_000_000, count: 100 }, uid: 0, gid: 0 }
const USER = { uids: null, uid: 1001, gid: 1002 }

test.each([
  [
    'rootless podman',
    { name: 'podman', rootless: true, remappedFrom: null },
    USER,
    1000,
    'keep-id:uid=1000,gid=1000',
  ],
  ['rootless docker', { name: 'docker', rootless: true, remappedFrom: null }, USER, 0, null],
  ['podman by root', { name: 'podman', rootless: false, remappedFrom: null }, SOME, 1_700_000_005, null],
  ['docker by root', { name: 'docker', rootless: false, remappedFrom: null }, SOME, 1_700_000_005, null],
  ['docker of an ordinary user', { name: 'docker', rootless: false, remappedFrom: null }, USER, 1001, null],
  [
    'remapped docker of an ordinary user',
    { name: 'docker', rootless: false, remappedFrom: 9 },
    USER,
    1001,
    'host',
  ],
] as const)('a container of %s is nobody else', (_, engine, supervisor, uid, namespace) => {
  expect(identityFor(engine, supervisor, 1_700_000_005)).toMatchObject({ uid, namespace })
})

test('with remapped users a workspace belongs to whom its container is mapped to', () => {
  const engine = FACTS.docker({
    ...DOCKER_INFO,
    DockerRootDir: '/var/lib/docker/165536.165536',
    SecurityOptions: ['name=userns'],
  })
  expect(engine.remappedFrom).toBe(165_536)
  const uids = workspaceUids(engine, SOME.uids)
  expect(uids?.first).toBe(175_536)
  expect(identityFor(engine, { ...SOME, uids }, 175_540).uid).toBe(10_004)
})

test('rootless Podman on version 1 of control groups holds no memory, and says so', () => {
  const info = (cgroupVersion: string, rootless: boolean) =>
    FACTS.podman({
      host: { cgroupVersion, cgroupControllers: ['memory', 'pids'], security: { rootless } },
      version: { Version: '4.9.0' },
    })
  const promised = (facts: ReturnType<typeof info>) =>
    guaranteesOf({ ...facts, path: '', env: {}, seccomp: null })
  expect(promised(info('v1', true))).toMatchObject({ memoryBytes: 'polled', processes: 'hard' })
  expect(promised(info('v2', true))).toMatchObject({ memoryBytes: 'hard', processes: 'hard' })
  expect(promised(info('v1', false))).toMatchObject({ memoryBytes: 'hard' })
})

test('Docker that cannot limit swap does not hold memory', () => {
  const facts = FACTS.docker({ ...DOCKER_INFO, SwapLimit: false, PidsLimit: false })
  expect(guaranteesOf({ ...facts, path: '', env: {}, seccomp: null })).toMatchObject({
    memoryBytes: 'polled',
    processes: 'none',
  })
})

test('an engine on another machine is refused', () => {
  const host = { cgroupVersion: 'v2', serviceIsRemote: true, security: { rootless: true } }
  expect(() => FACTS.podman({ host, version: { Version: '5.0.0' } })).toThrow('another machine')
})

test('the counter of the control group is found in both versions, and never that of the whole machine', () => {
  expect(counterFile('5:memory:/libpod/x\n1:name=systemd:/y\n')).toBe(
    '/sys/fs/cgroup/memory/libpod/x/memory.oom_control',
  )
  expect(counterFile('0::/user.slice/x.scope\n')).toBe('/sys/fs/cgroup/user.slice/x.scope/memory.events')
  expect(counterFile('0::/\n')).toBe(null)
  expect(counterFile('5:memory:/\n0::/z\n')).toBe(null)
  expect(counterFile('')).toBe(null)
})

test('a list of system calls loses every way to another namespace, and nothing else', () => {
  const allow = 'SCMP_ACT_ALLOW'
  const profile = {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [
      { names: ['read', 'clone', 'unshare', 'mount'], action: allow },
      { names: ['setns'], action: allow },
    ],
  }
  const { syscalls } = withoutNamespaces(profile)
  expect(syscalls[0]).toEqual({ names: ['read'], action: allow })
  expect(syscalls.slice(1)).toMatchObject([
    { names: ['clone'], action: allow, args: [{ value: 0x7e020000, valueTwo: 0 }] },
    { names: ['clone3'], errnoRet: 38 },
  ])
})
