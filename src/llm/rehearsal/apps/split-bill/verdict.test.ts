import { expect, test } from 'vitest'
import { splitBill } from './app.ts'

const UNGUARDED = '+  const kept = recall(window.localStorage)'
const GUARDED = '+const storage = storageOf(window)\n+  const kept = recall(storage)'

test('storage that is asked for outside of a guard is rejected by its criterion', () => {
  expect(splitBill.verify({ task: 'T3', prompt: UNGUARDED })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T3.1', met: true },
      { id: 'T3.2', met: false },
    ],
  })
})

test('guarded storage is approved, also where a diff takes the unguarded line away', () => {
  const mended = `${UNGUARDED.replace('+', '-')}\n${GUARDED}`
  expect(splitBill.verify({ task: 'T3', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the unguarded line is no matter of other tasks', () => {
  expect(splitBill.verify({ task: 'T4', prompt: UNGUARDED })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2', 'T3', 'T4'].map(task => splitBill.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, splitBill.verifyProject('')])).not.toContain('The checks that were run.')
})

test('a shared bill is recognised, other bills are not', () => {
  for (const text of [splitBill.description, splitBill.precise ?? '', 'share the tip with friends']) {
    expect(splitBill.knows(text)).toBe(true)
  }
  for (const text of ['a billing system', 'track my bills', 'split a text file']) {
    expect(splitBill.knows(text)).toBe(false)
  }
})
