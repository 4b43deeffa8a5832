import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { Launched } from './launch.ts'

/** One app that is shown: how long still, who is looking, and the way in. */
export type Running = {
  projectId: string
  /** What its address begins with; whoever knows it sees the app. */
  token: string
  untilMs(): number
  /** Shows it as long again, once; says whether it does. */
  extend(): boolean
  extendable(): boolean
  /** Somebody asks something; undefined where too many do. What is given back is called when they have their answer. */
  enter(): (() => void) | undefined
  connect(): Promise<Duplex>
  /** Aborted when it has ended, whatever ended it. */
  over: AbortSignal
  /** Ends it; done when nothing of it is left. */
  stop(): Promise<void>
}

/** Nobody has asked anything for so long, and nobody waits for an answer. */
export const IDLE_MS_MAX = 300_000
const VISITS_MAX = 64

/** Watches what was launched until its time is over, it is idle, it ends by itself, or somebody stops it. */
export function runningOf(
  { served, stop }: Launched,
  clock: Clock,
  given: { projectId: string; token: string; durationMs: number },
): Running {
  const over = new AbortController()
  const { projectId, token, durationMs } = given
  let untilMs = clock.nowMs() + durationMs
  let isExtended = false
  let lastMs = clock.nowMs()
  let visits = 0
  const end = () => over.abort()
  served.ended.then(end, end)
  const gone = watch().finally(stop)
  // Who only waits for its end hears of no failure: there is nobody to tell.
  gone.catch(() => undefined)

  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      const nowMs = clock.nowMs()
      const idleMs = visits > 0 ? nowMs + IDLE_MS_MAX : lastMs + IDLE_MS_MAX
      const dueMs = Math.min(untilMs, idleMs)
      if (dueMs <= nowMs) over.abort()
      else await clock.wait(dueMs - nowMs, over.signal)
    }
  }

  return {
    projectId,
    token,
    untilMs: () => untilMs,
    extendable: () => !isExtended,
    extend: () => {
      if (isExtended) return false
      isExtended = true
      untilMs += durationMs
      return true
    },
    enter: () => {
      if (visits >= VISITS_MAX || over.signal.aborted) return undefined
      let left = false
      visits++
      return () => {
        if (left) return
        left = true
        visits--
        lastMs = clock.nowMs()
      }
    },
    connect: served.connect,
    over: over.signal,
    stop: () => {
      over.abort()
      return gone
    },
  }
}
