import type { SSEStreamingApi } from 'hono/streaming'
import type { Parts } from '../projects/parts.ts'
import { eventsAfter } from '../projects/store.ts'
import { loggedOf } from './refuse.ts'

/** Proxies close what is silent; a comment this often keeps a stream open. */
const SSE_BEAT_MS = 15_000

type Telling = { projectId: string; seen: number; follow: boolean }
type Standing = Pick<Parts, 'database' | 'live' | 'log' | 'running'>

/**
 * Tells the stored events after a number, then what happens, until the reader goes or, when not following, there is no
 * more. What happens is only a sign to read on: events come from the database, so that none is missing, double or out
 * of order, and a slow reader piles nothing up.
 */
export async function tellEvents(
  { database, live, log, running }: Standing,
  { projectId, seen, follow }: Telling,
  stream: SSEStreamingApi,
): Promise<void> {
  const bell = openBell()
  // What is going on is asked for when it is told: it may be over by then.
  let isNews = true
  const leave = live.listen(projectId, {
    event: bell.ring,
    activity: () => {
      isNews = true
      bell.ring()
    },
  })
  stream.onAbort(bell.ring)
  const going = () => !stream.aborted && !running.stopped
  let told = seen
  const readOn = async () => {
    while (going()) {
      const events = await eventsAfter(database.sql, projectId, told)
      if (events.length === 0) return
      for (const event of events) {
        await stream.writeSSE({ event: 'event', id: String(event.seq), data: JSON.stringify(event) })
        told = event.seq
      }
    }
  }
  try {
    await readOn()
    while (follow && going()) {
      const shown = isNews ? live.activityOf(projectId) : undefined
      isNews = false
      if (shown) await stream.writeSSE({ event: 'activity', data: JSON.stringify(shown) })
      if (!(await bell.rung(SSE_BEAT_MS))) await stream.write(': beat\n\n')
      await readOn()
    }
  } catch (thrown) {
    // The reader comes again by itself, with the number of what it got last.
    if (going()) log.error({ projectId, ...loggedOf(thrown) }, 'stream cut off')
  } finally {
    leave()
  }
}

/** Remembers that it was rung until somebody has waited for it. */
type Bell = {
  ring(): void
  /** Whether it was rung within the time. */
  rung(withinMs: number): Promise<boolean>
}

function openBell(): Bell {
  let pending = false
  let wake = () => {}
  return {
    ring: () => {
      pending = true
      wake()
    },
    rung: async withinMs => {
      if (!pending)
        await ringOrTime(withinMs, waiter => {
          wake = waiter
        })
      const was = pending
      pending = false
      return was
    },
  }
}

/** The timer goes with the wait: one that is left keeps the process from ending. */
function ringOrTime(ms: number, register: (wake: () => void) => void): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    register(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
