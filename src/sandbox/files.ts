import type { Result } from '../failure.ts'

/** Files by their path relative to the root, with `/`. The mode is 0644 unless it says another. */
export type Files = ReadonlyMap<string, FileContent>
export type FileContent = { content: Uint8Array | string; mode?: number }

/** A private copy of some files, in which one thing after the other can be run. */
export type Workspace = {
  /** Absolute; the `workspace` of a run. */
  dir: string
  /** Absolute, beside it; the `home` of runs that share what they cache. */
  home: string
  /**
   * The regular files that are in it now; links, pipes, sockets and devices are left out. Where a file or directory
   * cannot be read (its name is no UTF-8, its path is too long, its permissions forbid it), nothing comes back, and
   * `says` names it. Only while nothing runs.
   */
  read(): Promise<Result<Files, 'too_large' | 'unreadable'>>
  dispose(): Promise<void>
}
