import { readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { V1Job } from '@kubernetes/client-node'
import { isLeftover } from '../supervise/marks.ts'
import type { Cluster } from './api.ts'
import { LABELS } from './labels.ts'
import type { ClusterSupervisor } from './supervisor.ts'

/**
 * A process id means nothing in another pod. So a job belongs to the pod of its supervisor: the cluster removes it with
 * the pod, and so does this, where the cluster has not come to it. Within one pod, marks tell the living from the dead.
 */
export async function sweepCluster(
  cluster: Cluster,
  { supervisor, stateDir }: { supervisor: ClusterSupervisor; stateDir: string },
): Promise<number> {
  const pods = await cluster.podUids()
  const leftovers = (await cluster.jobs()).filter(job => isLeft(job, supervisor, pods))
  for (const { metadata } of leftovers) await cluster.deleteJob(metadata?.name ?? '')
  return leftovers.length + (await sweepDirectories(pods, supervisor, stateDir))
}

function isLeft({ metadata }: V1Job, supervisor: ClusterSupervisor, pods: ReadonlySet<string>): boolean {
  if (metadata?.labels?.[LABELS.supervisor] === supervisor.id) return isLeftover(metadata.name ?? '')
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === 'Pod')
  return owner !== undefined && !pods.has(owner.uid)
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** State directories lie side by side on the claim, each named by the uid of the pod that it belongs to. */
async function sweepDirectories(
  pods: ReadonlySet<string>,
  { pod }: ClusterSupervisor,
  stateDir: string,
): Promise<number> {
  if (pod === null) return 0
  const beside = dirname(stateDir)
  const left = (await readdir(beside)).filter(name => UID.test(name) && name !== pod.uid && !pods.has(name))
  for (const name of left) await rm(join(beside, name), { recursive: true, force: true })
  return left.length
}
