import type { Limits, Mount, RunSpec } from './backend.ts'
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

/** Names of the synthetic files of `/etc`, and what they say. */
export const ETC_FILES: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/:/bin/sh\nsandbox:x:1000:1000:sandbox:/home/sandbox:/bin/sh\n',
  group: 'root:x:0:\nsandbox:x:1000:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  hostname: 'sandbox\n',
  'resolv.conf': '',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

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
]

/** Things of the machine that the sandbox must be able to reach, whoever it runs as. */
export function sourcesOf(spec: RunSpec, facts: Pick<LaunchFacts, 'bwrap' | 'etc' | 'fixtures'>): string[] {
  const mounts = [...facts.fixtures, ...(spec.mounts ?? [])]
  return [facts.bwrap, spec.workspace, facts.etc, ...mounts.map(({ host }) => host)]
}

/** The whole command line: the doorway, the change of user, bubblewrap, the rlimits, a shell, the command. */
export function launchArguments(spec: RunSpec, limits: Limits, facts: LaunchFacts): string[] {
  return [
    ...facts.doorway.prefix,
    ...becomeUser(facts),
    facts.doorway.path(facts.bwrap),
    ...NAMESPACES,
    ...system(facts),
    ...etc(facts),
    ...kernelAndScratch(limits),
    ...mounts(spec, facts),
    ...['--chdir', '/workspace', '--remount-ro', '/'],
    ...environment(spec, limits, facts.searchPath),
    ...['--json-status-fd', STATUS_FD, '--'],
    ...resourceLimits(limits, facts.prlimit),
    ...shell(spec.command, facts.mark),
  ]
}

/** The environment inside, and nothing else. */
export function innerEnvironment(spec: RunSpec, limits: Limits, searchPath: string): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: '/home/sandbox',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
    // V8 sizes its heap by the machine's memory, and would be killed long before it collected garbage.
    NODE_OPTIONS: `--max-old-space-size=${Math.floor((limits.memoryBytes * 0.6) / 1024 ** 2)}`,
    ...spec.env,
  }
}

/** The shell is process 1 inside; its argument 0 is the mark, so that a run is found by it. */
export function shell(command: readonly string[], mark: string): string[] {
  return ['/bin/sh', '-c', '"$@"; exit $?', mark, ...command]
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
function kernelAndScratch({ diskBytes }: Limits): string[] {
  const scratchBytes = `${Math.min(diskBytes, SCRATCH_BYTES_MAX)}`
  return [
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', `${SHARED_MEMORY_BYTES}`, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', scratchBytes, '--tmpfs', '/tmp'],
    ...['--size', scratchBytes, '--tmpfs', '/home', '--dir', '/home/sandbox', '--dir', '/run'],
  ]
}

function mounts(spec: RunSpec, { fixtures, doorway }: LaunchFacts): string[] {
  const bind = spec.readOnly ? '--ro-bind' : '--bind'
  return [
    ...[bind, doorway.path(spec.workspace), '/workspace'],
    ...[...fixtures, ...(spec.mounts ?? [])].flatMap(({ host, inside }) => [
      '--ro-bind',
      doorway.path(host),
      inside,
    ]),
  ]
}

function environment(spec: RunSpec, limits: Limits, searchPath: string): string[] {
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
