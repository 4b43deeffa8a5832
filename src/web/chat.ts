import type { StoredEvent } from '../projects/event.ts'
import type { Money } from './money.ts'
import { noteOf } from './words.ts'

export type Note = { seq: number; atMs: number; text: string }
export type ChatItem =
  | { kind: 'said'; seq: number; atMs: number; mine: boolean; text: string }
  | { kind: 'notes'; seq: number; notes: Note[] }

/** The conversation: messages as they were said, and the steps between two messages gathered into one quiet group. */
export function chatItems(events: readonly StoredEvent[], money: Pick<Money, 'show'>): ChatItem[] {
  const items: ChatItem[] = []
  const mine = new Set(
    events.flatMap(event => (event.type === 'said' && event.direction === 'in' ? [event.text] : [])),
  )
  for (const event of events) {
    if (event.type === 'said') items.push(message(event, event.direction === 'in', event.text))
    else if (event.type === 'created' && !mine.has(event.description)) {
      items.push(message(event, true, event.description))
    } else if (!isSaidToo(event, events)) addNote(items, event, money)
  }
  return items
}

/** A rejection or a rest whose reason a message tells as well, in the same step of the work. */
function isSaidToo(event: StoredEvent, events: readonly StoredEvent[]): boolean {
  const reason = reasonOf(event)
  if (reason === undefined) return false
  const message = events.find(
    other => other.type === 'said' && other.direction === 'out' && other.seq > event.seq,
  )
  return message?.type === 'said' && message.text.includes(reason)
}

function reasonOf(event: StoredEvent): string | undefined {
  if (event.type === 'paused') return event.says
  return event.type === 'verdict' && event.verdict === 'REJECTED' ? event.reasons[0] : undefined
}

function message({ seq, atMs }: StoredEvent, mine: boolean, text: string): ChatItem {
  return { kind: 'said', seq, atMs, mine, text }
}

function addNote(items: ChatItem[], event: StoredEvent, money: Pick<Money, 'show'>) {
  const text = noteOf(event, money)
  if (text === null) return
  const note = { seq: event.seq, atMs: event.atMs, text }
  const last = items.at(-1)
  if (last?.kind === 'notes') last.notes.push(note)
  else items.push({ kind: 'notes', seq: event.seq, notes: [note] })
}
