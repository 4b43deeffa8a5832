import { expect, test } from 'vitest'
import { rooms } from './app.ts'

const BEFORE = '+            taken = database.execute(OVERLAPPING, within(booking)).fetchone()'
const INSIDE = '+            taken = writing.execute(OVERLAPPING, within(booking)).fetchone()'

test('a room that is asked about outside of a transaction is rejected by its criterion', () => {
  expect(rooms.verify({ task: 'T1', prompt: BEFORE })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T1.1', met: true },
      { id: 'T1.2', met: true },
      { id: 'T1.3', met: false },
    ],
  })
})

test('the first answer to the task has the flaw, and the second mends it', () => {
  const [first = '', second = ''] = rooms.implement.T1 ?? []
  expect(rooms.verify({ task: 'T1', prompt: first })).toMatchObject({ verdict: 'REJECTED' })
  expect(second).toContain('BEGIN IMMEDIATE')
})

test('one transaction is approved, also where a diff takes the old line away', () => {
  const mended = `${BEFORE.replace('+', '-')}\n${INSIDE}`
  expect(rooms.verify({ task: 'T1', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of other tasks', () => {
  expect(rooms.verify({ task: 'T2', prompt: BEFORE })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2', 'T3'].map(task => rooms.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, rooms.verifyProject('')])).not.toContain('The checks that were run.')
})

test('rooms that are to be booked are recognised, other rooms and books are not', () => {
  for (const text of [rooms.description, 'book a meeting room', 'a page to reserve our rooms'])
    expect(rooms.knows(text)).toBe(true)
  for (const text of ['a chat room', 'a list of books', 'a bookshelf for my room'])
    expect(rooms.knows(text)).toBe(false)
})
