import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import type { ClusterSettings } from '../../config/sandbox.ts'
import type { Backend } from '../backend.ts'
import type { Fixtures } from '../fixtures.ts'
import { createWorkspaces } from '../workspaces.ts'
import { createKubernetes } from './kubernetes.ts'
import { thisSupervisor } from './supervisor.ts'

type Chosen = { cluster: ClusterSettings; pod: { name: string; uid: string } | null }

/** On the volume each supervisor has a directory of its own, which others can tell by its name. */
export function clusterStateDir(stateDir: string, { pod }: Chosen): string {
  return join(stateDir, thisSupervisor(pod).id)
}

export function openKubernetes(common: { stateDir: string; fixtures: Fixtures }, chosen: Chosen): Backend {
  return createKubernetes({
    ...common,
    settings: chosen.cluster,
    supervisor: thisSupervisor(chosen.pod),
    workspaces: createWorkspaces(common.stateDir, null),
    clock: systemClock,
  })
}
