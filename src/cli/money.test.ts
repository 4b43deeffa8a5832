import { expect, test } from 'vitest'
import { moneyOf } from './money.ts'

test('credits are shown with two places and their word', () => {
  const money = moneyOf({ shows: 'credits', creditUsd: '0.01' })
  expect(money.show('12.345678')).toBe('12.35 credits')
  expect(money.show('160')).toBe('160 credits')
  expect(`${money.bare('1')} of ${money.bare('2.5')}${money.unit}`).toBe('1 of 2.50 credits')
})

test.each([
  ['12.345678', '$0.12'],
  ['0', '$0.00'],
  ['1', '$0.01'],
  ['0.05', '$0.0005'],
  ['2500', '$25.00'],
])('where nothing is sold %s credits are %s', (credits, shown) => {
  const money = moneyOf({ shows: 'usd', creditUsd: '0.01' })
  expect(money.show(credits)).toBe(shown)
  expect(`${money.bare(credits)}${money.unit}`).toBe(shown)
})

test('amounts inside of stored data are shown alike, and the word is nowhere', () => {
  const stored = { zip: 'a.zip', spentCredits: '16', quoted: { fromCredits: '12.5' }, files: ['credits'] }
  expect(moneyOf({ shows: 'credits', creditUsd: '0.01' }).inside(stored)).toBe(stored)
  expect(moneyOf({ shows: 'usd', creditUsd: '0.01' }).inside({ ...stored, credits: '1' })).toEqual({
    zip: 'a.zip',
    spent: '$0.16',
    quoted: { from: '$0.13' },
    files: ['credits'],
    amount: '$0.01',
  })
})
