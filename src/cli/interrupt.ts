import type { ProjectView } from '../http/views.ts'
import type { Client } from './client.ts'
import { EXIT, Refused } from './exit.ts'
import type { Money } from './money.ts'
import type { Terminal } from './terminal.ts'

/** `here`: whether the work stops with this command. */
type Stand = { here: boolean; client: Client; terminal: Terminal }

/** The person left a question open with Ctrl-C, which a prompt takes for itself. */
export class Left extends Error {}

/** Giving everything back takes a second or two; nothing is lost where it takes longer and is cut off. */
const CLOSING_MS_MAX = 20_000

/**
 * Follows a project until that ends or the person presses Ctrl-C: then it is refused with what becomes of the project. A
 * second Ctrl-C ends the process at once, which is safe too.
 */
export async function interruptible<Value>(
  stand: Stand,
  id: string,
  follow: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const asked = new AbortController()
  const stop = () => {
    process.once('SIGINT', leaveAtOnce)
    setTimeout(leaveAtOnce, CLOSING_MS_MAX).unref()
    asked.abort()
  }
  process.once('SIGINT', stop)
  try {
    const value = await follow(asked.signal)
    if (!asked.signal.aborted) return value
  } catch (thrown) {
    if (!asked.signal.aborted && !(thrown instanceof Left)) throw thrown
  } finally {
    process.off('SIGINT', stop)
  }
  stand.terminal.status('')
  throw new Refused(
    farewell(stand, await stand.client.project(id), await stand.client.money()),
    EXIT.interrupted,
  )
}

function leaveAtOnce(): never {
  process.exit(EXIT.interrupted)
}

/** What becomes of a project that is not followed any more, what it cost, and how to go on. */
export function farewell({ here }: { here: boolean }, project: Standing, money: Money): string {
  const { id, spentCredits, waits } = project
  const follow = `./botwright events ${id} --follow`
  const says = {
    waits: [`Project ${id} is kept and waits for you`, 'Answer on the page of ./start.'],
    here: [`Stopped. Project ${id} is kept`, `Go on with ./start, or with: ${follow}`],
    there: [`The server goes on with project ${id}`, `Follow it with: ${follow}`],
  }
  const where = here ? 'here' : 'there'
  const [stands, next] = says[waits ? 'waits' : where]
  return `${stands}; it has cost ${money.show(spentCredits)} so far. ${next}`
}

type Standing = Pick<ProjectView, 'id' | 'spentCredits' | 'waits'>
