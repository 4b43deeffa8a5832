/** What the operator says about the cluster. */
export type ClusterSettings = {
  /** Path of a kubeconfig; else the service account of this pod. */
  kubeconfig?: string
  /** Where the jobs are made; best one of its own, with a quota. */
  namespace: string
  /** Has `/bin/sh`, `cat`, `mkfifo`, the toolchains, and Node at `/opt/node/bin/node`. */
  image: string
  /** gVisor or Kata, for instance; null leaves the kernel of the node to all. */
  runtimeClass: string | null
  /** The volume that this process and the jobs share (ReadWriteMany, or one node for all). */
  claim: string
  /** Where this process has that volume; all state lies below. */
  claimRoot: string
  /** Processor cores that one job may use. */
  cores: number
  /** The registry mirror that runs may reach in the phase `fetch`; null when there is none. */
  mirror: Mirror | null
  /** Labels of the pods that may reach an app that is served: those of this process. */
  supervisorLabels: Readonly<Record<string, string>>
}

export type Mirror = {
  /** Address and port as a pod finds them; without names, because a job has no way to ask for them. */
  host: string
  port: number
  /** Labels of its pods, and the port on which those listen. */
  podLabels: Readonly<Record<string, string>>
  podPort: number
}

/** Who answers for the jobs: the pod of this process, or, outside a cluster, anything that names this machine for good. */
export type ClusterSupervisor = {
  id: string
  pod: { name: string; uid: string } | null
  /** Owner of the files on the claim; never root. */
  uid: number
  gid: number
}
