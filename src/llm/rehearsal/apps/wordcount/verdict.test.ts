import { expect, test } from 'vitest'
import { wordcount } from './app.ts'

const FLAW = '+            print!("{text}");'
const MENDED = '+        Ok(text) => print(&text),'

test('printing that panics on a closed pipe is rejected by its criterion', () => {
  expect(wordcount.verify({ task: 'T2', prompt: FLAW })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T2.1', met: true },
      { id: 'T2.2', met: true },
      { id: 'T2.3', met: false },
    ],
  })
})

test('the mended line is approved, also where a diff takes the old one away', () => {
  const mended = `${FLAW.replace('+', '-')}\n${MENDED}`
  expect(wordcount.verify({ task: 'T2', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of the other task', () => {
  expect(wordcount.verify({ task: 'T1', prompt: FLAW })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2'].map(task => wordcount.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, wordcount.verifyProject('')])).not.toContain('The checks that were run.')
})

test('counting words is recognised, other counting is not', () => {
  for (const text of [wordcount.description, 'count the words of a text', 'which words are most common']) {
    expect(wordcount.knows(text)).toBe(true)
  }
  for (const text of ['a word game', 'count my expenses', 'a crossword']) {
    expect(wordcount.knows(text)).toBe(false)
  }
})
