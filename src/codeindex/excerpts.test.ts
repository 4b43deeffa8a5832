import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Excerpts } from './excerpts.ts'

test('lines that touch or overlap become one excerpt, each line once', () => {
  const excerpts = new Excerpts(1000)
  excerpts.addWhole('a', 3, ['3', '4'])
  excerpts.addWhole('b', 1, ['1'])
  excerpts.addWhole('a', 5, ['5'])
  excerpts.addWhole('a', 9, ['9'])
  excerpts.addWhole('a', 1, ['1', '2', '3'])
  expect(excerpts.all()).toEqual([
    { path: 'a', fromLine: 1, toLine: 5, text: '1\n2\n3\n4\n5' },
    { path: 'a', fromLine: 9, toLine: 9, text: '9' },
    { path: 'b', fromLine: 1, toLine: 1, text: '1' },
  ])
})

test('what does not fit is left out whole, or after the lines that fit', () => {
  const excerpts = new Excerpts(8)
  excerpts.addWhole('a', 1, ['12345678'])
  excerpts.addBeginning('b', 1, ['12', '34', '56'])
  excerpts.addWhole('c', 1, ['7'])
  expect(excerpts.all().map(({ path, text }) => [path, text])).toEqual([
    ['b', '12\n34'],
    ['c', '7'],
  ])
})

test('a line that is there already costs nothing', () => {
  const excerpts = new Excerpts(6)
  excerpts.addWhole('a', 1, ['12', '34'])
  excerpts.addWhole('a', 1, ['12', '34'])
  expect(excerpts.all()).toEqual([{ path: 'a', fromLine: 1, toLine: 2, text: '12\n34' }])
  const roomy = new Excerpts(9)
  roomy.addWhole('a', 1, ['12', '34'])
  roomy.addWhole('a', 2, ['34', '56'])
  expect(roomy.all()[0]?.toLine).toBe(3)
})

test('the excerpts never exceed the budget and never show a line twice', () => {
  const part = fc.record({
    path: fc.constantFrom('a', 'b'),
    fromLine: fc.integer({ min: 1, max: 12 }),
    count: fc.nat(6),
    whole: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(part), fc.nat(200), (parts, charsMax) => {
      const excerpts = new Excerpts(charsMax)
      for (const { path, fromLine, count, whole } of parts) {
        const lines = Array.from({ length: count }, (_, index) => `line ${fromLine + index}`)
        if (whole) excerpts.addWhole(path, fromLine, lines)
        else excerpts.addBeginning(path, fromLine, lines)
      }
      const all = excerpts.all()
      expect(all.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(charsMax)
      const shown = all.flatMap(({ path, text }) => text.split('\n').map(line => `${path} ${line}`))
      expect(new Set(shown).size).toBe(shown.length)
      for (const { fromLine, toLine, text } of all) {
        expect(text.split('\n')).toEqual(
          Array.from({ length: toLine - fromLine + 1 }, (_, index) => `line ${fromLine + index}`),
        )
      }
    }),
  )
})
