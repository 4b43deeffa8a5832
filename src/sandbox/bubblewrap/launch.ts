import type { Limits, Mount } from '../backend.ts'
import { ETC_FILES, innerEnvironment, shell } from '../inner.ts'
import { type RelayedSpec, relayed } from '../relay.ts'
import type { Doorway } from './doorway.ts'
import type { RootDirectory } from './host.ts'
import { type Holds, layer } from './layers.ts'

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
  /** Goes before everything, so that all of it is in the control group, if there is one. */
  joining: readonly string[]
  holds: Holds
}

/** Descriptor on which bubblewrap reports the start and the end of the run. */
const STATUS_FD = '3'
/** Descriptor from which bubblewrap reads the filter of system calls. */
const FILTER_FD = '4'
const MASK_BYTES = 4096
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
  '/etc/fonts',
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

/**
 * The whole command line: joining the control group, the doorway, the change of user, bubblewrap, the rlimits, a shell,
 * the command. Each part is a layer or a few; without a layer its arguments are left out, or those of less safety stand
 * in their place.
 */
export function launchArguments(spec: RelayedSpec, limits: Limits, facts: LaunchFacts): string[] {
  const launch = { spec, limits, facts, holds: facts.holds }
  return PARTS.flatMap(part => part(launch))
}

type Launch = { spec: RelayedSpec; limits: Limits; facts: LaunchFacts; holds: Holds }
type Part = (launch: Launch) => readonly string[]

const PARTS: readonly Part[] = [
  ({ facts }) => facts.joining,
  ({ facts }) => facts.doorway.prefix,
  becomeUser,
  ({ facts }) => [facts.doorway.path(facts.bwrap)],
  ({ holds }) => layer(holds, 'user-namespace', ['--unshare-user', '--uid', '1000', '--gid', '1000']),
  // Only of a user namespace of its own.
  ({ holds }) =>
    holds('user-namespace') ? layer(holds, 'nested-user-namespaces', ['--disable-userns']) : [],
  ({ holds }) => layer(holds, 'network-namespace', ['--unshare-net']),
  ({ holds }) => layer(holds, 'pid-namespace', ['--unshare-pid']),
  // Or `/proc/1/environ` would show the environment of the launcher. Only in a pid namespace.
  ({ holds }) => (holds('pid-namespace') ? layer(holds, 'first-process', ['--as-pid-1']) : []),
  ({ holds }) => layer(holds, 'ipc-namespace', ['--unshare-ipc']),
  ({ holds }) => layer(holds, 'host-name-namespace', ['--unshare-uts', '--hostname', 'sandbox']),
  ({ holds }) => layer(holds, 'cgroup-namespace', ['--unshare-cgroup-try']),
  ({ holds }) => layer(holds, 'capabilities', ['--cap-drop', 'ALL'], ['--cap-add', 'ALL']),
  ({ holds }) => layer(holds, 'die-with-parent', ['--die-with-parent']),
  ({ holds }) => layer(holds, 'new-session', ['--new-session']),
  ({ holds }) => layer(holds, 'environment', ['--clearenv']),
  system,
  masks,
  etc,
  ({ holds }) => ['--proc', '/proc', '--dev', '/dev', ...tmpfs(holds, '/dev/shm', SHARED_MEMORY_BYTES)],
  ({ holds }) => layer(holds, 'read-only-root', ['--remount-ro', '/dev']),
  scratch,
  mounts,
  () => ['--chdir', '/workspace'],
  ({ holds }) => layer(holds, 'read-only-root', ['--remount-ro', '/']),
  environment,
  ({ holds }) => layer(holds, 'seccomp', ['--seccomp', FILTER_FD]),
  () => ['--json-status-fd', STATUS_FD, '--'],
  resourceLimits,
  ({ spec, facts }) => shell(relayed(spec).command, facts.mark),
]

/** Without it, root would still read `/etc/shadow` by owning it. Bubblewrap itself never lets privileges grow. */
function becomeUser({ facts: { uid, setpriv }, holds }: Launch): readonly string[] {
  if (uid === null) return []
  const ids = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  return layer(holds, 'user', [setpriv, ...ids, '--inh-caps=-all', '--no-new-privs'])
}

function system({ facts, holds }: Launch): string[] {
  return [bind(holds), '/usr', '/usr', ...facts.rootDirectories.flatMap(boundOrLinked)]
}

/** `/bin` and the like: a link where it is one on the machine. */
function boundOrLinked({ path, linkTo }: RootDirectory): string[] {
  return linkTo === null ? ['--ro-bind', path, path] : ['--symlink', linkTo, path]
}

function masks({ facts, holds }: Launch): readonly string[] {
  const remount = (path: string) => layer(holds, 'read-only-root', ['--remount-ro', path])
  const masked = facts.masked.flatMap(path => [...tmpfs(holds, path, MASK_BYTES), ...remount(path)])
  return layer(holds, 'masked-directories', masked)
}

function etc({ facts: { etc, doorway }, holds }: Launch): readonly string[] {
  const synthetic = [
    ...['--dir', '/etc'],
    ...ETC_OF_MACHINE.flatMap(path => ['--ro-bind-try', path, path]),
    ...Object.keys(ETC_FILES).flatMap(name => [bind(holds), `${doorway.path(etc)}/${name}`, `/etc/${name}`]),
  ]
  return layer(holds, 'synthetic-etc', synthetic, ['--ro-bind', '/etc', '/etc'])
}

function scratch({ limits, holds }: Launch): string[] {
  const bytes = scratchBytes(limits)
  return [
    ...[...tmpfs(holds, '/tmp', bytes), ...tmpfs(holds, '/home', bytes)],
    ...['--dir', '/home/sandbox', '--dir', '/run'],
  ]
}

function mounts({ spec, limits, facts: { fixtures, doorway }, holds }: Launch): string[] {
  const workspace = spec.readOnly ? bind(holds) : '--bind'
  const home = spec.home === undefined ? [] : ['--bind', doorway.path(spec.home), '/home/sandbox']
  const all = [...fixtures, ...(spec.mounts ?? []), ...relayed(spec).sockets]
  return [
    ...[workspace, doorway.path(spec.workspace), '/workspace', ...home],
    ...all.flatMap(({ host, inside }) => [bind(holds), doorway.path(host), inside]),
    ...(spec.scratch ?? []).flatMap(path => tmpfs(holds, path, scratchBytes(limits))),
  ]
}

function bind(holds: Holds): string {
  return holds('read-only-mounts') ? '--ro-bind' : '--bind'
}

function scratchBytes({ diskBytes }: Limits): number {
  return Math.min(diskBytes, SCRATCH_BYTES_MAX)
}

/** Every tmpfs has a size: without one it may take half of the machine's memory. */
function tmpfs(holds: Holds, path: string, bytes: number): readonly string[] {
  return [...layer(holds, 'sized-tmpfs', ['--size', `${bytes}`]), '--tmpfs', path]
}

function environment({ spec, limits, facts }: Launch): string[] {
  const variables = innerEnvironment(spec, limits, facts.searchPath)
  return Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
}

/**
 * Limits that the kernel holds (setrlimit(2)). Processor time and memory are of one process here; the group or the poll
 * sums them up and comes first, so these are only for what grows faster than it looks.
 */
function resourceLimits({ limits, facts, holds }: Launch): string[] {
  return [
    facts.prlimit,
    ...layer(holds, 'cpu-rlimit', [`--cpu=${limits.cpuSeconds + 1}:${limits.cpuSeconds + 2}`]),
    ...layer(holds, 'data-rlimit', [`--data=${limits.memoryBytes * 2}`]),
    ...layer(holds, 'file-rlimit', [`--fsize=${limits.fileBytes}`]),
    ...layer(holds, 'open-files-rlimit', [`--nofile=${limits.openFiles}`]),
    ...layer(holds, 'processes-rlimit', [`--nproc=${limits.processes}`]),
    ...layer(holds, 'core-rlimit', ['--core=0']),
    ...layer(holds, 'locked-memory-rlimit', ['--memlock=65536']),
    ...layer(holds, 'message-queue-rlimit', ['--msgqueue=0']),
    '--',
  ]
}
