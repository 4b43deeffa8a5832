import { expect, test } from 'vitest'
import { Bag, termOf } from './bag.ts'
import { coverage, type Fields } from './rank.ts'

function passage(body: string, symbols = '', path = ''): Fields {
  const bag = (text: string) => new Bag(text.split(' ').filter(Boolean))
  return { body: bag(body), symbols: bag(symbols), path: bag(path) }
}

const score = (passages: Fields[], query: string) => [...coverage(passages, query.split(' ').map(termOf))]

test('one occurrence in one of two equally long passages scores as worked out by hand', () => {
  // tf = 1 / (1 - .75 + .75 · 2/2) = 1, so tf / (k1 + tf) = 1 / 2.2; one word, so its idf cancels.
  expect(score([passage('tax rate'), passage('other words')], 'tax')).toEqual([
    expect.closeTo(1 / 2.2, 12),
    0,
  ])
})

test('a definition counts more than a path, and a path more than a mention', () => {
  const [mention = 0, path = 0, symbol = 0] = score(
    [passage('tax', 'b', 'c'), passage('a', 'b', 'tax'), passage('a', 'tax', 'c')],
    'tax',
  )
  expect(symbol).toBeGreaterThan(path)
  expect(path).toBeGreaterThan(mention)
})

test('a rare word counts more than a common one', () => {
  const [rare = 0, common = 0] = score(
    [passage('rare x'), passage('common x'), passage('common y')],
    'rare common',
  )
  expect(rare).toBeGreaterThan(common)
})

test('the same word in a longer passage counts less', () => {
  const [short = 0, long = 0] = score([passage('tax'), passage('tax a b c d e f g')], 'tax')
  expect(short).toBeGreaterThan(long)
})

test('a score is below 1, and words that occur nowhere lower it', () => {
  const passages = [passage('tax '.repeat(1000), 'tax', 'tax')]
  const [all = 0] = score(passages, 'tax')
  const [half = 0] = score(passages, 'tax unheard')
  expect(all).toBeGreaterThan(0.9)
  expect(all).toBeLessThan(1)
  expect(half).toBeLessThan(all / 2)
})

test('nothing asked and nothing there score nothing', () => {
  expect([...coverage([passage('a')], [])]).toEqual([0])
  expect([...coverage([], [termOf('a')])]).toEqual([])
})
