import { invariant } from '../../failure.ts'
import { isReachableByAll } from './host.ts'

/**
 * As root, a sandbox runs as a user who may not pass through `/root` or a private data directory, where its workspace
 * lies. A doorway is a small directory, in a mount namespace of that run alone, in which root first binds what the
 * sandbox needs.
 */
export type Doorway = {
  /** Goes before the command that is to find things in the doorway. */
  prefix: readonly string[]
  /** Where a path of the machine is found by that command. */
  path(host: string): string
}

/** For an ordinary user, and for root where everybody may reach everything: there is nothing to do. */
export const NO_DOORWAY: Doorway = { prefix: [], path: host => host }

/** The doorway that these paths need: none if everybody can reach them. */
export async function doorwayFor(
  sources: readonly string[],
  machine: { unshare: string; places: readonly string[] },
): Promise<Doorway> {
  const reachable = await Promise.all(sources.map(isReachableByAll))
  return reachable.every(Boolean) ? NO_DOORWAY : doorway(sources, machine)
}

/** A doorway for these paths, in the first place of the machine that is not above one of them. */
export function doorway(
  sources: readonly string[],
  machine: { unshare: string; places: readonly string[] },
): Doorway {
  const place = machine.places.find(candidate => sources.every(path => !path.startsWith(`${candidate}/`)))
  invariant(place !== undefined, `one of ${machine.places.join(', ')} is free for a doorway`)
  const namespace = [machine.unshare, '--mount', '--propagation', 'private', '--']
  return {
    prefix: [...namespace, '/bin/sh', '-c', OPEN_DOOR, 'door', place, ...sources, '--'],
    path: host => {
      const index = sources.indexOf(host)
      return index < 0 ? host : `${place}/${index}`
    },
  }
}

/** Mounts sources 0, 1, 2 … and becomes the command after `--`. PATH is set but not exported: nothing inherits it. */
const OPEN_DOOR = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
door=$1
shift
mount -t tmpfs -o mode=755,size=64k doorway "$door"
index=0
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mkdir "$door/$index"; else : > "$door/$index"; fi
  mount --bind "$1" "$door/$index"
  index=$((index + 1))
  shift
done
shift
exec "$@"`
