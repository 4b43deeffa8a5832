import { type Refusal, refuse } from '../../failure.ts'
import { neededRights } from './rights.ts'

/** Why jobs cannot be run in this cluster. */
export type ClusterReason =
  | 'cluster_unreachable'
  | 'cluster_denied'
  | 'cluster_full'
  | 'cluster_open'
  | 'cluster_unfit'
  | 'image_missing'
  | 'image_unfit'
  | 'launch_failed'

export type Hint = { reason: ClusterReason; says: string }

/** Why no job can be run, and what mends it, by what the cluster says. The first that matches counts. */
export function hintFor(message: string): Hint {
  return HINTS.find(({ pattern }) => pattern.test(message)) ?? UNKNOWN
}

export function refused(hint: Hint, said: string): Refusal<ClusterReason> {
  return refuse(hint.reason, `${hint.says} (${said.trim().slice(0, SAID_MAX)})`)
}

const SAID_MAX = 500

export const RUN_BY_ROOT: Hint = {
  reason: 'cluster_unfit',
  says: 'This process runs as root, and jobs share its user so that both can write the volume: set `runAsUser` of its pod',
}

const UNKNOWN: Hint = {
  reason: 'launch_failed',
  says: 'The job could not be run: see `kubectl describe jobs,pods -l botwright/part=sandbox`',
}

const HINTS: readonly (Hint & { pattern: RegExp })[] = [
  {
    pattern: /the network is open/,
    reason: 'cluster_open',
    says: 'The cluster does not enforce network policies: use a network plugin that does (Calico and Cilium, for instance)',
  },
  {
    pattern:
      /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|fetch failed|no answer|certificate|No active cluster|ENOENT|current context/i,
    reason: 'cluster_unreachable',
    says: 'The cluster cannot be reached: check SANDBOX_KUBECONFIG, or run this process in a pod with a service account',
  },
  {
    pattern: /ErrImage|ImagePull|InvalidImageName|ErrImageNeverPull/,
    reason: 'image_missing',
    says: 'The nodes cannot get the image: push what SANDBOX_IMAGE names to a registry that they can reach',
  },
  {
    pattern:
      /CreateContainer|RunContainerError|ContainerCannotRun|StartError|cannot be written|\/opt\/node|no such file/,
    reason: 'image_unfit',
    says:
      'The image does not fit: it needs `/bin/sh`, `cat`, `mkfifo`, Node at `/opt/node/bin/node`, and must run for ' +
      'a user who is not root',
  },
  {
    pattern: /persistentvolumeclaim|volume/i,
    reason: 'cluster_unfit',
    says: 'The shared volume is not there for jobs: create the claim that SANDBOX_CLAIM names, in the same namespace',
  },
  {
    pattern: /RuntimeClass/,
    reason: 'cluster_unfit',
    says: 'The cluster has no such RuntimeClass: install it, or change SANDBOX_RUNTIME_CLASS',
  },
  {
    pattern: /quota|Unschedulable|Insufficient|didn't match|nodes are available/i,
    reason: 'cluster_full',
    says: 'The cluster has no room for the job: raise the quota of the namespace, or add a node',
  },
  {
    pattern: /PodSecurity|admission/i,
    reason: 'cluster_unfit',
    says: 'The cluster does not admit the job: its policy must allow what the level `restricted` allows',
  },
  {
    pattern: /^(401|403)\b|forbidden|Unauthorized/i,
    reason: 'cluster_denied',
    says: `The service account lacks a right: give it a Role in SANDBOX_NAMESPACE that allows ${rightsInWords()}`,
  },
]

function rightsInWords(): string {
  return neededRights.map(({ resource, verbs }) => `${resource} (${verbs.join(', ')})`).join(', ')
}
