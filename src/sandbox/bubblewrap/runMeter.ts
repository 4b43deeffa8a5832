import { systemClock } from '../../clock.ts'
import type { Guarantees, KilledBy, Limits, RunResult, RunSpec } from '../backend.ts'
import { runResult } from '../supervise/ended.ts'
import { type FileSystem, fileSystem } from '../supervise/images.ts'
import { createMeter, type Meter } from '../supervise/meter.ts'
import type { Ended } from '../supervise/process.ts'
import type { Cgroup } from './cgroup.ts'

/**
 * What the kernel holds for one run: a control group, and the disk. `bounded`: the workspace has a file system of its own
 * that cannot hold more than the limit. `counted`: it can, and says how much it holds. `walked`: it has none.
 */
export type Held = { group: Cgroup | null; disk: 'bounded' | 'counted' | 'walked' }

/** A meter that asks the kernel's own counters where they are. */
export type RunMeter = Meter & {
  /** The result, with what only shows at the end. */
  result(ended: Ended, guarantees: Guarantees): RunResult
  /** Whether the kernel ended a process of the run for want of memory. */
  isOutOfMemory(): boolean
}

const DISK_EVERY_MS = 200

export function createRunMeter(
  { workspace, home }: Pick<RunSpec, 'workspace' | 'home'>,
  limits: Limits,
  held: Held,
): RunMeter {
  const { group } = held
  const disk = held.disk === 'bounded' ? watchFull(workspace) : null
  const meter = createMeter(home === undefined ? [workspace] : [workspace, home], limits, {
    ...(group === null ? {} : { usage: () => group.usage() }),
    ...(held.disk === 'walked' ? {} : { disk: { isFull: () => holdsMore(held, workspace, limits) } }),
  })
  const isOutOfMemory = () => group?.isOutOfMemory() ?? false
  return {
    peak: meter.peak,
    isOutOfMemory,
    inspect(pid) {
      disk?.look()
      return isOutOfMemory() ? 'memory' : meter.inspect(pid)
    },
    result(ended, guarantees) {
      // The counters of a group are still there when its processes are not.
      if (group !== null) meter.inspect(0)
      const result = runResult(isOutOfMemory() ? killed(ended, 'memory') : ended, meter, guarantees)
      const isForDisk = result.killedBy === null && result.exitCode !== 0 && disk?.wasFull()
      return isForDisk ? { ...result, killedBy: 'disk' } : result
    },
  }
}

/** Asked at every look: it takes microseconds, and counts files without a name too. */
function holdsMore({ disk }: Held, workspace: string, { diskBytes }: Limits): boolean {
  return disk === 'counted' && (fileSystem(workspace)?.usedBytes ?? 0) > diskBytes
}

function killed(ended: Ended, killedBy: KilledBy): Ended {
  return ended.killedBy === null ? { ...ended, killedBy, exitCode: null } : ended
}

/**
 * A full disk ends nothing: the command sees ENOSPC. It is remembered, since many clean up before they fail, and is the
 * reason when the command then fails.
 */
function watchFull(workspace: string): { look(): void; wasFull(): boolean } {
  let seen = false
  let nextMs = 0
  return {
    look() {
      if (seen || systemClock.monotonicMs() < nextMs) return
      nextMs = systemClock.monotonicMs() + DISK_EVERY_MS
      seen = isFull(fileSystem(workspace))
    },
    wasFull: () => seen || isFull(fileSystem(workspace)),
  }
}

function isFull(found: FileSystem | null): boolean {
  return found?.isFull ?? false
}
