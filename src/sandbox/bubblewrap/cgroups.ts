import { readFile } from 'node:fs/promises'
import { newMark } from '../supervise/marks.ts'
import { execute } from '../supervise/process.ts'
import type { Cgroup, Cgroups } from './cgroup.ts'
import { findHierarchies, type Hierarchies, type Readings } from './cgroupsFound.ts'
import { removeLeftovers } from './cgroupsRemoved.ts'
import { versionOne, versionTwo } from './cgroupsVersions.ts'

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
