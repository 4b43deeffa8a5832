import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import type { KilledBy } from '../backend.ts'

/** How far a pod has come. */
export type Progress =
  | { kind: 'waiting' }
  /** It will not start, or it ended for a reason that is not the run's. */
  | { kind: 'failed'; says: string }
  | { kind: 'running'; ip: string | null }
  | { kind: 'ended'; exitCode: number | null; killedBy: KilledBy | null }

/** Reasons of a waiting container that do not pass by themselves. */
const HOPELESS = [
  ...['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ErrImageInspect'],
  ...['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'],
]
/** Reasons of a container that ended without having been one. */
const NEVER_RAN = ['ContainerCannotRun', 'StartError', 'ContainerStatusUnknown']

export function progressOf(pod: V1Pod): Progress {
  const status = pod.status?.containerStatuses?.find(({ name }) => name === 'run')
  if (pod.status?.reason === 'DeadlineExceeded') return killed('wall')
  if (pod.status?.reason === 'Evicted') return evicted(pod.status.message ?? '')
  const terminated = status?.state?.terminated
  if (terminated) return ended(terminated.exitCode, terminated.reason ?? '', terminated.message ?? '')
  if (pod.status?.phase === 'Failed') return failed(`${pod.status.reason}: ${pod.status.message}`)
  if (status?.state?.running) return { kind: 'running', ip: pod.status?.podIP ?? null }
  return waiting(status)
}

function ended(exitCode: number, reason: string, message: string): Progress {
  if (reason === 'OOMKilled') return killed('memory')
  if (NEVER_RAN.includes(reason)) return failed(`${reason}: ${message}`)
  return { kind: 'ended', exitCode, killedBy: null }
}

/** What a run wrote beyond its limit is its own fault; a node that runs short is not. */
function evicted(message: string): Progress {
  return /ephemeral|emptyDir|local storage limit/i.test(message)
    ? killed('disk')
    : failed(`Evicted: ${message}`)
}

function waiting(status: V1ContainerStatus | undefined): Progress {
  const { reason = '', message = '' } = status?.state?.waiting ?? {}
  if (HOPELESS.includes(reason)) return failed(`${reason}: ${message}`)
  return { kind: 'waiting' }
}

/** Why a pod that is still waiting has no node, if it says so. */
export function whyUnscheduled(pod: V1Pod): string {
  const condition = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  return condition === undefined ? '' : `${condition.reason}: ${condition.message}`
}

function killed(killedBy: KilledBy): Progress {
  return { kind: 'ended', exitCode: null, killedBy }
}

function failed(says: string): Progress {
  return { kind: 'failed', says }
}
