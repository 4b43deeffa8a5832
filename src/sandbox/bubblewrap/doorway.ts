import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { invariant } from '../../failure.ts'
import { isPassable } from './host.ts'

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
export function doorwayFor(sources: readonly string[], facts: DoorwayFacts): Doorway {
  const doors = [...new Set(sources.flatMap(source => doorOf(source) ?? []))].sort(innerFirst)
  if (doors.length === 0) return NO_DOORWAY
  const places = facts.places.filter(place => sources.every(source => !source.startsWith(`${place}/`)))
  const made = doorway(doors, { ...facts, places })
  makeDoors(doors, made, facts.dir)
  return made
}

/** Of doors that lie behind each other, only the innermost leads all the way. */
function innerFirst(one: string, other: string): number {
  return other.length - one.length
}

/** The outermost part of a path below which everybody may pass; null if they may all the way. */
function doorOf(path: string): string | null {
  const above = dirname(path)
  if (!isPassable(above)) return path
  return above === path ? null : doorOf(above)
}

/** A doorway with these doors, the innermost first, in the first place of the machine that is not above one of them. */
export function doorway(
  doors: readonly string[],
  { unshare, mount, places, dir }: DoorwayFacts,
): Doorway & { place: string } {
  const place = places.find(candidate => doors.every(path => !path.startsWith(`${candidate}/`)))
  invariant(place !== undefined, `one of ${places.join(', ')} is free for a doorway`)
  const namespace = [unshare, '--mount', '--propagation', 'private', '--']
  return {
    place,
    prefix: [...namespace, '/bin/sh', '-c', OPEN_DOOR, 'door', mount, tableIn(dir), '--'],
    path: host => {
      const index = doors.findIndex(door => host === door || host.startsWith(`${door}/`))
      return index < 0 ? host : `${place}/${index}${host.slice(doors[index]?.length)}`
    },
  }
}

/** One process mounts them all; a process for each took 10 ms more. */
const OPEN_DOOR = '"$1" --all --fstab "$2" && shift 3 && exec "$@"'

function tableIn(dir: string): string {
  return join(dir, 'doors.fstab')
}

/** Doors 0, 1, 2 … are mounted on directories or files of these names, and all of them on the place (fstab(5)). */
function makeDoors(doors: readonly string[], { place }: { place: string }, dir: string): void {
  const frames = join(dir, 'doors')
  mkdirSync(frames, { mode: 0o755 })
  for (const [index, door] of doors.entries()) makeFrame(door, join(frames, `${index}`))
  const binds = doors.map((door, index) => bind(door, `${place}/${index}`))
  writeFileSync(tableIn(dir), [bind(frames, place), ...binds].join(''))
}

function makeFrame(door: string, frame: string): void {
  if (lstatSync(door).isDirectory()) mkdirSync(frame)
  else writeFileSync(frame, '')
}

/** With what is mounted below: each workspace may be a file system of its own. */
function bind(source: string, target: string): string {
  return `${escaped(source)} ${target} none rbind 0 0\n`
}

/** Blanks end a field there, so they and the backslash stand in octal. */
function escaped(path: string): string {
  return path.replace(/[\s\\#]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}
