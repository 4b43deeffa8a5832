import { constants } from 'node:os'
import type { Guarantees, KilledBy, RunResult } from '../backend.ts'
import type { Meter } from './meter.ts'
import type { Ended } from './process.ts'

/** What a run came to, out of how its process ended. */
export function runResult(ended: Ended, meter: Meter, guarantees: Guarantees): RunResult {
  const signal = ended.killedBy === null ? signalOf(ended.exitCode) : 'SIGKILL'
  return {
    exitCode: ended.exitCode,
    signal,
    killedBy: ended.killedBy ?? LIMIT_SIGNALS[signal ?? ''] ?? null,
    stdout: ended.stdout,
    stderr: ended.stderr,
    truncated: ended.truncated,
    usage: { wallMs: ended.wallMs, ...meter.peak() },
    guarantees,
  }
}

/** A run that was cancelled before it began. */
export function neverStarted(guarantees: Guarantees): RunResult {
  const usage = { wallMs: 0, cpuMs: 0, memoryBytes: 0 }
  const nothing = { exitCode: null, signal: null, stdout: '', stderr: '', truncated: false }
  return { ...nothing, killedBy: 'cancelled', usage, guarantees }
}

/** Signals by which the kernel holds a limit. */
const LIMIT_SIGNALS: Readonly<Record<string, KilledBy>> = { SIGXCPU: 'cpu', SIGXFSZ: 'file' }

/** The signal that an exit code above 128 stands for, as shells have it. */
function signalOf(exitCode: number | null): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => exitCode === 128 + number)
  return found?.[0] ?? null
}
