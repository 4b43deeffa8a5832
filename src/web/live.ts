import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Activity, StoredEvent } from '../projects/event.ts'
import { eventsUrl } from './api.ts'

export type Connection = 'connecting' | 'live' | 'lost'
export type Live = { events: readonly StoredEvent[]; activity: Activity | null; connection: Connection }

/** The page keeps the newest events; older ones stay with the server. */
const EVENTS_MAX = 5_000

/** Events that come in a bunch (a replay of the whole history) are shown and answered with one refetch. */
const GATHER_MS = 150

/** Shorter breaks are mended by EventSource before anybody needs to know. */
const GRACE_MS = 1_500

/** After these nothing of what was shown goes on. */
const OVER: ReadonlySet<StoredEvent['type']> = new Set(['moved', 'paused', 'ended'])

/** A stream that EventSource gave up (the server was restarted) is opened anew after this. */
const REOPEN_MS = 3_000

/** Everything that happened to a project and what is going on now, kept up to date over SSE. */
export function useLive(id: string): Live {
  const client = useQueryClient()
  const [live, setLive] = useState<Live>({ events: [], activity: null, connection: 'connecting' })

  useEffect(() => {
    const stream = openStream(id, {
      gathered: events => {
        setLive(before => ({ ...before, events: [...before.events, ...events].slice(-EVENTS_MAX) }))
        void client.invalidateQueries({ queryKey: ['project', id] })
        void client.invalidateQueries({ queryKey: ['session'] })
      },
      activity: activity => setLive(before => ({ ...before, activity })),
      over: () => setLive(before => ({ ...before, activity: null })),
      connection: connection => {
        setLive(before => ({ ...before, connection }))
        if (connection === 'lost') void client.invalidateQueries({ queryKey: ['project', id] })
      },
    })
    return () => {
      stream.close()
      setLive({ events: [], activity: null, connection: 'connecting' })
    }
  }, [id, client])

  return live
}

type Listener = {
  gathered(events: StoredEvent[]): void
  activity(activity: Activity): void
  /** What went on does not go on any more. */
  over(): void
  connection(connection: Connection): void
}

/** One stream that survives restarts of the server and never hands on the same event twice. */
function openStream(id: string, listener: Listener): { close(): void } {
  let lastSeq = 0
  let pending: StoredEvent[] = []
  let source: EventSource
  let gather: number | undefined
  let grace: number | undefined
  let reopen: number | undefined

  function flush() {
    gather = undefined
    listener.gathered(pending)
    pending = []
  }

  function onEvent(message: MessageEvent<string>) {
    const event: StoredEvent = JSON.parse(message.data)
    if (event.seq <= lastSeq) return
    lastSeq = event.seq
    pending.push(event)
    if (OVER.has(event.type)) listener.over()
    gather ??= window.setTimeout(flush, GATHER_MS)
  }

  function onOpen() {
    clearTimeout(grace)
    grace = undefined
    listener.connection('live')
  }

  function onError() {
    grace ??= window.setTimeout(() => listener.connection('lost'), GRACE_MS)
    if (source.readyState === EventSource.CLOSED) reopen = window.setTimeout(open, REOPEN_MS)
  }

  function open() {
    source = new EventSource(eventsUrl(id, lastSeq))
    source.addEventListener('open', onOpen)
    source.addEventListener('error', onError)
    source.addEventListener('event', onEvent)
    source.addEventListener('activity', message => listener.activity(JSON.parse(message.data)))
  }

  open()
  return {
    close: () => {
      source.close()
      for (const timer of [gather, grace, reopen]) clearTimeout(timer)
    },
  }
}
