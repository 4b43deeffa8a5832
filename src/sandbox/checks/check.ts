import type { Limits, Phase, RunSpec } from '../backend.ts'

/** One thing to be run on a tree, that passes or fails by its exit code and, where there is one, by its report. */
export type Check = {
  name: string
  /** Without it, what is run in the phase `test` is a test, and all else passes or fails by its exit code alone. */
  kind?: CheckKind
  phase: Phase
  command: readonly string[]
  /** Where the runner says which tests it ran; without it, what it prints is looked through for forms that are known. */
  report?: ReportSource
  env?: Readonly<Record<string, string>>
  limits?: Partial<Limits>
  /** The command that mends what the check complains about. */
  fix?: readonly string[]
}

export type CheckKind = 'format' | 'lint' | 'build' | 'test' | 'acceptance'

export type ReportFormat = 'junit' | 'tap' | 'go-json' | 'node' | 'unittest' | 'cargo'

/**
 * `file` is a path in the workspace, or a directory of which every `*.xml` counts, as surefire writes them; without it
 * the report is what the command prints.
 */
export type ReportSource = { format: ReportFormat; file?: string }

/** What dependencies bring into a run: what is mounted, what may be written, and how it is found. */
export type Prepared = Pick<RunSpec, 'mounts' | 'scratch' | 'env'> & {
  /** Run once for each fresh home, before the checks. */
  begin?: readonly (readonly string[])[]
}

export function kindOf({ kind, phase }: Check): CheckKind {
  if (kind !== undefined) return kind
  if (phase === 'test') return 'test'
  return phase === 'lint' ? 'lint' : 'build'
}
