import { expect, test } from 'vitest'
import { shortLinks } from './app.ts'

const ANY_PROTOCOL =
  '+  .url({ normalize: true, error: \'Give a web address as "url", like https://example.com/page.\' })'
const OF_THE_WEB = '+  .url({\n+    normalize: true,\n+    protocol: /^https?$/,'

test('addresses of every kind are rejected by their criterion', () => {
  expect(shortLinks.verify({ task: 'T1', prompt: ANY_PROTOCOL })).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { id: 'T1.1', met: true },
      { id: 'T1.2', met: true },
      { id: 'T1.3', met: false },
    ],
  })
})

test('the first answer to the task has the flaw, and the second mends it', () => {
  const [first = '', second = ''] = shortLinks.implement.T1 ?? []
  expect(shortLinks.verify({ task: 'T1', prompt: first })).toMatchObject({ verdict: 'REJECTED' })
  expect(second).toContain('protocol: /^https?$/')
})

test('addresses of the web are approved, also where a diff takes the old line away', () => {
  const mended = `${ANY_PROTOCOL.replace('+', '-')}\n${OF_THE_WEB}`
  expect(shortLinks.verify({ task: 'T1', prompt: mended })).toMatchObject({ verdict: 'APPROVED' })
})

test('the old line is no matter of other tasks', () => {
  expect(shortLinks.verify({ task: 'T2', prompt: ANY_PROTOCOL })).toMatchObject({ verdict: 'APPROVED' })
})

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2', 'T3'].map(task => shortLinks.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, shortLinks.verifyProject('')])).not.toContain('The checks that were run.')
})

test('links that are to be short are recognised, other links are not', () => {
  for (const text of [shortLinks.description, 'a link shortener', 'make my URLs shorter', 'short links'])
    expect(shortLinks.knows(text)).toBe(true)
  for (const text of ['a collection of links', 'a short story', 'cut a shortlist of links'])
    expect(shortLinks.knows(text)).toBe(false)
})
