import { systemClock } from '../../clock.ts'
import type { KilledBy, Limits } from '../backend.ts'
import { diskUsage, namelessBytes } from './disk.ts'
import { treeUsage } from './processes.ts'

/** Watches what a run uses, against the limits that the kernel does not hold for us. */
export type Meter = {
  /** Looks once at the tree of processes below `pid`, and now and then at the disk. */
  inspect(pid: number): KilledBy | null
  /** The most that was seen. */
  peak(): { cpuMs: number; memoryBytes: number }
}

/** A look at the disk may take this share of the time at most: the next comes after 20 times as long as it took. */
const DISK_PAUSE_FACTOR = 20
const DISK_PAUSE_MS_MIN = 200

/** Where the numbers come from: of processor time and memory, by the first process, and of the disk. */
export type Sources = {
  usage(pid: number, memoryBytesMax: number): { cpuMs: number; memoryBytes: number }
  disk: { isFull(pid: number): boolean }
}

/** Meters one run that writes to these directories, the first of which is its workspace. */
export function createMeter(
  written: readonly string[],
  limits: Limits,
  sources: Partial<Sources> = {},
): Meter {
  const { usage = treeUsage, disk = watchDisk(written, limits.diskBytes) } = sources
  const peak = { cpuMs: 0, memoryBytes: 0 }
  return {
    inspect(pid) {
      const now = usage(pid, limits.memoryBytes)
      peak.cpuMs = Math.max(peak.cpuMs, now.cpuMs)
      peak.memoryBytes = Math.max(peak.memoryBytes, now.memoryBytes)
      if (now.memoryBytes > limits.memoryBytes) return 'memory'
      if (now.cpuMs > limits.cpuSeconds * 1000) return 'cpu'
      return disk.isFull(pid) ? 'disk' : null
    },
    peak: () => ({ ...peak }),
  }
}

/** The walk goes on beside the looks at memory, which must not wait for it. */
function watchDisk(written: readonly string[], bytesMax: number): Sources['disk'] {
  let full = false
  let nextMs = systemClock.monotonicMs() + DISK_PAUSE_MS_MIN
  const look = async (pid: number) => {
    const startedMs = systemClock.monotonicMs()
    nextMs = Number.POSITIVE_INFINITY
    let bytes = await namelessBytes(pid, written[0] ?? '/')
    for (const directory of written) bytes += await diskUsage(directory, bytesMax - bytes)
    full = bytes > bytesMax
    const endedMs = systemClock.monotonicMs()
    nextMs = endedMs + Math.max(DISK_PAUSE_MS_MIN, (endedMs - startedMs) * DISK_PAUSE_FACTOR)
  }
  return {
    isFull(pid) {
      if (systemClock.monotonicMs() >= nextMs) void look(pid)
      return full
    },
  }
}
