import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inward, outward } from './previewHeaders.ts'

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-authorization',
]

test('what speaks of one connection stays on it, in both directions', () => {
  const given = Object.fromEntries([...HOP_BY_HOP, 'x-named'].map(name => [name, ['x-named']]))
  expect(inward(given)).toEqual({})
  expect(Object.keys(outward(given))).toEqual(['referrer-policy', 'x-robots-tag', 'origin-agent-cluster'])
})

test('our own cookie goes neither way, however it is written', () => {
  const around = fc.constantFrom('', ' ', 'a=1;', 'a=1; b="x"; ', ';;')
  fc.assert(
    fc.property(around, around, (before, after) => {
      const cookie = `${before}${before === '' || /[;\s]$/.test(before) ? '' : ';'}botwright=hush;${after}`
      expect(JSON.stringify(inward({ cookie: [cookie] }))).not.toContain('hush')
      expect(JSON.stringify(outward({ 'set-cookie': [` botwright =hush;${after}`] }))).not.toContain('hush')
    }),
  )
})

test.each([
  ['a=1; Domain=example.net', 'a=1'],
  ['a=1;DOMAIN = .example.net ; Path=/', 'a=1; Path=/'],
  ['a=1; domain', 'a=1'],
  ['a=Domain=x; Path=/domain', 'a=Domain=x; Path=/domain'],
])('the cookie %o is set as %o', (cookie, set) => {
  expect(outward({ 'set-cookie': [cookie] })['set-cookie']).toEqual([set])
})

test('several lines of a header stay several', () => {
  expect(outward({ link: ['<a>', '<b>'], vary: ['x'] })).toMatchObject({ link: ['<a>', '<b>'], vary: 'x' })
})
