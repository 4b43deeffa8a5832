import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bag, termOf } from './bag.ts'

test('a bag counts every word as often as it was put in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,3}$/)),
      fc.stringMatching(/^[a-z]{1,3}$/),
      (words, absent) => {
        const bag = new Bag(words)
        for (const word of [...words, absent]) {
          expect(bag.count(termOf(word))).toBe(words.filter(one => one === word).length)
        }
        expect(bag.length).toBe(words.length)
      },
    ),
  )
})

test('the hash is FNV-1a', () => {
  expect([termOf(''), termOf('a'), termOf('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
})
