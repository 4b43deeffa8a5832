import { OutsideFailure } from '../failure.ts'

/** Bounds how many runs go on at once; who asks first is served first. */
export type Slots = {
  /** Waits for a slot and answers how to give it back, or null when the signal was aborted first. */
  take(signal?: AbortSignal): Promise<(() => void) | null>
}

const WAITING_MAX = 1000

type Waiter = { serve(): void }

/** `count` runs at once, and a bounded queue of those that wait. */
export function createSlots(count: number): Slots {
  let free = count
  const waiting: Waiter[] = []
  const release = () => {
    const next = waiting.shift()
    if (next) next.serve()
    else free++
  }
  return {
    async take(signal) {
      if (signal?.aborted) return null
      if (free > 0) {
        free--
        return once(release)
      }
      if (waiting.length >= WAITING_MAX) throw queueFull()
      return queued(waiting, release, signal)
    },
  }
}

function queued(waiting: Waiter[], release: () => void, signal?: AbortSignal): Promise<(() => void) | null> {
  return new Promise(resolve => {
    const leave = () => {
      waiting.splice(waiting.indexOf(waiter), 1)
      resolve(null)
    }
    const waiter = {
      serve() {
        signal?.removeEventListener('abort', leave)
        resolve(once(release))
      },
    }
    waiting.push(waiter)
    signal?.addEventListener('abort', leave, { once: true })
  })
}

/** Giving a slot back twice must not make two of it. */
function once(action: () => void): () => void {
  let used = false
  return () => {
    if (!used) action()
    used = true
  }
}

function queueFull(): OutsideFailure {
  return new OutsideFailure(
    `more than ${WAITING_MAX} sandbox runs are waiting`,
    'Raise the number of slots, or wait until the running ones have ended.',
  )
}
