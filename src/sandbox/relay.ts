import { invariant } from '../failure.ts'
import type { Door, Mount, Phase, RunSpec } from './backend.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from './fixtures.ts'

/** A run with, for one that serves, the socket of the host by which its port is reached. */
export type RelayedSpec = RunSpec & { tunnel?: Door }

const PHASES_WITH_DOORS: readonly Phase[] = ['fetch', 'engine']

/**
 * What becomes of the command and the sockets of a run that has doors or a tunnel; without, it stays as it is. `place`
 * says where a socket is found inside.
 */
export function relayed(
  spec: RelayedSpec,
  place: (index: number, socket: string) => string = index => `/run/doors/${index}`,
): { command: readonly string[]; sockets: readonly Mount[] } {
  const { command, phase, doors = [], tunnel } = spec
  invariant(doors.length === 0 || PHASES_WITH_DOORS.includes(phase), `a run has no door in phase ${phase}`)
  if (doors.length === 0 && tunnel === undefined) return { command, sockets: [] }
  const order = {
    doors: doors.map(({ socket, port }, index) => ({ socket: place(index, socket), port })),
    tunnel: tunnel === undefined ? null : { socket: place(doors.length, tunnel.socket), port: tunnel.port },
  }
  const all = tunnel === undefined ? doors : [...doors, tunnel]
  return {
    command: [NODE_INSIDE, `${PROGRAMS_INSIDE}/relay.mjs`, JSON.stringify(order), ...command],
    sockets: all.map(({ socket }, index) => ({ host: socket, inside: place(index, socket) })),
  }
}
