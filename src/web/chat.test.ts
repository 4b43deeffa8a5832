import { describe, expect, test } from 'vitest'
import type { ProjectEvent, StoredEvent } from '../projects/event.ts'
import { chatItems } from './chat.ts'
import { moneyOf } from './money.ts'

const MONEY = moneyOf({ shows: 'credits', creditUsd: '0.01' })
const WISH = 'A page that adds durations'

function itemsOf(...events: ProjectEvent[]) {
  const stored: StoredEvent[] = events.map((event, at) => ({
    ...event,
    projectId: 'p',
    seq: at + 1,
    atMs: at,
  }))
  return chatItems(stored, MONEY)
}

describe('chat', () => {
  test('a message is one item, on the side of who said it', () => {
    const items = itemsOf(
      { type: 'said', direction: 'in', text: 'Hello' },
      { type: 'said', direction: 'out', text: 'Good day' },
    )
    expect(items).toMatchObject([
      { mine: true, text: 'Hello' },
      { mine: false, text: 'Good day' },
    ])
  })

  test('the description opens the conversation once, whether or not it was also logged as said', () => {
    const created = { type: 'created', description: WISH } as const
    const said = { type: 'said', direction: 'in', text: WISH } as const
    expect(itemsOf(created)).toMatchObject([{ mine: true, text: WISH }])
    expect(itemsOf(created, said)).toHaveLength(1)
  })

  test('a rejection that a message tells is not told as a step too', () => {
    const verdict = { type: 'verdict', task: 'T1', verdict: 'REJECTED', reasons: ['no help'] } as const
    const says = (text: string) => ({ type: 'said', direction: 'out', text }) as const
    expect(itemsOf(verdict, says('The review sent T1 back: no help'))).toHaveLength(1)
    expect(itemsOf(verdict, says('T1 does not get further.'))).toHaveLength(2)
    expect(itemsOf(verdict)).toHaveLength(1)
  })

  test('a rest that a message explains is not told as a step too', () => {
    const paused = { type: 'paused', reason: 'credits', says: 'Too few credits.' } as const
    const says = (text: string) => ({ type: 'said', direction: 'out', text }) as const
    expect(itemsOf(paused, says('Too few credits.'))).toMatchObject([{ kind: 'said' }])
    expect(itemsOf(paused, says('T1 is done.'))).toHaveLength(2)
    expect(itemsOf(paused)).toHaveLength(1)
  })

  test('steps between two messages are one group, and what a card shows is none of them', () => {
    const items = itemsOf(
      { type: 'prepared', acceptanceTests: 6, hidden: 2 },
      { type: 'moved', from: 'building', to: 'implementing', on: 'prepared' },
      { type: 'attempt', task: 'T1', number: 1, result: 'edited', says: '' },
      { type: 'said', direction: 'out', text: 'T1 is done' },
      { type: 'committed', task: 'T1', commit: '4f2a9c81d7e6', tasksDone: 1, tasks: 4 },
    )
    expect(
      items.map(item => (item.kind === 'notes' ? item.notes.map(note => note.text) : item.text)),
    ).toEqual([
      ['6 acceptance tests frozen, 2 of them hidden', 'T1, attempt 1: Edited'],
      'T1 is done',
      ['T1 saved as 4f2a9c8, 1 of 4 done'],
    ])
  })
})
