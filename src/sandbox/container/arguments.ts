import { OutsideFailure } from '../../failure.ts'
import type { Limits, Mount } from '../backend.ts'
import { ETC_FILES, innerEnvironment } from '../inner.ts'
import { type RelayedSpec, relayed } from '../relay.ts'
import type { EngineFacts } from './engine.ts'
import type { Identity } from './identity.ts'

/** All that decides the arguments of one container. */
export type ContainerFacts = {
  engine: EngineFacts
  image: string
  identity: Identity
  mark: string
  /** Names the state directory, whose containers are ours to sweep. */
  owner: string
  /** A file with the system calls that are allowed; null for those of the engine. */
  seccomp: string | null
  /** Directories of the machine for what is written and gone after the run. */
  scratch: readonly Mount[]
  /** A directory with the synthetic files of `/etc`, by their names. */
  etc: string
  /** Read-only things of ours that every run sees. */
  fixtures: readonly Mount[]
  searchPath: string
}

export const LABEL = 'botwright'

const SCRATCH_BYTES_MAX = 256 * 1024 ** 2
const SHARED_MEMORY_BYTES = 64 * 1024 ** 2
/** Podman itself ends a container this long after its time, should nobody be left who does. */
const ORPHAN_SECONDS = 10

/**
 * What the first process inside runs; its argument 0 is the mark. A command that was killed may have been so for want
 * of memory: it waits until the poll has seen the counter, which goes away with the container.
 */
export const SCRIPT = '"$@"; code=$?; [ $code -ne 137 ] || sleep 0.3; exit $code'

/** The arguments of `docker` or `podman` that run this. */
export function containerArguments(spec: RelayedSpec, limits: Limits, facts: ContainerFacts): string[] {
  return [
    ...before(facts),
    ...names(facts),
    ...walls(facts),
    ...user(facts),
    ...kernelLimits(limits, facts),
    ...temporary(spec, limits, facts),
    ...binds(spec, facts),
    ...environment(spec, limits, facts),
    ...(spec.stdin === undefined ? [] : ['--interactive']),
    ...OF_THE_ENGINE[facts.engine.name](limits),
    ...['--workdir', '/workspace', '--entrypoint', '/bin/sh', facts.image],
    ...['-c', SCRIPT, facts.mark, ...relayed(spec).command],
  ]
}

/** Podman's warnings would stand between what the command prints. */
function before({ engine }: ContainerFacts): string[] {
  return engine.name === 'podman' ? ['--log-level', 'error', 'run'] : ['run']
}

function names({ mark, owner }: ContainerFacts): string[] {
  return ['--name', nameOf(mark), '--label', `${LABEL}=${owner}`, '--hostname', 'sandbox', '--pull', 'never']
}

/**
 * Not the mark itself: Podman's monitor has the name among its arguments, and is to outlive what is killed by its mark,
 * because it tells Podman how the container ended.
 */
export function nameOf(mark: string): string {
  return mark.replaceAll('-', '_')
}

export function markOf(name: string): string {
  return name.replaceAll('_', '-')
}

/** What is printed is not kept by the engine as well, where nothing would bound it. */
function walls({ engine, seccomp }: ContainerFacts): string[] {
  return [
    ...['--network', 'none', '--ipc', 'private', '--read-only', '--cap-drop', 'ALL'],
    ...['--security-opt', 'no-new-privileges', '--log-driver', 'none'],
    ...(seccomp === null ? [] : ['--security-opt', `seccomp=${seccomp}`]),
    // The labels of a machine with SELinux would have to be changed on everything that is mounted.
    ...(engine.selinux ? ['--security-opt', 'label=disable'] : []),
  ]
}

function user({ identity: { uid, gid, namespace } }: ContainerFacts): string[] {
  return [...(namespace === null ? [] : ['--userns', namespace]), '--user', `${uid}:${gid}`]
}

/** An option that the engine could not keep here would only make it print a warning. */
function kernelLimits(limits: Limits, { engine: { holds }, identity }: ContainerFacts): string[] {
  return [
    ...(holds.processes ? ['--pids-limit', `${limits.processes}`] : []),
    ...(holds.memory ? ['--memory', `${limits.memoryBytes}`] : []),
    ...(holds.memory && holds.swap ? ['--memory-swap', `${limits.memoryBytes}`] : []),
    ...both('nofile', limits.openFiles),
    ...both('fsize', limits.fileBytes),
    ...both('data', limits.memoryBytes * 2),
    ...(identity.isAlone ? both('nproc', limits.processes) : []),
    ...['--ulimit', `cpu=${limits.cpuSeconds + 1}:${limits.cpuSeconds + 2}`],
    ...[...both('core', 0), ...both('memlock', 65_536), ...both('msgqueue', 0)],
  ]
}

function both(name: string, value: number): string[] {
  return ['--ulimit', `${name}=${value}:${value}`]
}

/** Every tmpfs has a size: without one it may take half of the machine's memory. */
function temporary(spec: RelayedSpec, { diskBytes }: Limits, { engine }: ContainerFacts): string[] {
  const size = Math.min(diskBytes, SCRATCH_BYTES_MAX)
  // Podman would copy what the image has there, with its mode.
  const options = `rw,exec,nosuid,nodev,size=${size},mode=1777${engine.name === 'podman' ? ',notmpcopyup' : ''}`
  const home = spec.home === undefined ? ['/home/sandbox'] : []
  return [
    ...['/tmp', ...home].flatMap(path => ['--tmpfs', `${path}:${options}`]),
    ...['--shm-size', `${SHARED_MEMORY_BYTES}`],
  ]
}

function binds(spec: RelayedSpec, { etc, fixtures, scratch }: ContainerFacts): string[] {
  const home = spec.home === undefined ? [] : bind({ host: spec.home, inside: '/home/sandbox' }, false)
  const synthetic = Object.keys(ETC_FILES).map(name => ({ host: `${etc}/${name}`, inside: `/etc/${name}` }))
  return [
    ...bind({ host: spec.workspace, inside: '/workspace' }, spec.readOnly ?? false),
    ...home,
    ...[...synthetic, ...fixtures, ...(spec.mounts ?? []), ...relayed(spec).sockets].flatMap(mount =>
      bind(mount, true),
    ),
    ...scratch.flatMap(mount => bind(mount, false)),
  ]
}

/** `--volume` would make a directory of what is missing on the machine; this complains. */
function bind({ host, inside }: Mount, readOnly: boolean): string[] {
  for (const path of [host, inside]) if (/[,"\n\r]/.test(path)) throw unnamable(path)
  return [
    '--mount',
    `type=bind,source=${host},destination=${inside},bind-propagation=rprivate${readOnly ? ',readonly' : ''}`,
  ]
}

function unnamable(path: string): OutsideFailure {
  return new OutsideFailure(
    `${JSON.stringify(path)} cannot be mounted in a container`,
    'Move the data directory to a path without commas, quotes and line breaks.',
  )
}

function environment(spec: RelayedSpec, limits: Limits, { searchPath }: ContainerFacts): string[] {
  const variables = innerEnvironment(spec, limits, searchPath)
  return Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`])
}

const OF_THE_ENGINE: Readonly<Record<EngineFacts['name'], (limits: Limits) => string[]>> = {
  podman: ({ wallMs }) => [
    ...['--read-only-tmpfs=false', '--image-volume', 'ignore', '--unsetenv', 'TERM'],
    ...['--timeout', `${Math.ceil(wallMs / 1000) + ORPHAN_SECONDS}`],
  ],
  docker: () => [],
}
