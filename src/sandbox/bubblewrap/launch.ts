import type { Limits, Mount } from '../backend.ts'
import { ETC_FILES, innerEnvironment, shell } from '../inner.ts'
import { type RelayedSpec, relayed } from '../relay.ts'
import type { Doorway } from './doorway.ts'
import type { RootDirectory } from './host.ts'

/** All that decides the arguments of one launch. */
export type LaunchFacts = {
  bwrap: string
  setpriv: string
  prlimit: string
  rootDirectories: readonly RootDirectory[]
  masked: readonly string[]
  /** Holds the synthetic files of `/etc`, by their names. */
  etc: string
  /** Read-only things of ours that every run sees. */
  fixtures: readonly Mount[]
  searchPath: string
  /** As root, whom the sandbox runs as; null as an ordinary user. */
  uid: number | null
  mark: string
  doorway: Doorway
}

/** Descriptor on which bubblewrap reports the start and the end of the run. */
const STATUS_FD = '3'
const SCRATCH_BYTES_MAX = 256 * 1024 ** 2
const SHARED_MEMORY_BYTES = 64 * 1024 ** 2

/** What of the machine's `/etc` programs need to start and to check certificates. */
const ETC_OF_MACHINE = [
  '/etc/ssl/certs',
  '/etc/ca-certificates',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  // Debian keeps parts of Java and Maven here; the settings of the machine's Maven, which may hold passwords, stay out.
  '/etc/java-17-openjdk',
  '/etc/java-21-openjdk',
  '/etc/java-25-openjdk',
  '/etc/maven/m2.conf',
  '/etc/maven/logging',
]

/** Things of the machine that the sandbox must be able to reach, whoever it runs as. */
export function sourcesOf(
  spec: RelayedSpec,
  facts: Pick<LaunchFacts, 'bwrap' | 'etc' | 'fixtures'>,
): string[] {
  const mounts = [...facts.fixtures, ...(spec.mounts ?? []), ...relayed(spec).sockets]
  const home = spec.home === undefined ? [] : [spec.home]
  return [facts.bwrap, spec.workspace, ...home, facts.etc, ...mounts.map(({ host }) => host)]
}

/** The whole command line: the doorway, the change of user, bubblewrap, the rlimits, a shell, the command. */
export function launchArguments(spec: RelayedSpec, limits: Limits, facts: LaunchFacts): string[] {
  return [
    ...facts.doorway.prefix,
    ...becomeUser(facts),
    facts.doorway.path(facts.bwrap),
    ...NAMESPACES,
    ...system(facts),
    ...etc(facts),
    ...kernelAndScratch(limits),
    ...mounts(spec, limits, facts),
    ...['--chdir', '/workspace', '--remount-ro', '/'],
    ...environment(spec, limits, facts.searchPath),
    ...['--json-status-fd', STATUS_FD, '--'],
    ...resourceLimits(limits, facts.prlimit),
    ...shell(relayed(spec).command, facts.mark),
  ]
}

/** Without it, root would still read `/etc/shadow` by owning it. */
function becomeUser({ uid, setpriv }: LaunchFacts): string[] {
  if (uid === null) return []
  return [setpriv, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs']
}

const NAMESPACES = [
  ...['--unshare-all', '--unshare-user', '--disable-userns', '--cap-drop', 'ALL'],
  ...['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
  // As process 1, or `/proc/1/environ` would show the environment of the launcher.
  ...['--die-with-parent', '--new-session', '--as-pid-1', '--clearenv'],
]

function system({ rootDirectories, masked }: LaunchFacts): string[] {
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...rootDirectories.flatMap(({ path, linkTo }) =>
      linkTo === null ? ['--ro-bind', path, path] : ['--symlink', linkTo, path],
    ),
    ...masked.flatMap(path => ['--size', '4096', '--tmpfs', path, '--remount-ro', path]),
  ]
}

function etc({ etc, doorway }: LaunchFacts): string[] {
  return [
    ...['--dir', '/etc'],
    ...ETC_OF_MACHINE.flatMap(path => ['--ro-bind-try', path, path]),
    ...Object.keys(ETC_FILES).flatMap(name => ['--ro-bind', `${doorway.path(etc)}/${name}`, `/etc/${name}`]),
  ]
}

/** Every tmpfs has a size: without one it may take half of the machine's memory. */
function kernelAndScratch(limits: Limits): string[] {
  return [
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', `${SHARED_MEMORY_BYTES}`, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', scratchBytes(limits), '--tmpfs', '/tmp'],
    ...['--size', scratchBytes(limits), '--tmpfs', '/home', '--dir', '/home/sandbox', '--dir', '/run'],
  ]
}

function scratchBytes({ diskBytes }: Limits): string {
  return `${Math.min(diskBytes, SCRATCH_BYTES_MAX)}`
}

function mounts(spec: RelayedSpec, limits: Limits, { fixtures, doorway }: LaunchFacts): string[] {
  const bind = spec.readOnly ? '--ro-bind' : '--bind'
  const home = spec.home === undefined ? [] : ['--bind', doorway.path(spec.home), '/home/sandbox']
  const all = [...fixtures, ...(spec.mounts ?? []), ...relayed(spec).sockets]
  return [
    ...[bind, doorway.path(spec.workspace), '/workspace', ...home],
    ...all.flatMap(({ host, inside }) => ['--ro-bind', doorway.path(host), inside]),
    ...(spec.scratch ?? []).flatMap(path => ['--size', scratchBytes(limits), '--tmpfs', path]),
  ]
}

function environment(spec: RelayedSpec, limits: Limits, searchPath: string): string[] {
  const variables = innerEnvironment(spec, limits, searchPath)
  return Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
}

/**
 * Limits that the kernel holds (setrlimit(2)). Processor time and memory are of one process here; the poll sums them up
 * and comes first, so these are only for what grows faster than it looks.
 */
function resourceLimits(limits: Limits, prlimit: string): string[] {
  return [
    prlimit,
    `--cpu=${limits.cpuSeconds + 1}:${limits.cpuSeconds + 2}`,
    `--data=${limits.memoryBytes * 2}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles}`,
    `--nproc=${limits.processes}`,
    ...['--core=0', '--memlock=65536', '--msgqueue=0', '--'],
  ]
}
