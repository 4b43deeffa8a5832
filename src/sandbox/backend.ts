import type { Refusal } from '../failure.ts'

/** What a sandbox is, whoever provides it. A run never has a network beyond its own loopback. */
export interface Backend {
  readonly name: BackendName
  readonly guarantees: Guarantees
  /** Says whether runs are possible here, by really making one. */
  detect(): Promise<Detection>
  /**
   * Runs one command to its end and says how it ended; a command that fails or is killed is a result, not an error.
   * Aborting kills everything in the sandbox at once. Throws `OutsideFailure` when the sandbox itself did not start.
   */
  run(spec: RunSpec, signal?: AbortSignal): Promise<RunResult>
  /** Removes what supervisors that are no longer alive left behind; answers how many things. */
  sweep(): Promise<number>
}

export type BackendName = 'bubblewrap' | 'none'

/** What a run is for; it decides the default limits. */
export type Phase = 'lint' | 'build' | 'test' | 'serve' | 'prove'

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
  env?: Readonly<Record<string, string>>
  stdin?: string
  /** The workspace cannot be written. */
  readOnly?: boolean
  limits?: Partial<Limits>
  /** Further files or directories, read-only. */
  mounts?: readonly Mount[]
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

/** Either what runs here, or what is missing and the command that mends it. */
export type Detection = { ok: true; backend: BackendName; version: string } | Refusal<DetectionReason>
