import { OutsideFailure } from '../../failure.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import type { RelayedSpec } from '../relay.ts'
import { ownerFor } from '../workspaces.ts'
import { missingTool } from './diagnosis.ts'
import { doorwayFor, NO_DOORWAY } from './doorway.ts'
import type { Host, Tool } from './host.ts'
import { type LaunchFacts, sourcesOf } from './launch.ts'
import type { BubblewrapOptions } from './options.ts'
import type { Places } from './places.ts'

/** The oldest Node with a test runner; where the machine's own is older, projects get the private one. */
const NODE_MAJOR_MIN = 18

/**
 * What the machine, the options and the workspace say about a launch; how it is held comes from the run. `dir` is a
 * private directory of the run.
 */
export function launchFacts(
  options: BubblewrapOptions,
  spec: RelayedSpec,
  dir: string,
): Omit<LaunchFacts, 'mark' | 'joining' | 'holds'> {
  const { host, fixtures, nodePath, places } = options
  const facts = {
    bwrap: bwrapOf(options),
    setpriv: host.uids ? tool(host, 'setpriv') : '',
    prlimit: tool(host, 'prlimit'),
    rootDirectories: host.rootDirectories,
    masked: host.masked,
    etc: fixtures.etc,
    fixtures: [
      { host: nodePath, inside: NODE_INSIDE },
      { host: fixtures.programs, inside: PROGRAMS_INSIDE },
      ...places.mounts,
    ],
    searchPath: searchPath(host.nodeMajor, places),
    uid: host.uids === null ? null : ownerFor(spec.workspace, host.uids),
  }
  if (host.uids === null) return { ...facts, doorway: NO_DOORWAY }
  const machine = { unshare: tool(host, 'unshare'), mount: tool(host, 'mount'), places: host.doorPlaces, dir }
  return { ...facts, doorway: doorwayFor(sourcesOf(spec, facts), machine) }
}

export function bwrapOf({ host, bwrapPath }: BubblewrapOptions): string {
  return bwrapPath ?? tool(host, 'bwrap')
}

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin']
/** Programs of a project's own dependencies; last, so that they cannot stand in for those of the system. */
const OF_THE_PROJECT = '/workspace/node_modules/.bin'

function searchPath(nodeMajor: number | null, { path }: Places): string {
  const isEnough = nodeMajor !== null && nodeMajor >= NODE_MAJOR_MIN
  const system = isEnough ? [...SYSTEM_PATH, '/opt/node/bin'] : ['/opt/node/bin', ...SYSTEM_PATH]
  return [...system, ...path, OF_THE_PROJECT].join(':')
}

function tool(host: Host, name: Tool): string {
  const path = host.tools[name]
  if (path === null) throw new OutsideFailure(`${name} is not installed`, missingTool(name).says)
  return path
}
