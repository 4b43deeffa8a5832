import { readFileSync } from 'node:fs'
import type { Limits } from '../backend.ts'
import { createMeter, type Meter } from '../supervise/meter.ts'
import { commandLines } from '../supervise/processes.ts'
import { SCRIPT } from './arguments.ts'

/**
 * Watches the processes of a container, which are no children of the engine's command line: its first process is found by
 * its arguments. Where the kernel ended one of them for want of memory, the run ends too.
 */
export function createContainerMeter(written: readonly string[], limits: Limits, mark: string): Meter {
  const meter = createMeter(written, limits)
  let found: { pid: number; counter: () => number } | undefined
  return {
    inspect() {
      const pid = found?.pid ?? firstProcess(mark)
      if (pid === undefined) return null
      found ??= { pid, counter: killCounter(read(`/proc/${pid}/cgroup`)) }
      return found.counter() > 0 ? 'memory' : meter.inspect(pid)
    },
    peak: meter.peak,
  }
}

function firstProcess(mark: string): number | undefined {
  return commandLines().find(({ line }) => line.startsWith(`/bin/sh -c ${SCRIPT} ${mark} `))?.pid
}

/** How many processes of the control group were ended for want of memory; `/proc/PID/cgroup` says which group it is. */
function killCounter(cgroups: string): () => number {
  const file = counterFile(cgroups)
  return () => (file === null ? 0 : Number(/^oom_kill (\d+)$/m.exec(read(file))?.[1] ?? 0))
}

/** Version 1 has a hierarchy for memory, version 2 one for all. */
export function counterFile(cgroups: string): string | null {
  const one = /^\d+:(?:\S+,)?memory(?:,\S+)?:(\/.*)$/m.exec(cgroups)?.[1]
  if (one !== undefined) return one === '/' ? null : `/sys/fs/cgroup/memory${one}/memory.oom_control`
  const two = /^0::(\/.*)$/m.exec(cgroups)?.[1]
  return two === undefined || two === '/' ? null : `/sys/fs/cgroup${two}/memory.events`
}

/** Empty when the container has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
