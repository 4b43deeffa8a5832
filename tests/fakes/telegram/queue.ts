import type { Update } from '@grammyjs/types'
import type { Clock } from '../../../src/clock.ts'
import type { Params } from './params.ts'
import { Refused } from './refused.ts'

/** The updates that a bot has not confirmed yet, and the one request that may wait for more. */
export type UpdateQueue = {
  /** The number of the update; it is dropped when the bot has not asked for its kind. */
  add(content: Omit<Update, 'update_id'>): number
  poll(wanted: Params<'getUpdates'>): Promise<Update[]>
  /** From now on only these kinds; an empty list is all but the few that are left out unless asked for. */
  allow(kinds: readonly string[] | undefined): void
  drop(): void
  /** Gives an update once more, under its own number, whether it was confirmed or not. */
  again(id: number): void
  /** Gives what an update says once more, under a new number. */
  twin(id: number): number
  /** The next answer comes in the wrong order. */
  backwards(): void
  /** Gives nothing until what is returned is called. */
  hold(): () => void
  /** Those that were not confirmed. */
  pending(): number[]
  /** Resolves when an update has been confirmed. */
  confirmed(id: number): Promise<void>
  /** How often an update was given to the bot. */
  deliveries(id: number): number
}

const KEPT_MS = 86_400_000
const LIMIT = 100
const UNLESS_ASKED = ['chat_member', 'message_reaction', 'message_reaction_count']

export function openQueue(clock: Clock): UpdateQueue {
  const all = new Map<number, { update: Update; atMs: number }>()
  const delivered: number[] = []
  let [pending, extra, allowed]: [number[], number[], readonly string[]] = [[], [], []]
  let [nextId, isBackwards, isHeld] = [700_001, false, false]
  let waiting: PromiseWithResolvers<'news' | 'superseded'> | undefined
  let changed = Promise.withResolvers<void>()

  const isAllowed = (kind: string) =>
    allowed.length > 0 ? allowed.includes(kind) : !UNLESS_ASKED.includes(kind)
  const wake = () => {
    if (!isHeld) waiting?.resolve('news')
  }

  const add = (content: Omit<Update, 'update_id'>) => {
    const id = nextId++
    all.set(id, { update: { update_id: id, ...content }, atMs: clock.nowMs() })
    if (Object.keys(content).every(isAllowed)) {
      pending.push(id)
      wake()
    }
    return id
  }
  const known = (id: number) => {
    const one = all.get(id)
    if (!one) throw new Error(`there is no update ${id}`)
    return one
  }
  const confirmBelow = (offset: number) => {
    if (offset > 0) pending = pending.filter(id => id >= offset)
    if (offset < 0) pending = pending.slice(offset)
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const ready = (limit: number) => {
    if (isHeld) return []
    pending = pending.filter(id => known(id).atMs > clock.nowMs() - KEPT_MS)
    const ids = [...extra.splice(0), ...pending].slice(0, limit)
    if (isBackwards && ids.length > 0) ids.reverse()
    if (ids.length > 0) isBackwards = false
    delivered.push(...ids)
    return ids.map(id => known(id).update)
  }

  return {
    add,
    allow: kinds => {
      if (kinds) allowed = kinds
    },
    poll: async ({ offset = 0, limit = LIMIT, timeout = 0 }) => {
      waiting?.resolve('superseded')
      confirmBelow(offset)
      const now = ready(limit)
      if (now.length > 0 || timeout === 0) return now
      const [mine, over] = [Promise.withResolvers<'news' | 'superseded'>(), new AbortController()]
      waiting = mine
      const what = await Promise.race([mine.promise, clock.wait(timeout * 1_000, over.signal)])
      over.abort()
      if (waiting === mine) waiting = undefined
      if (what === 'superseded') throw terminated()
      return ready(limit)
    },
    drop: () => {
      pending = []
    },
    again: id => {
      known(id)
      extra.push(id)
      wake()
    },
    twin: id => {
      const { update_id, ...content } = known(id).update
      return add(content)
    },
    backwards: () => {
      isBackwards = true
    },
    hold: () => {
      isHeld = true
      return () => {
        isHeld = false
        if (pending.length + extra.length > 0) wake()
      }
    },
    pending: () => [...pending],
    confirmed: async id => {
      while (pending.includes(id)) await changed.promise
    },
    deliveries: id => delivered.filter(one => one === id).length,
  }
}

function terminated(): Refused {
  const why = 'terminated by other getUpdates request; make sure that only one bot instance is running'
  return new Refused(409, `Conflict: ${why}`, 'luck')
}
