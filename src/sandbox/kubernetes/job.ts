import type { V1Container, V1Job, V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node'
import type { ClusterSettings } from '../../config/sandbox.ts'
import { OutsideFailure } from '../../failure.ts'
import type { Limits, ServeSpec } from '../backend.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { innerEnvironment } from '../inner.ts'
import { LABELS, type NetworkOf, PART, SERVED_PORT } from './labels.ts'
import { subPath } from './paths.ts'
import type { ClusterSupervisor } from './supervisor.ts'
import { STREAMS_INSIDE, WRAPPER, ways } from './wrapper.ts'

/** A run, or one that serves on a port. */
export type JobSpec = Omit<ServeSpec, 'port'> & { port?: number }

export type JobFacts = {
  settings: ClusterSettings
  supervisor: ClusterSupervisor
  mark: string
  /** The directory of its streams, on the claim. */
  streams: string
  /** Our own programs, on the claim. */
  programs: string
}

const SCRATCH_BYTES_MAX = 256 * 1024 ** 2
const EPHEMERAL_RESERVE_BYTES = 64 * 1024 ** 2
const BLOCK_BYTES = 512
/** For finding a node and pulling the image, which are no part of the run's own time. */
export const START_SECONDS_MAX = 300
/** A finished job that nobody removed goes by itself. */
const KEPT_SECONDS = 60

/** The job that runs this. Its own deadline is only for a supervisor that is gone: the run's time is looked after here. */
export function jobFor(spec: JobSpec, limits: Limits, facts: JobFacts): V1Job {
  const { settings, supervisor, mark } = facts
  const labels = {
    [LABELS.part]: PART,
    [LABELS.mark]: mark,
    [LABELS.supervisor]: supervisor.id,
    [LABELS.network]: networkOf(spec, settings),
  }
  const { pod } = supervisor
  const owner = pod && { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: mark,
      namespace: settings.namespace,
      labels,
      // The cluster itself removes what belongs to a pod that is gone.
      ...(owner && { ownerReferences: [owner] }),
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      activeDeadlineSeconds: Math.ceil(limits.wallMs / 1000) + START_SECONDS_MAX,
      ttlSecondsAfterFinished: KEPT_SECONDS,
      template: { metadata: { labels }, spec: podFor(spec, limits, facts) },
    },
  }
}

function podFor(spec: JobSpec, limits: Limits, facts: JobFacts): V1PodSpec {
  const { settings, supervisor } = facts
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    hostname: 'sandbox',
    // Names are not to be found out, and where the node asks for them is nobody's business.
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['127.0.0.1'] },
    ...(settings.runtimeClass !== null && { runtimeClassName: settings.runtimeClass }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: supervisor.uid,
      runAsGroup: supervisor.gid,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [containerFor(spec, limits, facts)],
    volumes: [
      { name: 'claim', persistentVolumeClaim: { claimName: settings.claim } },
      ...emptyPlaces(spec).map((_, index): V1Volume => emptyVolume(index, limits)),
    ],
  }
}

function containerFor(spec: JobSpec, limits: Limits, facts: JobFacts): V1Container {
  const { settings } = facts
  const resources = {
    cpu: `${settings.cores}`,
    memory: `${limits.memoryBytes}`,
    'ephemeral-storage': `${emptyPlaces(spec).length * emptyBytes(limits) + EPHEMERAL_RESERVE_BYTES}`,
  }
  return {
    name: 'run',
    image: settings.image,
    imagePullPolicy: 'IfNotPresent',
    command: wrapped(spec, limits, facts).map(literally),
    workingDir: '/workspace',
    env: environment(spec, limits),
    resources: { requests: resources, limits: resources },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      ...claimMounts(spec, facts),
      // Last, because they may lie below the others.
      ...emptyPlaces(spec).map((mountPath, index) => ({ name: emptyName(index), mountPath })),
    ],
  }
}

function wrapped(spec: JobSpec, limits: Limits, { mark, settings }: JobFacts): string[] {
  return ['/bin/sh', '-c', WRAPPER, mark, ...wrapperArguments(spec, limits, settings), ...spec.command]
}

/** A byte more than may be printed, so that it is seen when there was more; a shell counts in blocks. */
function wrapperArguments(spec: JobSpec, limits: Limits, settings: ClusterSettings): string[] {
  const { outputBytes, cpuSeconds, fileBytes, openFiles } = limits
  const blocks = (bytes: number) => Math.ceil(bytes / BLOCK_BYTES)
  const numbers = [blocks(outputBytes + 1), cpuSeconds, blocks(fileBytes), openFiles]
  return [...numbers.map(String), beside(spec, settings)]
}

/** PATH is the image's own. */
function environment(spec: JobSpec, limits: Limits): { name: string; value: string }[] {
  const { PATH: _, ...variables } = innerEnvironment(spec, limits, '')
  const port = spec.port === undefined ? {} : { PORT: `${spec.port}` }
  return Object.entries({ ...variables, ...port }).map(([name, value]) => ({ name, value: literally(value) }))
}

/** The cluster replaces `$(NAME)` in commands and variables, and takes two dollars for one. */
function literally(text: string): string {
  return text.replaceAll('$', '$$$$')
}

function networkOf(spec: JobSpec, settings: ClusterSettings): NetworkOf {
  if (spec.port !== undefined) return 'served'
  return doorsOf(spec, settings).length > 0 ? 'mirror' : 'none'
}

function beside(spec: JobSpec, settings: ClusterSettings): string {
  const all = [...servedBy(spec), ...doorsOf(spec, settings)]
  return all.length === 0 ? '' : ways(all)
}

function servedBy({ port }: JobSpec) {
  if (port === undefined) return []
  return [{ host: '0.0.0.0', port: SERVED_PORT, to: { host: '127.0.0.1', port }, greets: true }]
}

/** A job cannot reach a socket of this process: what a fetch has as its door is the mirror of the cluster. */
function doorsOf({ doors = [], phase }: JobSpec, { mirror }: ClusterSettings) {
  if (doors.length === 0) return []
  if (phase !== 'fetch' || mirror === null) throw noDoor(phase)
  const to = { host: mirror.host, port: mirror.port }
  return doors.map(({ port }) => ({ host: '127.0.0.1', port, to, greets: false }))
}

function noDoor(phase: string): OutsideFailure {
  return new OutsideFailure(
    `a run of phase ${phase} cannot be given a door in Kubernetes`,
    'Set the registry mirror of the cluster (SANDBOX_MIRROR) for fetching; for external coding engines use the ' +
      'bubblewrap or the container sandbox.',
  )
}

function claimMounts(spec: JobSpec, { settings, streams, programs }: JobFacts): V1VolumeMount[] {
  const { claimRoot } = settings
  const home = spec.home === undefined ? [] : [{ host: spec.home, inside: '/home/sandbox', readOnly: false }]
  // The image has its own Node, which need not be that of this process.
  const given = (spec.mounts ?? []).filter(({ inside }) => inside !== NODE_INSIDE)
  const all = [
    { host: spec.workspace, inside: '/workspace', readOnly: spec.readOnly ?? false },
    { host: streams, inside: STREAMS_INSIDE, readOnly: false },
    { host: programs, inside: PROGRAMS_INSIDE, readOnly: true },
    ...home,
    ...given.map(mount => ({ ...mount, readOnly: true })),
  ]
  return all.map(({ host, inside, readOnly }) => ({
    name: 'claim',
    mountPath: inside,
    subPath: subPath(host, claimRoot),
    readOnly,
  }))
}

/** Directories that are empty at the start and gone at the end. */
function emptyPlaces({ home, scratch = [] }: JobSpec): string[] {
  return ['/tmp', ...(home === undefined ? ['/home/sandbox'] : []), ...scratch]
}

function emptyVolume(index: number, limits: Limits): V1Volume {
  return { name: emptyName(index), emptyDir: { sizeLimit: `${emptyBytes(limits)}` } }
}

function emptyName(index: number): string {
  return `empty-${index}`
}

function emptyBytes({ diskBytes }: Limits): number {
  return Math.min(diskBytes, SCRATCH_BYTES_MAX)
}
