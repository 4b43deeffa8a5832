import { done, type Result, refuse } from '../../failure.ts'
import { sha256 } from '../../id.ts'
import type { Running } from './running.ts'

/** Places for so many previews: one of a project, found by its token's hash while it runs. */
export type Shelf = {
  of(projectId: string): Running | undefined
  find(token: string): Running | undefined
  /** Starts one in a free place. Two who ask for the same project at once get the same. */
  begin(projectId: string, start: Start): Promise<Begun>
  /** Ends what runs or begins for a project. */
  end(projectId: string): Promise<void>
  /** Ends all, and lets none begin. */
  close(): Promise<void>
}

type Start = (signal: AbortSignal) => Promise<Result<Running, 'not-now' | 'not-started'>>
type Begun = Result<Running, 'not-now' | 'not-started' | 'too-many'>
type Beginning = { abort: AbortController; begun: Promise<Begun> }

export function openShelf(places: number): Shelf {
  const running = new Map<string, Running>()
  const byToken = new Map<string, Running>()
  const beginning = new Map<string, Beginning>()
  let closed = false

  function keep(one: Running): void {
    const key = sha256(one.token)
    running.set(one.projectId, one)
    byToken.set(key, one)
    const forget = () => {
      byToken.delete(key)
      if (running.get(one.projectId) === one) running.delete(one.projectId)
    }
    if (one.over.aborted) forget()
    else one.over.addEventListener('abort', forget, { once: true })
  }

  async function started(start: Start, signal: AbortSignal): Promise<Begun> {
    const begun = await start(signal)
    if (!begun.ok) return signal.aborted ? stopped : begun
    if (signal.aborted) {
      await begun.value.stop()
      return stopped
    }
    keep(begun.value)
    return begun
  }

  async function end(projectId: string): Promise<void> {
    const under = beginning.get(projectId)
    under?.abort.abort()
    await under?.begun.catch(() => undefined)
    await running.get(projectId)?.stop()
  }

  return {
    of: projectId => running.get(projectId),
    find: token => byToken.get(sha256(token)),
    end,
    begin: (projectId, start) => {
      const there = running.get(projectId)
      if (there) return Promise.resolve(done(there))
      const under = beginning.get(projectId)
      if (under) return under.begun
      if (closed) return Promise.resolve(stopped)
      if (running.size + beginning.size >= places) return Promise.resolve(tooMany(places))
      const abort = new AbortController()
      const begun = started(start, abort.signal).finally(() => beginning.delete(projectId))
      beginning.set(projectId, { abort, begun })
      return begun
    },
    close: async () => {
      closed = true
      await Promise.all([...beginning.keys(), ...running.keys()].map(end))
    },
  }
}

const stopped = refuse('not-started', 'It was stopped before it had started.')

function tooMany(places: number) {
  if (places === 0) return refuse('too-many', 'Previews are turned off here (PREVIEW_SLOTS=0).')
  const runs = places === 1 ? '1 preview runs' : `${places} previews run`
  return refuse(
    'too-many',
    `${runs} here already, which is all there may be. Stop one, or wait until one ends.`,
  )
}
