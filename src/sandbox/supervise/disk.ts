import { type Dirent, lstatSync, opendirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { processTree } from './processes.ts'

const BLOCK_BYTES = 512
/** An empty file costs an inode: count it as this much, so that a million of them is not nothing. */
export const ENTRY_BYTES_MIN = 1024
/** Deeper paths cannot be named any more (PATH_MAX is 4096), so nothing below would be counted. */
const PATH_LENGTH_MAX = 3500
/** Then others have their turn: this many take about a millisecond. An asynchronous look at each takes ten times as long. */
const LOOKED_AT_ONCE = 250

/**
 * Bytes that a directory takes on the disk; stops counting beyond `bytesMax`, so that no more than `bytesMax` by
 * ENTRY_BYTES_MIN entries are looked at. A path too long to be followed counts as beyond. Symbolic links are counted, not
 * followed; what vanishes during the walk is not counted.
 */
export async function diskUsage(dir: string, bytesMax: number): Promise<number> {
  let bytes = 0
  let looked = 0
  const directories = [dir]
  for (const directory of directories) {
    if (directory.length > PATH_LENGTH_MAX) return Number.POSITIVE_INFINITY
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name)
      bytes += entryBytes(path)
      if (entry.isDirectory()) directories.push(path)
      if (bytes > bytesMax) return bytes
      if (++looked % LOOKED_AT_ONCE === 0) await setImmediate()
    }
  }
  return bytes
}

/** Processes have so many descriptors together at most that are looked at. */
const DESCRIPTORS_MAX = 50_000

/**
 * Bytes of files that have no name any more and are still open in a tree of processes, on the same file system as `dir`.
 */
export async function namelessBytes(root: number, dir: string): Promise<number> {
  const { dev } = lstatSync(dir, { throwIfNoEntry: false }) ?? {}
  const found = new Map<number, number>()
  let looked = 0
  for (const pid of processTree(root)) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const facts = quietly(() => statSync(`/proc/${pid}/fd/${fd}`))
      if (facts?.dev === dev && facts?.nlink === 0) found.set(facts.ino, facts.blocks * BLOCK_BYTES)
      if (++looked > DESCRIPTORS_MAX) return Number.POSITIVE_INFINITY
      if (looked % LOOKED_AT_ONCE === 0) await setImmediate()
    }
  }
  return [...found.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function entryBytes(path: string): number {
  const facts = quietly(() => lstatSync(path))
  return facts === null ? 0 : Math.max(ENTRY_BYTES_MIN, facts.blocks * BLOCK_BYTES)
}

/** One after the other: a directory may hold millions. */
function* entriesOf(directory: string): Generator<Dirent> {
  const open = quietly(() => opendirSync(directory, { bufferSize: LOOKED_AT_ONCE }))
  if (open === null) return
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) yield entry
  } finally {
    open.closeSync()
  }
}

function list(path: string): string[] {
  return quietly(() => readdirSync(path)) ?? []
}

/** Null for what has vanished meanwhile, or may not be seen. */
function quietly<Answer>(ask: () => Answer): Answer | null {
  try {
    return ask()
  } catch {
    return null
  }
}
