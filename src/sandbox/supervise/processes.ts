import { readdirSync, readFileSync } from 'node:fs'

/** What `/proc` says about processes (proc(5)). */

export type ProcessFacts = {
  state: string
  /** Own and awaited children's, user and system. */
  cpuMs: number
  /** Memory that is not backed by a file; pages shared by a fork count once in each. */
  privateBytes: number
  /** Start in clock ticks since boot: with the pid it names one process for good. */
  startTicks: string
}

/** `USER_HZ`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096
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
  const [, resident = '0', shared = '0'] = read(`/proc/${pid}/statm`).split(' ')
  return {
    state: fields[0] ?? '',
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
    privateBytes: (Number(resident) - Number(shared)) * PAGE_BYTES,
    startTicks,
  }
}

/** Processor time (ms) and private memory (bytes) of a process and its descendants. */
export function treeUsage(root: number): { cpuMs: number; memoryBytes: number } {
  const usage = { cpuMs: 0, memoryBytes: 0 }
  for (const pid of processTree(root)) {
    const facts = processFacts(pid)
    usage.cpuMs += facts?.cpuMs ?? 0
    usage.memoryBytes += facts?.privateBytes ?? 0
  }
  return usage
}

/** Every process with its command line, arguments parted by blanks. */
export function commandLines(): { pid: number; line: string }[] {
  return list('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => ({ pid: Number(name), line: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
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
