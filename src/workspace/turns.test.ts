import { expect, test } from 'vitest'
import { inTurn } from './turns.ts'

test('works with one key run one after another, in order, also after a failure', async () => {
  const seen: string[] = []
  const work = (name: string) => async () => {
    seen.push(`${name} begins`)
    await Promise.resolve()
    seen.push(`${name} ends`)
    if (name === 'a') throw new Error('a failed')
    return name
  }
  const results = await Promise.allSettled([
    inTurn('k', work('a')),
    inTurn('k', work('b')),
    inTurn('k', work('c')),
  ])
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect(results.map(result => result.status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})

test('works with different keys do not wait for each other', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const waiting = inTurn('one', () => promise)
  expect(await inTurn('two', async () => 'two')).toBe('two')
  resolve('one')
  expect(await waiting).toBe('one')
})
