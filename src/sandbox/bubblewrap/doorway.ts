import { lstat, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { invariant } from '../../failure.ts'
import { isReachableByAll } from './host.ts'

/**
 * As root, a sandbox runs as a user who may not pass through `/root` or a private data directory, where its workspace
 * lies. A doorway is a small directory, in a mount namespace of that run alone, in which root first binds what the
 * sandbox needs. It takes about 4 ms. (A bubblewrap could do it in one process, but stays between the run and its
 * supervisor: without privileges, it could not end a run of another user when the supervisor dies.)
 */
export type Doorway = {
  /** Goes before the command that is to find things in the doorway. */
  prefix: readonly string[]
  /** Where a path of the machine is found by that command. */
  path(host: string): string
}

/** For an ordinary user, and for root where everybody may reach everything: there is nothing to do. */
export const NO_DOORWAY: Doorway = { prefix: [], path: host => host }

/** What a doorway is made with: tools, directories that may be mounted over, and a private directory of the run. */
export type DoorwayFacts = { unshare: string; mount: string; places: readonly string[]; dir: string }

/** The doorway that these paths need: none if everybody can reach them. */
export async function doorwayFor(sources: readonly string[], facts: DoorwayFacts): Promise<Doorway> {
  const reachable = await Promise.all(sources.map(isReachableByAll))
  if (reachable.every(Boolean)) return NO_DOORWAY
  const made = doorway(sources, facts)
  await makeDoors(sources, made, facts.dir)
  return made
}

/** A doorway for these paths, in the first place of the machine that is not above one of them. */
export function doorway(
  sources: readonly string[],
  { unshare, mount, places, dir }: DoorwayFacts,
): Doorway & { place: string } {
  const place = places.find(candidate => sources.every(path => !path.startsWith(`${candidate}/`)))
  invariant(place !== undefined, `one of ${places.join(', ')} is free for a doorway`)
  const namespace = [unshare, '--mount', '--propagation', 'private', '--']
  return {
    place,
    prefix: [...namespace, '/bin/sh', '-c', OPEN_DOOR, 'door', mount, tableIn(dir), '--'],
    path: host => {
      const index = sources.indexOf(host)
      return index < 0 ? host : `${place}/${index}`
    },
  }
}

/** One process mounts them all; a process for each took 10 ms more. */
const OPEN_DOOR = '"$1" --all --fstab "$2" && shift 3 && exec "$@"'

function tableIn(dir: string): string {
  return join(dir, 'doors.fstab')
}

/** Sources 0, 1, 2 … are mounted on directories or files of these names, and all of them on the place (fstab(5)). */
async function makeDoors(sources: readonly string[], { place }: { place: string }, dir: string) {
  const doors = join(dir, 'doors')
  await mkdir(doors, { mode: 0o755 })
  await Promise.all(sources.map((source, index) => makeDoor(source, join(doors, `${index}`))))
  const binds = sources.map((source, index) => bind(source, `${place}/${index}`))
  await writeFile(tableIn(dir), [bind(doors, place), ...binds].join(''))
}

async function makeDoor(source: string, door: string): Promise<void> {
  if ((await lstat(source)).isDirectory()) await mkdir(door)
  else await writeFile(door, '')
}

function bind(source: string, target: string): string {
  return `${escaped(source)} ${target} none bind 0 0\n`
}

/** Blanks end a field there, so they and the backslash stand in octal. */
function escaped(path: string): string {
  return path.replace(/[\s\\#]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
