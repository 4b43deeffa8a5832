import type { RunResult, RunSpec } from '../../src/sandbox/backend.ts'
import type { Workspace } from '../../src/sandbox/files.ts'
import type { Stage } from './stage/stage.ts'

/** Who the supervisor is, and what it has: each promise must hold in every mode, or say why it cannot. */
export const MODES = ['root', 'root without cgroups', 'ordinary user'] as const
export type Mode = (typeof MODES)[number]

/** One promise of the sandbox, as an attempt to break it and what must come of that. */
export type Check = RunCheck | HostCheck

type Promised = {
  /** A fact that is true as long as the sandbox holds. */
  name: string
  /** Modes in which it is not promised, and why. */
  notIn?: Partial<Record<Mode, string>>
  /** Looks at the whole machine, so nothing else may run at the same time. */
  alone?: true
}

/** Something is tried inside. */
export type RunCheck = Promised & {
  tried?: undefined
  command: readonly string[]
  spec?: Omit<Partial<RunSpec>, 'command' | 'workspace'>
  /** Texts of the workspace by path. */
  files?: Readonly<Record<string, string>>
  /** The maker of the run gives up after this time. */
  cancelAfterMs?: number
  /** What the machine sees after the run, while its workspace is still there. */
  witness?(workspace: Workspace, stage: Stage): Promise<string> | string
  holds(seen: Seen): boolean
  /** Without a sandbox the same attempt succeeds, and does no harm. */
  bare?: true
}

/** Something is tried on what we do outside with what came from inside. */
export type HostCheck = Promised & {
  command?: undefined
  tried(stage: Stage): Promise<string> | string
  holds(answer: string): boolean
}

/** How the run ended, what the witness saw (empty without one), and why it was refused (empty if it was not). */
export type Seen = RunResult & { witnessed: string; refused: string }

export function isHostCheck(check: Check): check is HostCheck {
  return check.tried !== undefined
}

/** The last word of every line is one of these, and there is at least one line: it was really tried. */
export function answers(...allowed: readonly string[]): (seen: Pick<Seen, 'stdout'>) => boolean {
  return ({ stdout }) => {
    const lines = stdout.split('\n').filter(line => line !== '')
    return lines.length > 0 && lines.every(line => allowed.includes(line.split(' ').at(-1) ?? ''))
  }
}

export function prints(...allowed: readonly string[]): (seen: Pick<Seen, 'stdout'>) => boolean {
  return ({ stdout }) => allowed.includes(stdout.trim())
}

/** The run came to its end, and the machine saw exactly this. */
export function witnessed(text: string): (seen: Pick<Seen, 'witnessed' | 'exitCode'>) => boolean {
  return seen => seen.exitCode === 0 && seen.witnessed === text
}
