import { expect, test } from 'vitest'
import { perKey } from './perKey.ts'

function counted() {
  const made: (string | undefined)[] = []
  const of = perKey(async apiKey => {
    made.push(apiKey)
    return apiKey
  })
  return { made, of }
}

test('a value is made once for each key, also for no key', async () => {
  const { made, of } = counted()
  for (const key of ['a', 'b', undefined, 'a', undefined]) expect(await of(key)).toBe(key)
  expect(made).toEqual(['a', 'b', undefined])
})

test('no more than the latest sixteen are kept', async () => {
  const { made, of } = counted()
  const keys = Array.from({ length: 17 }, (_, index) => `key-${index}`)
  for (const key of keys) await of(key)
  await of('key-16')
  expect(made).toHaveLength(17)
  await of('key-0')
  expect(made).toHaveLength(18)
})

test('what could not be made is tried again', async () => {
  let tries = 0
  const of = perKey(async () => {
    if (++tries === 1) throw new Error('not yet')
    return tries
  })
  await expect(of('a')).rejects.toThrow('not yet')
  expect(await of('a')).toBe(2)
})
