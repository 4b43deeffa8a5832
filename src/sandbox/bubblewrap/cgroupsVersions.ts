import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Cgroup, Cgroups, GroupLimits } from './cgroup.ts'
import type { VersionOne, VersionTwo } from './cgroupsFound.ts'
import { removeGroups } from './cgroupsRemoved.ts'

type Creator = Pick<Cgroups, 'create'>

/** What the launch itself needs beside the run: two bubblewraps that wait, and what they start before they are it. */
const LAUNCHER_PROCESSES = 4
/** Where a supervisor goes that may divide its own group of version 2. */
const LEAF = 'botwright-supervisor'

/** Version 1: a hierarchy of its own for each controller (Documentation/admin-guide/cgroup-v1/memory.rst). */
export function versionOne({ memory, pids, cpuacct }: VersionOne): Creator {
  return {
    create(mark, limits) {
      const group = {
        memory: join(memory, mark),
        pids: join(pids, mark),
        cpuacct: cpuacct === null ? null : join(cpuacct, mark),
      }
      const all = [group.memory, group.pids, ...(group.cpuacct === null ? [] : [group.cpuacct])]
      return made([...new Set(all)], () => {
        setOne(group, limits)
        return groupOf([...new Set(all)], {
          cpuMs: () => (group.cpuacct === null ? 0 : number(join(group.cpuacct, 'cpuacct.usage')) / 1e6),
          memoryBytes: () => number(join(group.memory, 'memory.max_usage_in_bytes')),
          kills: () => keyed(join(group.memory, 'memory.oom_control'), 'oom_kill'),
        })
      })
    },
  }
}

/** Memory with swap can only be set after memory, and is not there when the kernel does not count swap. */
function setOne(group: { memory: string; pids: string }, { memoryBytes, processes }: GroupLimits): void {
  writeFileSync(join(group.memory, 'memory.limit_in_bytes'), `${memoryBytes}`)
  writeWhereThere(join(group.memory, 'memory.memsw.limit_in_bytes'), `${memoryBytes}`)
  writeFileSync(join(group.pids, 'pids.max'), `${processes + LAUNCHER_PROCESSES}`)
}

/** Version 2: one hierarchy, and processes in leaves only (Documentation/admin-guide/cgroup-v2.rst). */
export function versionTwo(hierarchy: VersionTwo): Creator {
  let parent: string | null = null
  return {
    create(mark, { memoryBytes, processes }) {
      parent ??= findParent(hierarchy)
      const group = join(parent, mark)
      return made([group], () => {
        writeFileSync(join(group, 'memory.max'), `${memoryBytes}`)
        writeWhereThere(join(group, 'memory.swap.max'), '0')
        writeWhereThere(join(group, 'memory.oom.group'), '1')
        writeFileSync(join(group, 'pids.max'), `${processes + LAUNCHER_PROCESSES}`)
        const peak = existsSync(join(group, 'memory.peak')) ? 'memory.peak' : 'memory.current'
        return groupOf([group], {
          cpuMs: () => keyed(join(group, 'cpu.stat'), 'usage_usec') / 1000,
          memoryBytes: () => number(join(group, peak)),
          kills: () => keyed(join(group, 'memory.events'), 'oom_kill'),
        })
      })
    },
  }
}

/** The nearest directory in which this process may make groups that have both controllers. */
function findParent({ own, above }: VersionTwo): string {
  const candidates = [own, ...above].filter(
    directory => isWritable(directory) && bothIn(join(directory, 'cgroup.controllers')),
  )
  const found = candidates.find(directory => hasControllers(directory) || isGivenControllers(directory, own))
  if (found === undefined) throw new Error('no control group here has memory and pids to give')
  return found
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function hasControllers(directory: string): boolean {
  return bothIn(join(directory, 'cgroup.subtree_control'))
}

function bothIn(file: string): boolean {
  const names = text(file).trim().split(' ')
  return names.includes('memory') && names.includes('pids')
}

/**
 * The kernel refuses it to a group that has processes of its own: out of its own group this process goes into a leaf
 * first, as a service with `Delegate=yes` is expected to.
 */
function isGivenControllers(directory: string, own: string): boolean {
  if (giveControllers(directory)) return true
  return directory === own && basename(own) !== LEAF && enterLeaf(own) && giveControllers(directory)
}

function giveControllers(directory: string): boolean {
  return isWritten(join(directory, 'cgroup.subtree_control'), '+memory +pids') && hasControllers(directory)
}

function enterLeaf(own: string): boolean {
  const leaf = join(own, LEAF)
  try {
    mkdirSync(leaf, { recursive: true })
  } catch {
    return false
  }
  return isWritten(join(leaf, 'cgroup.procs'), `${process.pid}`)
}

function isWritten(file: string, value: string): boolean {
  try {
    writeFileSync(file, value)
    return true
  } catch {
    return false
  }
}

/** Makes the directories, which are the groups, and takes them away again when they cannot be set up. */
function made(directories: readonly string[], setUp: () => Cgroup): Cgroup {
  const there: string[] = []
  try {
    for (const directory of directories) {
      mkdirSync(directory)
      there.push(directory)
    }
    return setUp()
  } catch (error) {
    for (const directory of there) rmdirSync(directory)
    throw error
  }
}

function groupOf(
  directories: readonly string[],
  look: { cpuMs(): number; memoryBytes(): number; kills(): number },
): Cgroup {
  return {
    entrances: directories.map(directory => join(directory, 'cgroup.procs')),
    usage: () => ({ cpuMs: Math.round(look.cpuMs()), memoryBytes: look.memoryBytes() }),
    isOutOfMemory: () => look.kills() > 0,
    dispose: () => removeGroups(directories),
  }
}

function writeWhereThere(file: string, value: string): void {
  if (existsSync(file)) writeFileSync(file, value)
}

function number(file: string): number {
  return Number(text(file))
}

/** A file of lines `KEY NUMBER`; 0 where the key is missing. */
function keyed(file: string, key: string): number {
  const line = text(file)
    .split('\n')
    .find(each => each.startsWith(`${key} `))
  return Number(line?.slice(key.length + 1) ?? 0)
}

/** Empty for what this kernel does not have. */
function text(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
