import { readdirSync, readFileSync } from 'node:fs'

/** What `/proc` says about processes (proc(5)). */

export type ProcessFacts = {
  state: string
  /** Own and awaited children's, user and system. */
  cpuMs: number
  /** Memory of its own; pages that a fork left as they were count once in each. */
  privateBytes: number
  /** Memory that may also be that of others: shared by a mapping, or of files that are kept in memory. */
  sharedBytes: number
  /** Start in clock ticks since boot: with the pid it names one process for good. */
  startTicks: string
}

/** `USER_HZ`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
/** A tree larger than the largest process limit is not walked further. */
const TREE_MAX = 4096

/** A process and all that descend from it, as far as they are alive. */
export function processTree(root: number): number[] {
  const tree = [root]
  for (const pid of tree) {
    if (tree.length >= TREE_MAX) break
    tree.push(...childrenOf(pid))
  }
  return tree
}

/** Facts about one process, or null when there is none. */
export function processFacts(pid: number): ProcessFacts | null {
  const stat = read(`/proc/${pid}/stat`)
  // The name in parentheses may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const startTicks = fields[19]
  if (startTicks === undefined) return null
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  const status = read(`/proc/${pid}/status`)
  return {
    state: fields[0] ?? '',
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
    privateBytes: kilobytes(status, 'RssAnon'),
    sharedBytes: kilobytes(status, 'RssShmem'),
    startTicks,
  }
}

/**
 * Processor time (ms) and memory (bytes) of a process and its descendants. Shared memory counts in each that has it, and
 * only when that comes to more than `memoryBytesMax` it is looked at which of it is the same, for that takes longer.
 */
export function treeUsage(root: number, memoryBytesMax: number): { cpuMs: number; memoryBytes: number } {
  const tree = processTree(root).map(pid => ({ pid, facts: processFacts(pid) }))
  const sum = (of: (facts: ProcessFacts) => number) =>
    tree.reduce((total, { facts }) => total + (facts === null ? 0 : of(facts)), 0)
  const own = sum(({ privateBytes }) => privateBytes)
  const shared = sum(({ sharedBytes }) => sharedBytes)
  const sharing = tree.filter(({ facts }) => (facts?.sharedBytes ?? 0) > 0).map(({ pid }) => pid)
  const isCounted = sharing.length > 1 && own + shared > memoryBytesMax
  return {
    cpuMs: sum(({ cpuMs }) => cpuMs),
    memoryBytes: own + (isCounted ? Math.min(shared, mappedOnce(sharing)) : shared),
  }
}

/** Every process with its command line, arguments parted by blanks. */
export function commandLines(): { pid: number; line: string }[] {
  return list('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({ pid: Number(name), line: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
}

/** Of what these processes share, by mapping, the size: once for each thing, as much as the one maps that maps most of it. */
function mappedOnce(pids: readonly number[]): number {
  const most = new Map<string, number>()
  for (const pid of pids)
    for (const [thing, bytes] of sharedMappings(pid)) most.set(thing, Math.max(most.get(thing) ?? 0, bytes))
  return [...most.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** Lines of `/proc/PID/maps`: from and to, permissions (`s` is shared), offset, device, inode, path. */
const SHARED_MAPPING = /^([0-9a-f]+)-([0-9a-f]+) ..[-x]s \S+ (\S+ \d+)/gm

function sharedMappings(pid: number): Map<string, number> {
  const mapped = new Map<string, number>()
  for (const [, from = '', to = '', thing = ''] of read(`/proc/${pid}/maps`).matchAll(SHARED_MAPPING))
    mapped.set(thing, (mapped.get(thing) ?? 0) + Number.parseInt(to, 16) - Number.parseInt(from, 16))
  return mapped
}

/** Zero for a kernel thread, or a process that has ended. */
function kilobytes(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
}

/** The kernel lists children by the thread that started them. */
function childrenOf(pid: number): number[] {
  return list(`/proc/${pid}/task`)
    .flatMap(thread => read(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter(child => child !== '')
    .map(Number)
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
