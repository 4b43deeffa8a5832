import { expect, test } from 'vitest'
import { ids } from './app.ts'

const FLAW = '+\tserver := &http.Server{Handler: Handler()}'
const MENDED = '+\tserver := &http.Server{\n+\t\tHandler: Handler(),\n+\t\tReadHeaderTimeout: headersTimeout,'

test('a server without time limits is rejected by its criterion', () => {
  expect(ids.verify({ task: 'T2', prompt: FLAW })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T2.1', met: true },
      { id: 'T2.2', met: true },
      { id: 'T2.3', met: false },
      { id: 'T2.4', met: true },
    ],
  })
})

test('the mended line is approved, also where a diff takes the old one away', () => {
  const mended = `${FLAW.replace('+', '-')}\n${MENDED}`
  expect(ids.verify({ task: 'T2', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of the other task', () => {
  expect(ids.verify({ task: 'T1', prompt: FLAW })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2'].map(task => ids.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, ids.verifyProject('')])).not.toContain('The checks that were run.')
})

test('a service for ids is recognised, other ids are not', () => {
  for (const text of [ids.description, 'hand out unique ids', 'a service that makes UUIDs']) {
    expect(ids.knows(text)).toBe(true)
  }
  for (const text of ['check the ids of my guests at the door', 'a photo album', 'make a shop']) {
    expect(ids.knows(text)).toBe(false)
  }
})
