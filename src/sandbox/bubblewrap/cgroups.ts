import { readFile } from 'node:fs/promises'
import type { Limits } from '../backend.ts'
import { newMark } from '../supervise/marks.ts'
import { execute } from '../supervise/process.ts'
import { findHierarchies, type Hierarchies } from './cgroupsFound.ts'
import { removeLeftovers } from './cgroupsRemoved.ts'
import { versionOne, versionTwo } from './cgroupsVersions.ts'

/** Control groups, in which the kernel counts and bounds what all processes of a run use together. */
export type Cgroups = {
  readonly version: 1 | 2
  /** A group with this name and these limits, that nothing has joined yet. */
  create(mark: string, limits: GroupLimits): Cgroup
}

export type GroupLimits = Pick<Limits, 'memoryBytes' | 'processes'>

export type Cgroup = {
  /** A process joins by writing `0` to each of these files. */
  readonly entrances: readonly string[]
  /** Processor time of all that were ever in it, and the most memory, files in the page cache included. */
  usage(): { cpuMs: number; memoryBytes: number }
  /** Whether the kernel killed one of its processes for want of memory. */
  isOutOfMemory(): boolean
  /** Kills what is still in it, so that nothing survives, and removes it. */
  dispose(): Promise<void>
}

/** What `/proc/self` says about control groups: the mounts, and the groups of this process. */
export type Readings = { mountinfo: string; membership: string }

/**
 * The control groups that this process may make; null where it may not, by really making one. As root, and as an
 * ordinary user where version 2 is delegated to it. Groups are made below the group of this process, so that its
 * own limits hold for them too; under version 2, which wants processes in leaves only, otherwise beside it.
 */
export async function findCgroups(readings?: Readings): Promise<Cgroups | null> {
  for (const hierarchies of findHierarchies(readings ?? (await readSelf()))) {
    const cgroups = cgroupsIn(hierarchies)
    if (await works(cgroups)) return cgroups
  }
  return null
}

/**
 * Ends and removes the groups of supervisors that are no longer alive, in every hierarchy there is: whoever made them
 * may have had more rights, or more luck, than this process.
 */
export async function sweepGroups(): Promise<void> {
  await removeLeftovers(findHierarchies(await readSelf()).flatMap(({ roots }) => roots))
}

/**
 * Before the command: a shell that joins the group, if there is one, and becomes the command. When the machine itself
 * is out of memory the kernel is to end the run, and not the supervisor or its database.
 */
export function joining(group: Pick<Cgroup, 'entrances'> | null): string[] {
  return ['/bin/sh', '-c', `${END_FIRST}; ${JOIN}`, 'join', ...(group?.entrances ?? []), '--']
}

/** By proc(5), anybody may ask for it. */
const END_FIRST = '{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null'

/** A group that cannot be joined is the end: nothing runs outside of it. */
const JOIN = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"'

function cgroupsIn(hierarchies: Hierarchies): Cgroups {
  const { create } = hierarchies.version === 1 ? versionOne(hierarchies) : versionTwo(hierarchies)
  return { version: hierarchies.version, create }
}

async function works(cgroups: Cgroups): Promise<boolean> {
  try {
    const group = cgroups.create(newMark(), { memoryBytes: 64 * 1024 ** 2, processes: 8 })
    const [file = '', ...args] = [...joining(group), '/bin/true']
    await execute(file, args).finally(group.dispose)
    return true
  } catch {
    return false
  }
}

async function readSelf(): Promise<Readings> {
  const [mountinfo, membership] = await Promise.all(
    ['mountinfo', 'cgroup'].map(name => readFile(`/proc/self/${name}`, 'utf8').catch(() => '')),
  )
  return { mountinfo: mountinfo ?? '', membership: membership ?? '' }
}
