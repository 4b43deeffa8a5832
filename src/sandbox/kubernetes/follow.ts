import type { Clock } from '../../clock.ts'
import { OutsideFailure } from '../../failure.ts'
import type { KilledBy, Limits } from '../backend.ts'
import { diskUsage } from '../supervise/disk.ts'
import type { Cluster } from './api.ts'
import { hintFor } from './diagnosis.ts'
import { type Progress, progressOf, whyUnscheduled } from './ending.ts'
import { START_SECONDS_MAX } from './job.ts'
import type { Streams } from './streams.ts'

/** How a job ended, or was ended. */
export type Followed = { exitCode: number | null; killedBy: KilledBy | null; wallMs: number }

export type Follow = {
  cluster: Cluster
  clock: Clock
  mark: string
  /** What the run writes to on the claim: its workspace, and its home where it is to stay. */
  written: readonly string[]
  limits: Limits
  streams: Streams
  signal: AbortSignal
  /** Told once, when the pod runs and has an address. */
  running?: (ip: string) => void
}

const POLL_MS_MIN = 100
const POLL_MS_MAX = 2000
/** So many looks in a row may fail before the run is given up. */
const FAILURES_MAX = 5
/** A job has its pod within a moment; without one, what the cluster complains of is looked at. */
const PODLESS_MS_MAX = 3000
/** A look at the disk may take this share of the time at most. */
const DISK_PAUSE_FACTOR = 20

/** Looks again and again until the job has ended, a limit is passed, or somebody cancels. */
export async function follow(job: Follow): Promise<Followed> {
  const { clock, signal } = job
  const times: Times = { askedMs: clock.monotonicMs(), runningMs: null }
  const looks: Looks = { pod: patient(job), disk: diskWatch(job) }
  for (let pauseMs = POLL_MS_MIN; ; pauseMs = Math.min(pauseMs * 1.5, POLL_MS_MAX)) {
    const end = signal.aborted ? killed('cancelled') : await look(job, times, looks)
    if (end !== null) {
      const sinceMs = times.runningMs ?? times.askedMs
      return { ...end, wallMs: Math.round(clock.monotonicMs() - sinceMs) }
    }
    await clock.wait(Math.max(0, Math.min(pauseMs, leftMs(job, times))), signal)
  }
}

type Times = { askedMs: number; runningMs: number | null }
type Looks = { pod: () => Promise<Progress>; disk: () => Promise<boolean> }
type End = Omit<Followed, 'wallMs'>

/** One look; null while it goes on. A job that does not start is given up in time, one that runs has its own. */
async function look(job: Follow, times: Times, looks: Looks): Promise<End | null> {
  const progress = await looks.pod()
  if (progress.kind === 'ended') return { exitCode: progress.exitCode, killedBy: progress.killedBy }
  if (progress.kind === 'running') {
    times.runningMs ??= job.clock.monotonicMs()
    if (progress.ip !== null) job.running?.(progress.ip)
    const killedBy = (await passed(job)) ?? ((await looks.disk()) ? 'disk' : null)
    if (killedBy !== null) return killed(killedBy)
  }
  if (times.runningMs === null) await mayStillStart(job, job.clock.monotonicMs() - times.askedMs)
  return leftMs(job, times) <= 0 ? killed('wall') : null
}

/** Of the run's own time; endless before it has begun. */
function leftMs({ clock, limits }: Follow, { runningMs }: Times): number {
  return runningMs === null ? Number.POSITIVE_INFINITY : runningMs + limits.wallMs - clock.monotonicMs()
}

function killed(killedBy: KilledBy): End {
  return { exitCode: null, killedBy }
}

async function passed({ streams, limits }: Follow): Promise<KilledBy | null> {
  return (await streams.sizes()) > limits.outputBytes ? 'output' : null
}

const WAITING: Progress = { kind: 'waiting' }

/** One look at the pod; the cluster may be away for a moment. */
function patient({ cluster, mark }: Follow): () => Promise<Progress> {
  let failures = 0
  let wasThere = false
  return async () => {
    try {
      const pod = await cluster.podOf(mark)
      failures = 0
      if (pod === null && wasThere) throw new DidNotRun(REMOVED, 'Run it again.')
      wasThere ||= pod !== null
      const progress = pod === null ? WAITING : progressOf(pod)
      if (progress.kind === 'failed') throw didNotRun(progress.says)
      return progress
    } catch (error) {
      failures++
      const isPassing = error instanceof OutsideFailure && !(error instanceof DidNotRun)
      if (!isPassing || failures >= FAILURES_MAX) throw error
      return WAITING
    }
  }
}

async function mayStillStart({ cluster, mark }: Follow, waitedMs: number): Promise<void> {
  if (waitedMs < PODLESS_MS_MAX) return
  const pod = await cluster.podOf(mark)
  const complaints = pod === null ? await cluster.warnings(mark) : []
  if (complaints.length > 0) throw didNotRun(complaints.join('; '))
  if (waitedMs < START_SECONDS_MAX * 1000) return
  throw didNotRun((pod && whyUnscheduled(pod)) || 'no node took it in time')
}

function diskWatch({ clock, written, limits }: Follow): () => Promise<boolean> {
  let nextMs = 0
  return async () => {
    const startedMs = clock.monotonicMs()
    if (startedMs < nextMs) return false
    let bytes = 0
    for (const directory of written) bytes += await diskUsage(directory, limits.diskBytes - bytes)
    const isFull = bytes > limits.diskBytes
    const endedMs = clock.monotonicMs()
    nextMs = endedMs + (endedMs - startedMs) * DISK_PAUSE_FACTOR
    return isFull
  }
}

/** Somebody deleted it, or its node was taken away. */
const REMOVED = 'the job was removed from the cluster while it ran'

class DidNotRun extends OutsideFailure {}

function didNotRun(says: string): DidNotRun {
  return new DidNotRun(`the sandbox did not start: ${says}`, hintFor(says).says)
}
