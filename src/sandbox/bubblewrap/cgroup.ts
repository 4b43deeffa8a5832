import type { Limits } from '../backend.ts'

/** Control groups, in which the kernel counts and bounds what all processes of a run use together. */
export type Cgroups = {
  readonly version: 1 | 2
  /** A group with this name and these limits, that nothing has joined yet. */
  create(mark: string, limits: GroupLimits): Cgroup
}

export type GroupLimits = Pick<Limits, 'memoryBytes' | 'processes'>

export type Cgroup = {
  /** A process joins by writing `0` to each of these files. */
  readonly entrances: readonly string[]
  /** Processor time of all that were ever in it, and the most memory, files in the page cache included. */
  usage(): { cpuMs: number; memoryBytes: number }
  /** Whether the kernel killed one of its processes for want of memory. */
  isOutOfMemory(): boolean
  /** Kills what is still in it, so that nothing survives, and removes it. */
  dispose(): Promise<void>
}
