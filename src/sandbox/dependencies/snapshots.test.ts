import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../clock.ts'
import { sha256 } from '../../id.ts'
import { execute } from '../supervise/process.ts'
import { seal } from './seal.ts'
import { createSnapshots, type Snapshots } from './snapshots.ts'

const HOUR_MS = 3_600_000
let dir: string
let stateDir: string
let nowMs: number
let snapshots: Snapshots
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-snapshots-'))
  stateDir = join(dir, 'state')
  await mkdir(stateDir)
  nowMs = 1_800_000_000_000
  const clock: Clock = { ...systemClock, nowMs: () => nowMs }
  snapshots = createSnapshots(stateDir, { clock, bytesMax: 20_000 })
})
afterEach(() => rm(dir, { recursive: true }))

const keyOf = (name: string) => sha256(name)
const nothing = { made: new Map(), checks: [], writable: [] }

/** Keeps a directory with one file of so many bytes. */
async function keep(name: string, bytes = 4000) {
  const from = join(dir, 'from', name)
  await mkdir(from, { recursive: true })
  await writeFile(join(from, 'file'), 'x'.repeat(bytes))
  return snapshots.keep(keyOf(name), from, nothing)
}

test('what was kept is found under its key and no other', async () => {
  const from = join(dir, 'from')
  await mkdir(from)
  await writeFile(join(from, 'a'), 'text')
  const check = {
    name: 'fetch',
    kind: 'build',
    command: ['x'],
    exitCode: 0,
    killedBy: null,
    ms: 5,
    output: 'o',
    passed: true,
  } as const
  const made = new Map([['lock', { content: Buffer.from('locked') }]])
  const kept = await snapshots.keep(keyOf('a'), from, { made, checks: [check], writable: ['.cache/deep'] })
  expect(await readdir(kept.dir)).toEqual(['.cache', 'a'])
  expect(await readFile(join(kept.dir, 'a'), 'utf8')).toBe('text')
  expect(await snapshots.find(keyOf('a'))).toEqual({
    ...kept,
    made: new Map([['lock', { content: 'locked' }]]),
  })
  expect(kept.checks).toEqual([check])
  expect(await snapshots.find(keyOf('b'))).toBeNull()
})

test('one that is half there is not found, is swept away, and can be kept again', async () => {
  const place = join(stateDir, keyOf('torn'))
  for (const about of [null, '{"bytes":1,', '{}']) {
    await mkdir(join(place, 'kept'), { recursive: true })
    if (about !== null) await writeFile(join(place, 'about.json'), about)
    expect(await snapshots.find(keyOf('torn'))).toBeNull()
    expect(await snapshots.sweep()).toBe(1)
    expect(await readdir(stateDir)).toEqual([])
  }
  await mkdir(join(place, 'kept'), { recursive: true })
  await writeFile(join(place, 'kept', 'old'), '')
  expect(await readdir((await keep('torn')).dir)).toEqual(['file'])
})

test('the second of two processes with the same inputs takes what the first has kept', async () => {
  const first = await keep('a', 10)
  const inode = (await stat(first.dir)).ino
  expect((await keep('a', 20)).dir).toBe(first.dir)
  expect((await stat(first.dir)).ino).toBe(inode)
})

test('what was not used for longest makes room', async () => {
  for (const name of ['a', 'b', 'c']) {
    await keep(name)
    nowMs += HOUR_MS
  }
  await snapshots.find(keyOf('a'))
  nowMs += 4 * HOUR_MS
  expect(await snapshots.makeRoom()).toEqual({ ok: true, value: null })
  expect(await snapshots.find(keyOf('b'))).toBeNull()
  expect(await snapshots.find(keyOf('c'))).not.toBeNull()
  expect(await snapshots.find(keyOf('a'))).not.toBeNull()
})

test('what is in use is not removed, however full it is', async () => {
  await keep('a', 20_000)
  nowMs += HOUR_MS
  expect(await snapshots.makeRoom()).toMatchObject({ ok: false, reason: 'full' })
  expect(await snapshots.find(keyOf('a'))).not.toBeNull()
  nowMs += 4 * HOUR_MS
  expect(await snapshots.makeRoom()).toMatchObject({ ok: true })
  expect(await readdir(stateDir)).toEqual([])
})

test('what a supervisor that is gone was writing is swept away, and what a living one writes is not', async () => {
  await mkdir(join(stateDir, 'botwright-999999999-1-0123456789abcdef', 'kept'), { recursive: true })
  await keep('a')
  expect(await snapshots.sweep()).toBe(1)
  expect(await readdir(stateDir)).toEqual([keyOf('a')])
})

test('a sealed directory has plain modes, no pipes, and links that lead where they led', async () => {
  const root = join(dir, 'sealed')
  const outside = join(dir, 'outside')
  await mkdir(join(root, 'closed'), { recursive: true })
  await writeFile(outside, 'mine', { mode: 0o600 })
  await writeFile(join(root, 'closed', 'data'), 'four', { mode: 0o600 })
  await writeFile(join(root, 'program'), 'text')
  await chmod(join(root, 'program'), 0o4755)
  await symlink(outside, join(root, 'link'))
  await execute('/usr/bin/mkfifo', [join(root, 'pipe')])
  await chmod(join(root, 'closed'), 0o000)
  expect(await seal(root)).toBeGreaterThanOrEqual(8)
  const modeOf = async (path: string) => (await lstat(join(root, path))).mode & 0o7777
  expect(await modeOf('closed')).toBe(0o755)
  expect(await modeOf('closed/data')).toBe(0o444)
  expect(await modeOf('program')).toBe(0o555)
  expect((await stat(outside)).mode & 0o7777).toBe(0o600)
  expect((await readdir(root)).sort()).toEqual(['closed', 'link', 'program'])
})
