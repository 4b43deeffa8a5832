import type { Fixtures } from '../fixtures.ts'
import type { Workspaces } from '../workspaces.ts'
import type { Host } from './host.ts'
import type { LayerName } from './layers.ts'
import type { Places } from './places.ts'

export type BubblewrapOptions = {
  host: Host
  /** Where bubblewrap is, when it is not where the system has it. */
  bwrapPath?: string
  stateDir: string
  /** A Node that runs on this machine, for our own programs and for projects where the machine has none. */
  nodePath: string
  /** Toolchains outside the directories of the system. */
  places: Places
  fixtures: Fixtures
  workspaces: Workspaces
  /** Only for tests: the layers that are to be missing. */
  without?: readonly LayerName[]
}
