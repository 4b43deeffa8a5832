import { cp, lstat, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { done, invariant, type Result, refuse } from '../../failure.ts'
import type { CheckResult } from '../checks/result.ts'
import type { Files } from '../files.ts'
import { isLeftover } from '../supervise/marks.ts'
import { createScratch } from '../workspaces.ts'
import { seal } from './seal.ts'

/** What was fetched for one key. */
export type Snapshot = {
  /** Absolute; everything in it can be read by all and written by nobody who runs in a sandbox. */
  dir: string
  made: Files
  checks: readonly CheckResult[]
}

export type Snapshots = {
  find(key: string): Promise<Snapshot | null>
  /** Takes a directory away from where it is, and keeps it. */
  keep(key: string, directory: string, about: About): Promise<Snapshot>
  /** Removes what was not used for longest, until there is room for one more. */
  makeRoom(): Promise<Result<null, 'full'>>
  /** Removes what killed supervisors left behind; answers how many things. */
  sweep(): Promise<number>
}

/** `writable` are directories in it over which runs mount something of their own. */
export type About = Omit<Snapshot, 'dir'> & { writable: readonly string[] }

export type SnapshotsOptions = { clock: Clock; bytesMax: number }

/** A run may last a quarter of an hour, and an app may be looked at for longer; what they use is not removed. */
const IN_USE_MS = 3 * 3_600_000

const ABOUT = 'about.json'
const KEPT = 'kept'

export function createSnapshots(stateDir: string, options: SnapshotsOptions): Snapshots {
  const place = (key: string) => join(stateDir, key)
  return {
    find: key => find(place(key), options.clock),
    async keep(key, directory, about) {
      await keep(stateDir, place(key), directory, about)
      const kept = await find(place(key), options.clock)
      invariant(kept !== null, 'what was just kept is there')
      return kept
    },
    makeRoom: () => makeRoom(stateDir, options),
    async sweep() {
      const before = await readdir(stateDir)
      for (const name of before.filter(isLeftover))
        await rm(join(stateDir, name), { recursive: true, force: true })
      for (const place of await places(stateDir))
        if ((await aboutOf(place)) === null) await remove(stateDir, place)
      await makeRoom(stateDir, options)
      const after = new Set(await readdir(stateDir))
      return before.filter(name => !after.has(name)).length
    },
  }
}

const aboutSchema = z.object({
  bytes: z.number(),
  made: z.record(z.string(), z.string()),
  checks: z.array(
    z.object({ name: z.string(), command: z.array(z.string()), ms: z.number(), output: z.string() }),
  ),
})

/** Null of what is not there, and of what a machine that lost its power left half written. */
async function aboutOf(place: string): Promise<z.infer<typeof aboutSchema> | null> {
  try {
    return aboutSchema.parse(JSON.parse(await readFile(join(place, ABOUT), 'utf8')))
  } catch {
    return null
  }
}

/** Whoever finds one uses it, which is noted as the time of its description. */
async function find(place: string, clock: Clock): Promise<Snapshot | null> {
  const about = await aboutOf(place)
  if (about === null) return null
  const seconds = clock.nowMs() / 1000
  await utimes(join(place, ABOUT), seconds, seconds)
  const passed = { kind: 'build', exitCode: 0, killedBy: null, passed: true } as const
  return {
    dir: join(place, KEPT),
    made: new Map(Object.entries(about.made).map(([path, content]) => [path, { content }])),
    checks: about.checks.map(check => ({ ...check, ...passed })),
  }
}

/** By renaming it as a whole at the end: one that is half there is never found. */
async function keep(
  stateDir: string,
  place: string,
  directory: string,
  { made, checks, writable }: About,
): Promise<void> {
  const scratch = await createScratch(stateDir)
  try {
    const kept = join(scratch.dir, KEPT)
    const bytes = await take(directory, kept)
    for (const path of writable) await mkdir(join(kept, path), { recursive: true })
    const about = {
      bytes,
      made: Object.fromEntries(
        [...made].map(([path, { content }]) => [path, Buffer.from(content).toString()]),
      ),
      checks: checks.map(({ name, command, ms, output }) => ({ name, command, ms, output })),
    }
    await writeFile(join(scratch.dir, ABOUT), JSON.stringify(about))
    await rename(scratch.dir, place).catch(async () => {
      // Another process was first with the same inputs, or what is there is torn.
      if ((await aboutOf(place)) !== null) return
      await remove(stateDir, place)
      await rename(scratch.dir, place)
    })
  } finally {
    await scratch.dispose()
  }
}

/** A workspace may be on a disk of its own. A link would be somebody else's directory; what needs none leaves none. */
async function take(directory: string, kept: string): Promise<number> {
  const facts = await lstat(directory).catch(() => null)
  if (!facts?.isDirectory()) {
    await mkdir(kept, { mode: 0o755 })
    return 0
  }
  const bytes = await seal(directory)
  await cp(directory, kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  return bytes
}

type Entry = { place: string; bytes: number; usedMs: number }

async function makeRoom(
  stateDir: string,
  { clock, bytesMax }: SnapshotsOptions,
): Promise<Result<null, 'full'>> {
  const entries = (await all(stateDir)).sort((one, other) => one.usedMs - other.usedMs)
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  for (const entry of entries) {
    if (bytes < bytesMax) break
    if (clock.nowMs() - entry.usedMs < IN_USE_MS) return full(bytesMax)
    await remove(stateDir, entry.place)
    bytes -= entry.bytes
  }
  return done(null)
}

/** Out of the way first, so that nobody finds half of it. */
async function remove(stateDir: string, place: string): Promise<void> {
  const scratch = await createScratch(stateDir)
  await rename(place, join(scratch.dir, 'gone'))
  await scratch.dispose()
}

async function all(stateDir: string): Promise<Entry[]> {
  const found: Entry[] = []
  for (const place of await places(stateDir)) {
    const about = await aboutOf(place)
    if (about === null) continue
    const { mtimeMs } = await stat(join(place, ABOUT))
    found.push({ place, bytes: about.bytes, usedMs: mtimeMs })
  }
  return found
}

async function places(stateDir: string): Promise<string[]> {
  return (await readdir(stateDir)).filter(name => /^[0-9a-f]{64}$/.test(name)).map(key => join(stateDir, key))
}

function full(bytesMax: number) {
  const gib = (bytesMax / 1024 ** 3).toFixed(1)
  return refuse(
    'full',
    `The ${gib} GiB for dependencies are full of what was used in the last hours. Try again later.`,
  )
}
