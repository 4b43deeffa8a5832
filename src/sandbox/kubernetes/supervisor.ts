import { hostname } from 'node:os'
import { sha256 } from '../../id.ts'

/** Who answers for the jobs: the pod of this process, or, outside a cluster, anything that names this machine for good. */
export type ClusterSupervisor = {
  id: string
  pod: Pod | null
  /** Owner of the files on the claim; never root. */
  uid: number
  gid: number
}

type Pod = { name: string; uid: string }

/** This process, in this pod. */
export function thisSupervisor(pod: Pod | null): ClusterSupervisor {
  return {
    id: pod?.uid ?? `machine-${sha256(hostname()).slice(0, 16)}`,
    pod,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
  }
}
