import { expect, test } from 'vitest'
import { tally } from './app.ts'

const IN_PLACE =
  '+        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\\n", encoding="utf-8")'
const IN_ONE_STEP =
  '+        replace(path.resolve(), json.dumps(content, ensure_ascii=False, indent=1) + "\\n")'

test('a log that is written in place is rejected by its criterion', () => {
  expect(tally.verify({ task: 'T1', prompt: IN_PLACE })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T1.1', met: true },
      { id: 'T1.2', met: true },
      { id: 'T1.3', met: false },
    ],
  })
})

test('a log that is replaced in one step is approved, also where a diff takes the old line away', () => {
  const mended = `${IN_PLACE.replace('+', '-')}\n${IN_ONE_STEP}`
  expect(tally.verify({ task: 'T1', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of other tasks', () => {
  expect(tally.verify({ task: 'T2', prompt: IN_PLACE })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2', 'T3', 'T4', 'T5'].map(task => tally.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, tally.verifyProject('')])).not.toContain('The checks that were run.')
})

test('an expense log is recognised, a bill to split is not', () => {
  for (const text of [tally.description, 'track my expenses', 'what did I spend?'])
    expect(tally.knows(text)).toBe(true)
  for (const text of ['split the expenses of a trip', 'an expansive game'])
    expect(tally.knows(text)).toBe(false)
})
