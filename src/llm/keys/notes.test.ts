import { expect, test } from 'vitest'
import { NOW_MS, stillClock } from '../../../tests/set-up/keys.ts'
import { openNotes } from './notes.ts'

const row = (id: string, usedMs?: number) => ({
  id,
  lastUsedAt: usedMs === undefined ? null : new Date(usedMs),
})

test('a later, shorter rest shortens nothing', () => {
  const notes = openNotes(stillClock())
  notes.rest('a', NOW_MS + 60)
  notes.rest('a', NOW_MS + 10)
  expect(notes.restsUntilMs('a')).toBe(NOW_MS + 60)
  notes.rest('a', NOW_MS + 61)
  expect(notes.restsUntilMs('a')).toBe(NOW_MS + 61)
})

test('a rest is forgotten when it is over, in that very millisecond', () => {
  const clock = stillClock()
  const notes = openNotes(clock)
  notes.rest('a', NOW_MS + 2)
  clock.pass(1)
  expect(notes.resting()).toEqual(['a'])
  clock.pass(1)
  expect([notes.resting(), notes.restsUntilMs('a')]).toEqual([[], 0])
})

test('the turn goes by what was lent here and elsewhere, whichever is later', () => {
  const notes = openNotes(stillClock())
  for (const id of ['b', 'a']) notes.lend(id)
  const rows = [row('a'), row('b'), row('c', NOW_MS + 5), row('d', NOW_MS - 5), row('e')]
  expect(notes.inTurn(rows).map(({ id }) => id)).toEqual(['e', 'd', 'b', 'a', 'c'])
})
