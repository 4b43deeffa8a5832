import type { Update } from 'grammy/types'
import type { Clock } from '../clock.ts'
import type { Ending } from './signal.ts'

/**
 * Long polling by which no update is lost. grammY's own `bot.start` counts an update as confirmed as soon as it is tried:
 * with an error handler a failed one is skipped, without one `bot.stop` confirms it and the bot ends. Here the offset,
 * which confirms all updates below it, stays at the first one that is not over. What is handed out again until then is
 * known by its number. Telegram gives LIMIT updates from the offset on, so this is also how many are handled at once, and
 * how many others get their turn while one payment cannot be taken.
 */
export type Poll = {
  /** Updates from an offset on. */
  fetch(
    wanted: { offset: number; limit: number; seconds: number },
    signal: Ending['signal'],
  ): Promise<Update[]>
  handle(update: Update): Promise<'done' | 'left'>
  laneOf(update: Update): string
  clock: Clock
}

const LIMIT = 100
const POLL_SECONDS = 30
/** While updates are under way, others are looked for this often. */
const LOOK_MS = 500
/** Numbers that are remembered after their update was over. */
const REMEMBERED_MAX = 1_000
/** How long a stop waits for what is under way. */
const STOP_MS = 10_000

/** Fetches and handles until the signal is aborted; throws what `fetch` throws, and can be called again then. */
export type Poller = {
  run(signal: Ending['signal']): Promise<void>
  /** Waits for what is under way, at most STOP_MS, and confirms what is over. */
  finish(signal: Ending['signal']): Promise<void>
}

export function openPoller({ fetch, handle, laneOf, clock }: Poll): Poller {
  const underWay = new Map<number, Promise<void>>()
  const over = new Set<number>()
  const lanes = new Map<string, Promise<unknown>>()
  let head = 0

  /** Numbers rise but for a week without updates, after which they begin anywhere: the last ones seen count. */
  const offset = () => (underWay.size > 0 ? Math.min(...underWay.keys()) : head)

  const begin = (update: Update) => {
    const [id, lane] = [update.update_id, laneOf(update)]
    const turn = (lanes.get(lane) ?? Promise.resolve()).then(() => handle(update))
    lanes.set(lane, turn)
    const ended = turn.then(how => {
      if (lanes.get(lane) === turn) lanes.delete(lane)
      if (how === 'left') return
      underWay.delete(id)
      remember(over, id)
    })
    underWay.set(id, ended)
  }

  const look = async (signal: Ending['signal']) => {
    const updates = await fetch({ offset: offset(), limit: LIMIT, seconds: POLL_SECONDS }, signal)
    const fresh = updates.filter(({ update_id: id }) => !underWay.has(id) && !over.has(id))
    for (const update of fresh) begin(update)
    if (fresh.length > 0) head = Math.max(...fresh.map(({ update_id }) => update_id)) + 1
    await atMost(Promise.all(underWay.values()), LOOK_MS, clock, signal)
  }

  return {
    run: async signal => {
      while (!signal.aborted) await look(signal)
    },
    finish: async signal => {
      await atMost(Promise.all(underWay.values()), STOP_MS, clock, signal)
      if (head > 0) await fetch({ offset: offset(), limit: 1, seconds: 0 }, signal)
    },
  }
}

function remember(over: Set<number>, id: number): void {
  over.add(id)
  const [oldest] = over
  if (over.size > REMEMBERED_MAX && oldest !== undefined) over.delete(oldest)
}

async function atMost(work: Promise<unknown>, ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const enough = new AbortController()
  await Promise.race([work, clock.wait(ms, AbortSignal.any([signal, enough.signal]))])
  enough.abort()
}
