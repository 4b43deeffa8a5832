import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cut, label, section } from './section.ts'

test('a short text is not cut', () => {
  expect(cut('short', 10)).toBe('short')
})

test('a long text keeps its beginning and its end and says what is gone', () => {
  const shown = cut(`begin${'x'.repeat(1_000)}end`, 200)
  expect(shown).toMatch(/^begin.*\[… \d+ or more characters left out here …\].*end$/s)
})

test('a cut text is never longer than asked and always well formed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(300), (text, max) => {
      const shown = cut(text, max)
      expect(shown.length).toBeLessThanOrEqual(max)
      expect(shown.isWellFormed()).toBe(true)
    }),
  )
})

test('a label is one line whatever its value holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_200 }), value => {
      expect(label('App', value).split('\n')).toHaveLength(1)
    }),
  )
})

test('a section closes with the mark that opened it, and another text has another mark', () => {
  expect(section('Code', 'one', 10)).toMatch(/^Code:\n\[data (\w{12})\]\none\n\[end \1\]$/)
  expect(section('Code', 'two', 10)).not.toContain(/\w{12}/.exec(section('Code', 'one', 10))?.[0] ?? 'none')
})
