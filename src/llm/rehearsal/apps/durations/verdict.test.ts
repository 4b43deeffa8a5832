import { expect, test } from 'vitest'
import { durations } from './app.ts'

const OPEN_END = "+  if (fields === null) throw notDuration(text, 'it is not ISO 8601 like PT1H30M')"
const CLOSED_END =
  "+  if (fields === null || OPEN_END.test(text)) throw notDuration(text, 'it is not ISO 8601 like PT1H30M')"

test('a P or T that nothing follows, when it is let through, is rejected by its criterion', () => {
  expect(durations.verify({ task: 'T3', prompt: OPEN_END })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T3.1', met: true },
      { id: 'T3.2', met: true },
      { id: 'T3.3', met: false },
    ],
  })
})

test('the mended guard is approved, also where a diff takes the old line away', () => {
  const mended = `${OPEN_END.replace('+', '-')}\n${CLOSED_END}`
  expect(durations.verify({ task: 'T3', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of other tasks', () => {
  expect(durations.verify({ task: 'T4', prompt: OPEN_END })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2', 'T3', 'T4'].map(task => durations.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, durations.verifyProject('')])).not.toContain('The checks that were run.')
})

test('a library for durations is recognised, other times are not', () => {
  for (const text of [durations.description, durations.precise ?? '', 'parse a duration']) {
    expect(durations.knows(text)).toBe(true)
  }
  for (const text of ['a stopwatch', 'the duration of my holidays', 'parse dates']) {
    expect(durations.knows(text)).toBe(false)
  }
})
