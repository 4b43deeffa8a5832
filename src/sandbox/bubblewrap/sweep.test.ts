import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newMark } from '../supervise/marks.ts'
import { openStreams } from '../supervise/pipes.ts'
import { runProcess } from '../supervise/process.ts'
import { commandLines } from '../supervise/processes.ts'
import { openTrial } from '../trial.ts'
import { findHierarchies } from './cgroupsFound.ts'
import { findGroups } from './cgroupsRemoved.ts'

let dir = ''
let stateDir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-sweep-'))
  stateDir = join(dir, 'state')
})
afterEach(() => rm(dir, { recursive: true }))

async function marksLeft(): Promise<string[]> {
  return (await readdir(stateDir)).filter(name => name.startsWith('botwright-'))
}

async function groupsOf(marks: readonly string[]): Promise<string[]> {
  const [mountinfo, membership] = await Promise.all(
    ['mountinfo', 'cgroup'].map(name => readFile(`/proc/self/${name}`, 'utf8')),
  )
  const roots = findHierarchies({ mountinfo: mountinfo ?? '', membership: membership ?? '' }).flatMap(
    found => found.roots,
  )
  return findGroups(roots, name => marks.includes(name))
}

async function mountsLeft(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')
  return lines.filter(line => line.includes(`${stateDir}/`))
}

async function left() {
  const marks = await marksLeft()
  const isOurs = (line: string) => marks.some(mark => line.includes(mark))
  return {
    marks,
    groups: await groupsOf(marks),
    mounts: await mountsLeft(),
    processes: commandLines().filter(({ line }) => isOurs(line)),
  }
}

/** Runs `trialDeath.ts`, which does not come back. */
async function dieWhen(point: string): Promise<void> {
  const streams = join(dir, 'streams')
  await mkdir(streams)
  const ended = await runProcess({
    argv: [process.execPath, join(import.meta.dirname, 'trialDeath.ts'), stateDir, point],
    env: {},
    cwd: dir,
    mark: newMark(),
    streams: await openStreams(streams, null),
    wallMs: 20_000,
    outputBytes: 1_000_000,
    inspect: () => null,
  })
  expect(ended).toMatchObject({ killedBy: null, stderr: '' })
}

const canMount = process.getuid?.() === 0

test.each([
  ['a scratch directory is made', { marks: 2, mounts: false, groups: false }],
  ['a workspace is mounted and not filled', { marks: 2, mounts: canMount, groups: false }],
  ['a workspace is made', { marks: 2, mounts: canMount, groups: false }],
  ['a group is made and not joined', { marks: 3, mounts: canMount, groups: canMount }],
  ['a group is joined', { marks: 3, mounts: canMount, groups: canMount }],
])('a supervisor killed when %s leaves nothing after the next start', async (point, expected) => {
  await dieWhen(point)
  const before = await left()
  expect({
    marks: before.marks.length,
    mounts: before.mounts.length > 0,
    groups: before.groups.length > 0,
  }).toEqual(expected)
  const next = await openTrial({ stateDir })
  const after = await left()
  // The fixtures of the next.
  expect(after.marks).toHaveLength(1)
  expect(before.marks).not.toContain(after.marks[0])
  expect(await groupsOf(before.marks)).toEqual([])
  expect(after).toMatchObject({ mounts: [], groups: [], processes: [] })
  expect(commandLines().filter(({ line }) => line.includes(`${stateDir}/deadly`))).toEqual([])
  await next.close()
  await mkdir(stateDir, { recursive: true })
})
