import type { Duplex } from 'node:stream'
import type { Refusal } from '../failure.ts'
import type { Files, Workspace } from './files.ts'

/**
 * What a sandbox is, whoever provides it. A run has no network beyond its own loopback; the phases `fetch` and `engine`
 * may be given doors, each of which leads to one server of ours and to nothing else.
 */
export interface Backend {
  readonly name: BackendName
  /** What is promised for each limit, once `detect` has looked; before, the least. */
  readonly guarantees: Guarantees
  /** Says whether runs are possible here, by really making one. */
  detect(): Promise<Detection>
  /** A private copy of these files, to be disposed of by the caller. */
  workspace(files: Files): Promise<Workspace>
  /**
   * Runs one command to its end and says how it ended; a command that fails or is killed is a result, not an error.
   * Aborting kills everything in the sandbox at once. Throws `OutsideFailure` when the sandbox itself did not start.
   */
  run(spec: RunSpec, signal?: AbortSignal): Promise<RunResult>
  /** Starts a command that is told its port in PORT, and answers how to reach it. Throws as `run`. */
  serve(spec: ServeSpec, signal?: AbortSignal): Promise<Served>
  /** Removes what supervisors that are no longer alive left behind; answers how many things. */
  sweep(): Promise<number>
}

export type BackendName = 'bubblewrap' | 'container' | 'kubernetes' | 'none'

/** What a run is for; it decides the default limits, and whether there may be doors. */
export type Phase = 'fetch' | 'scripts' | 'lint' | 'build' | 'test' | 'serve' | 'prove' | 'engine'

export type Limits = {
  wallMs: number
  /** Processor time of all processes together. */
  cpuSeconds: number
  /** Private memory of all processes together. */
  memoryBytes: number
  /** Processes and threads together, as the kernel counts them. */
  processes: number
  /** The largest file a process may write. */
  fileBytes: number
  /** Size of the workspace. */
  diskBytes: number
  /** Open files of one process. */
  openFiles: number
  /** What a run may print, standard output and error each, before it is stopped. */
  outputBytes: number
}

export type RunSpec = {
  /** Absolute directory of the host, seen inside as `/workspace`; the command starts there. */
  workspace: string
  phase: Phase
  command: readonly string[]
  /** Absolute directory of the host, seen inside as the home directory; else it is empty and gone after the run. */
  home?: string
  env?: Readonly<Record<string, string>>
  stdin?: string
  /** The workspace cannot be written. */
  readOnly?: boolean
  limits?: Partial<Limits>
  /** Further files or directories, read-only. */
  mounts?: readonly Mount[]
  /** Directories inside, below mounts or the workspace, that can be written and are gone after the run. */
  scratch?: readonly string[]
  /** What is kept of each output stream, in bytes; more is seen and counted, and only its two ends are kept. */
  keptBytes?: number
  /** Only in the phases `fetch` and `engine`. */
  doors?: readonly Door[]
}

/** A server of ours on a unix socket of the host, which the run finds on 127.0.0.1 at this port. */
export type Door = { socket: string; port: number }

export type ServeSpec = RunSpec & { port: number }

export type Served = {
  /** A new connection to the port inside; rejects when nothing listens there. */
  connect(): Promise<Duplex>
  /** How it ended, by itself, by a limit or by being stopped. */
  ended: Promise<RunResult>
  /** Ends everything in the sandbox at once. */
  stop(): Promise<RunResult>
}

export type Mount = { host: string; inside: string }

/** `hard`: the kernel or a kill enforces it; `polled`: looked at many times a second; `none`: not enforced. */
export type Guarantee = 'hard' | 'polled' | 'none'

export type Guarantees = Readonly<Record<keyof Limits | 'network', Guarantee>>

/** Which limit ended the run; `file` is `fileBytes`. */
export type KilledBy = 'wall' | 'cpu' | 'memory' | 'disk' | 'file' | 'output' | 'cancelled'

export type RunResult = {
  /** As a shell says it: 128 + n after signal n; null when the run was killed from outside. */
  exitCode: number | null
  signal: string | null
  killedBy: KilledBy | null
  /** The first and the last part where there was too much, with a line between that says so. */
  stdout: string
  stderr: string
  truncated: boolean
  usage: Usage
  guarantees: Guarantees
}

/** Memory is the peak, in bytes; both memory and processor time are as last seen by the poll. */
export type Usage = { wallMs: number; cpuMs: number; memoryBytes: number }

export type DetectionReason =
  | 'bwrap_missing'
  | 'bwrap_old'
  | 'tool_missing'
  | 'namespaces_denied'
  | 'proc_masked'
  | 'mount_denied'
  | 'launch_failed'
  | 'engine_missing'
  | 'engine_stopped'
  | 'engine_denied'
  | 'engine_old'
  | 'engine_elsewhere'
  | 'image_missing'
  | 'image_unfit'
  | 'cgroups_unfit'
  | 'cluster_unreachable'
  | 'cluster_denied'
  | 'cluster_full'
  | 'cluster_open'
  | 'cluster_unfit'

/** Either what runs here, or what is missing and the command that mends it. */
export type Detection = { ok: true; backend: BackendName; version: string } | Refusal<DetectionReason>
