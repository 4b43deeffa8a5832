import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  V1Container,
  V1Job,
  V1Pod,
  V1PodSpec,
  V1PodStatus,
  V1VolumeMount,
} from '@kubernetes/client-node'
import { createMeter } from '../../../src/sandbox/supervise/meter.ts'
import { openStreams } from '../../../src/sandbox/supervise/pipes.ts'
import { type Ended, runProcess } from '../../../src/sandbox/supervise/process.ts'

/** A node that really runs what a pod says: each container in namespaces of its own, with its volumes where they belong. */
export type Node = {
  claimRoot: string
  /** For volumes that go with their pods. */
  dir: string
  /** Whether this pod has a network, by the policies of the cluster. */
  isOpen(labels: Readonly<Record<string, string>>): boolean
}

/** Runs the only container of a pod to its end and keeps its status; aborting ends it. */
export async function runPod(node: Node, job: V1Job, pod: V1Pod, signal: AbortSignal): Promise<void> {
  const spec = pod.spec
  const container = spec?.containers[0]
  if (!spec || !container) throw new Error('a pod has a container')
  const dir = join(node.dir, pod.metadata?.name ?? '')
  const empty = join(dir, 'empty')
  await mkdir(empty, { recursive: true })
  for (const { name } of spec.volumes ?? [])
    if (name !== 'claim') await mkdir(join(empty, name), { recursive: true })
  const missing = (container.volumeMounts ?? []).find(
    mount => !existsSync(sourceOf(node, empty, mount, spec)),
  )
  if (missing) {
    pod.status = waiting('CreateContainerConfigError', `failed to prepare subPath ${missing.subPath}`)
    return
  }
  begin(pod)
  const ended = await execute(node, job, pod, { spec, container, dir, empty }, signal)
  pod.status = finished(ended)
}

type Parts = { spec: V1PodSpec; container: V1Container; dir: string; empty: string }

async function execute(
  node: Node,
  job: V1Job,
  pod: V1Pod,
  { spec, container, dir, empty }: Parts,
  signal: AbortSignal,
): Promise<Ended> {
  const limits = container.resources?.limits ?? {}
  const sizeLimit = Math.max(...(spec.volumes ?? []).map(({ emptyDir }) => Number(emptyDir?.sizeLimit ?? 0)))
  const meter = createMeter([empty], {
    ...UNLIMITED,
    memoryBytes: Number(limits.memory),
    diskBytes: sizeLimit,
  })
  const mark = pod.metadata?.uid ?? ''
  return runProcess({
    argv: [
      '/usr/bin/bwrap',
      ...namespaces(node, pod, spec),
      ...mounts(node, empty, container, spec),
      ...told(spec, container, mark),
    ],
    env: {},
    cwd: '/',
    mark,
    streams: await openStreams(dir, null),
    wallMs: (job.spec?.activeDeadlineSeconds ?? 0) * 1000,
    outputBytes: UNLIMITED.outputBytes,
    signal,
    inspect: meter.inspect,
  })
}

const UNLIMITED = {
  wallMs: Number.POSITIVE_INFINITY,
  cpuSeconds: Number.POSITIVE_INFINITY,
  processes: Number.POSITIVE_INFINITY,
  fileBytes: Number.POSITIVE_INFINITY,
  openFiles: Number.POSITIVE_INFINITY,
  outputBytes: Number.POSITIVE_INFINITY,
}

function namespaces(node: Node, pod: V1Pod, { securityContext, hostname }: V1PodSpec): string[] {
  const open = node.isOpen(pod.metadata?.labels ?? {})
  return [
    ...[
      '--unshare-all',
      ...(open ? ['--share-net'] : []),
      '--unshare-user',
      '--die-with-parent',
      '--new-session',
    ],
    ...['--as-pid-1', '--clearenv', '--hostname', hostname ?? 'pod', '--cap-drop', 'ALL'],
    ...['--uid', `${securityContext?.runAsUser}`, '--gid', `${securityContext?.runAsGroup}`],
  ]
}

/** The image is the machine's own `/usr`, with Node where images for runs have it. */
function mounts(node: Node, empty: string, container: V1Container, spec: V1PodSpec): string[] {
  const links = ['bin', 'sbin', 'lib', 'lib64'].flatMap(name => ['--symlink', `usr/${name}`, `/${name}`])
  return [
    ...['--ro-bind', '/usr', '/usr', ...links, '--proc', '/proc', '--dev', '/dev', '--dir', '/etc'],
    ...['--dir', '/opt/node/bin', '--ro-bind', process.execPath, '/opt/node/bin/node'],
    ...(container.volumeMounts ?? []).flatMap(mount => [
      mount.readOnly ? '--ro-bind' : '--bind',
      sourceOf(node, empty, mount, spec),
      mount.mountPath,
    ]),
    ...(container.securityContext?.readOnlyRootFilesystem ? ['--remount-ro', '/'] : []),
    ...['--chdir', container.workingDir ?? '/'],
  ]
}

function sourceOf(
  node: Node,
  empty: string,
  { name, subPath }: V1VolumeMount,
  { volumes = [] }: V1PodSpec,
): string {
  const volume = volumes.find(each => each.name === name)
  if (volume?.persistentVolumeClaim) return join(node.claimRoot, subPath ?? '')
  return volume?.emptyDir ? join(empty, name) : '/nowhere'
}

/** Variables of the image, of every pod, and its own; then the command. */
function told({ hostname }: V1PodSpec, { env = [], command = [] }: V1Container, uid: string): string[] {
  const variables: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOSTNAME: hostname ?? 'pod',
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    KUBERNETES_PORT: 'tcp://10.0.0.1:443',
    POD_UID: uid,
  }
  for (const { name, value = '' } of env) variables[name] = expanded(value, variables)
  return [
    ...Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', ...command.map(argument => expanded(argument, variables))],
  ]
}

/** As the cluster does it: `$(NAME)` is the variable, where there is one; two dollars are one. */
export function expanded(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  )
}

/** The status of a pod that waits, and why. */
export function waiting(reason: string, message: string): V1PodStatus {
  return { phase: 'Pending', containerStatuses: [{ ...STATUS, state: { waiting: { reason, message } } }] }
}

function begin(pod: V1Pod): void {
  const state = { running: { startedAt: new Date() } }
  pod.status = {
    phase: 'Running',
    podIP: '127.0.0.1',
    containerStatuses: [{ ...STATUS, ready: true, state }],
  }
}

const STATUS = { name: 'run', image: '', imageID: '', ready: false, restartCount: 0 }

function finished({ exitCode, killedBy }: Ended): V1PodStatus {
  if (killedBy === 'wall') return failed('DeadlineExceeded', 'Job was active longer than specified deadline')
  if (killedBy === 'disk') return failed('Evicted', 'Usage of EmptyDir volume "empty-0" exceeds the limit.')
  const code = exitCode ?? 137
  const reason = killedBy === 'memory' ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error'
  const state = { terminated: { exitCode: code, reason } }
  return { phase: code === 0 ? 'Succeeded' : 'Failed', containerStatuses: [{ ...STATUS, state }] }
}

function failed(reason: string, message: string): V1PodStatus {
  return { phase: 'Failed', reason, message }
}
