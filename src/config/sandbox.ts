import { relative } from 'node:path'

/** Where generated code runs, by what the operator has set; each backend with its own settings, and only those. */
export type SandboxChoice = Bubblewrap | Container | Kubernetes | Readonly<{ backend: 'none' }>

type Bubblewrap = Readonly<{
  backend: 'bubblewrap'
  /** Where bubblewrap is, when it is not where the system has it. */
  bwrapPath?: string | undefined
}>

type Container = Readonly<{
  backend: 'container'
  /** Absent: Podman, and Docker where there is none that answers. */
  engine?: 'podman' | 'docker' | undefined
  image: string
  /** What the command line of the engine is given of the environment. */
  env: Readonly<Record<string, string>>
}>

type Kubernetes = Readonly<{
  backend: 'kubernetes'
  cluster: ClusterSettings
  /** The pod of this process; null outside a cluster. */
  pod: Readonly<{ name: string; uid: string }> | null
}>

/** What the operator says about the cluster. */
export type ClusterSettings = {
  /** Path of a kubeconfig; else the service account of this pod. */
  kubeconfig?: string | undefined
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

type Env = Readonly<Record<string, string | undefined>>

/** The settings of all backends, each parsed by itself. */
type Parsed = {
  SANDBOX_BACKEND: SandboxChoice['backend']
  BOTWRIGHT_BWRAP?: string | undefined
  SANDBOX_ENGINE?: 'podman' | 'docker' | undefined
  SANDBOX_IMAGE: string
  SANDBOX_NAMESPACE: string
  SANDBOX_CLAIM: string
  SANDBOX_CLAIM_ROOT: string
  SANDBOX_RUNTIME_CLASS?: string | undefined
  SANDBOX_KUBECONFIG?: string | undefined
  SANDBOX_CORES: number
  SANDBOX_MIRROR?: { host: string; port: number } | undefined
  SANDBOX_MIRROR_LABELS: Labels
  SANDBOX_MIRROR_POD_PORT?: number | undefined
  SANDBOX_SUPERVISOR_LABELS: Labels
  POD_NAME: string
  POD_UID: string
}

type Labels = Readonly<Record<string, string>>

export function chosenSandbox(set: Parsed, env: Env): SandboxChoice {
  const backend = set.SANDBOX_BACKEND
  const image = set.SANDBOX_IMAGE
  const choices: { readonly [Name in SandboxChoice['backend']]: () => SandboxChoice } = {
    bubblewrap: () => ({ backend: 'bubblewrap', bwrapPath: set.BOTWRIGHT_BWRAP }),
    container: () => ({ backend: 'container', engine: set.SANDBOX_ENGINE, image, env: ofEngines(env) }),
    kubernetes: () => ({ backend: 'kubernetes', cluster: clusterOf(set), pod: podOf(set) }),
    none: () => ({ backend: 'none' }),
  }
  return choices[backend]()
}

function clusterOf(set: Parsed): ClusterSettings {
  const { SANDBOX_MIRROR: mirror, SANDBOX_MIRROR_POD_PORT: podPort = mirror?.port } = set
  return Object.freeze({
    kubeconfig: set.SANDBOX_KUBECONFIG,
    namespace: set.SANDBOX_NAMESPACE,
    image: set.SANDBOX_IMAGE,
    runtimeClass: set.SANDBOX_RUNTIME_CLASS ?? null,
    claim: set.SANDBOX_CLAIM,
    claimRoot: set.SANDBOX_CLAIM_ROOT,
    cores: set.SANDBOX_CORES,
    mirror:
      mirror === undefined
        ? null
        : { ...mirror, podLabels: set.SANDBOX_MIRROR_LABELS, podPort: podPort ?? mirror.port },
    supervisorLabels: set.SANDBOX_SUPERVISOR_LABELS,
  })
}

function podOf({ POD_NAME: name, POD_UID: uid }: Parsed): { name: string; uid: string } | null {
  return name === '' ? null : { name, uid }
}

const OF_ENGINES = [
  ...['PATH', 'HOME', 'XDG_RUNTIME_DIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'],
  ...['CONTAINERS_CONF', 'DBUS_SESSION_BUS_ADDRESS'],
]

/** Where the socket of an engine and its settings are, and nothing else of the environment. */
export function ofEngines(env: Env): Record<string, string> {
  return Object.fromEntries(
    OF_ENGINES.flatMap(name => {
      const value = env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** What the chosen backend cannot do without, by what was given, as lines for the message about wrong settings. */
export function sandboxLacks(given: Env, dataDir: string): string[] {
  const { SANDBOX_BACKEND: backend = '' } = given
  const missing = (NEEDED[backend] ?? []).filter(name => given[name] === undefined)
  const lines = missing.map(name => `${name} must be set for SANDBOX_BACKEND=${backend}`)
  return backend === 'kubernetes' ? [...lines, ...clusterLacks(given, dataDir)] : lines
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  container: ['SANDBOX_IMAGE'],
  kubernetes: ['SANDBOX_IMAGE', 'SANDBOX_NAMESPACE', 'SANDBOX_CLAIM', 'SANDBOX_CLAIM_ROOT'],
}

function clusterLacks(given: Env, dataDir: string): string[] {
  const has = (name: string) => given[name] !== undefined
  const { SANDBOX_CLAIM_ROOT: root } = given
  const below = root === undefined ? '' : relative(root, dataDir)
  const isOutside = root !== undefined && (below === '' || below.split('/')[0] === '..')
  const isInPod = !has('SANDBOX_KUBECONFIG') || has('POD_NAME') || has('POD_UID')
  return [
    ...(isInPod ? ['POD_NAME', 'POD_UID'] : [])
      .filter(name => !has(name))
      .map(name => `${name} must be set by the downward API, or SANDBOX_KUBECONFIG outside a cluster`),
    ...(has('SANDBOX_MIRROR') && !has('SANDBOX_MIRROR_LABELS')
      ? ['SANDBOX_MIRROR_LABELS must be set where SANDBOX_MIRROR is']
      : []),
    ...(isOutside ? ['DATA_DIR must lie below SANDBOX_CLAIM_ROOT, which the jobs share'] : []),
  ]
}
