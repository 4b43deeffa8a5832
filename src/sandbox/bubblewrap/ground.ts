import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OutsideFailure } from '../../failure.ts'
import type { Fixtures } from '../fixtures.ts'
import { createPipeStore, type PipeStore } from '../supervise/pipes.ts'
import type { Cgroups } from './cgroup.ts'
import { findCgroups } from './cgroups.ts'
import { seccompProgram } from './seccomp.ts'

/** What the runs of one backend have in common, made before the first. */
export type Ground = {
  /** Null where this process may make none: then memory and processor time are polled. */
  cgroups: Cgroups | null
  /** Files with the filter of system calls: in a control group, and without one, where memory is polled. */
  filters: { grouped: string; polled: string }
  pipes: PipeStore
}

/** A run takes two. */
const PIPES_AT_ONCE = 64

/** Throws `OutsideFailure` on a processor whose system calls are not known: there is no run without a filter. */
export async function prepareGround(fixtures: Fixtures): Promise<Ground> {
  const own = dirname(fixtures.programs)
  const filters = { grouped: join(own, 'filter'), polled: join(own, 'filter-polled') }
  await writeFilter(filters.grouped, 'grouped')
  await writeFilter(filters.polled, 'polled')
  return {
    cgroups: await findCgroups(),
    filters,
    pipes: createPipeStore(join(own, 'pipes'), PIPES_AT_ONCE),
  }
}

async function writeFilter(path: string, memory: 'grouped' | 'polled'): Promise<void> {
  const program = seccompProgram(process.arch, memory)
  if (program === null) throw unknownProcessor()
  await writeFile(path, program)
}

function unknownProcessor(): OutsideFailure {
  return new OutsideFailure(
    `there is no filter of system calls for ${process.arch}`,
    'Use a machine with an x86-64 or a 64-bit ARM processor.',
  )
}
