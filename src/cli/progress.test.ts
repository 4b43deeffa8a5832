import { expect, test } from 'vitest'
import type { ProjectEvent } from '../projects/event.ts'
import { moneyOf } from './money.ts'
import { tell } from './progress.ts'
import { openTerminal } from './terminal.ts'

const STORY: readonly ProjectEvent[] = [
  { type: 'created', description: 'A log\nof expenses' },
  { type: 'said', direction: 'in', text: 'A log\nof expenses' },
  { type: 'said', direction: 'out', text: 'One question before I start.' },
  { type: 'said', direction: 'in', text: 'By month' },
  { type: 'attempt', task: 'T1', number: 2, result: 'refused', says: 'None of its edits could be applied.' },
  {
    type: 'pictured',
    delivery: 1,
    pictures: [{ name: '1-home-phone.png', path: '/', size: 'phone', width: 780, height: 1688 }],
  },
  { type: 'ended', state: 'completed', says: 'Done.' },
]

const money = moneyOf({ shows: 'credits', creditUsd: '0.01' })

function shown(byHand: boolean, json = false): string {
  let written = ''
  const write = (text: string) => {
    written += text
  }
  const terminal = openTerminal(json, { write })
  for (const [at, event] of STORY.entries())
    tell(
      { terminal, money },
      { kind: 'event', event: { ...event, projectId: 'p', seq: at + 1, atMs: 0 } },
      byHand,
    )
  return written
}

test('a project is told from its description to its end', () => {
  expect(shown(false)).toBe(
    [
      '  > A log',
      '    of expenses',
      'One question before I start.',
      '  > By month',
      '  T1 attempt 2: None of its edits could be applied.',
      '  1 picture: ./botwright download p --pictures DIR',
      'Done.',
      '',
    ].join('\n'),
  )
})

test('who answers by hand sees the description once, and none of the answers again', () => {
  const lines = shown(true).split('\n')
  expect(lines.slice(0, 3)).toEqual(['  > A log', '    of expenses', 'One question before I start.'])
  expect(lines.join('\n')).not.toContain('By month')
})

test('as JSON every event is there, whoever answers', () => {
  expect(shown(true, true).trim().split('\n')).toHaveLength(STORY.length)
})
