import { expect, test } from 'vitest'
import { Haystack } from './haystack.ts'
import { locate } from './match.ts'

/** The file after the block, or why not. */
function matched(file: string[], search: string[], replace: string[]) {
  const lookup = locate(new Haystack(file), { search, replace })
  if (lookup.kind !== 'found') return lookup
  const after = lookup.places
    .toReversed()
    .reduce((lines, place) => lines.toSpliced(place.from, place.to - place.from, ...place.lines), file)
  return { rule: lookup.rule, after }
}

test('exact lines are replaced', () => {
  expect(matched(['a', 'b', 'c'], ['b'], ['x', 'y'])).toEqual({ rule: 'exact', after: ['a', 'x', 'y', 'c'] })
})

test('part of a line is not a match', () => {
  expect(matched(['const ab = 1'], ['const a'], ['x'])).toEqual({ kind: 'none' })
})

test('an exact match comes before a looser one elsewhere', () => {
  expect(matched(['a  ', 'a'], ['a'], ['x'])).toEqual({ rule: 'exact', after: ['a  ', 'x'] })
})

test('trailing white space is ignored, and kept on lines that only repeat', () => {
  expect(matched(['a  ', 'b\t', 'c'], ['a', 'b'], ['a', 'x'])).toEqual({
    rule: 'trailing-space',
    after: ['a  ', 'x', 'c'],
  })
})

test.each([
  [
    'more',
    ['if x:', '    a', '', '      b'],
    ['a', '', '  b'],
    ['a', '  x', '', 'y'],
    ['if x:', '    a', '      x', '', '    y'],
  ],
  ['less', ['a', '  b'], ['    a', '      b'], ['    a', '      x'], ['a', '  x']],
  ['by tabs', ['\tif (x) {', '\t\ta()', '\t}'], ['if (x) {', '\ta()', '}'], ['b()'], ['\tb()']],
  ['by one line', ['f(', '    a,', ')'], ['a,'], ['a,', 'b,'], ['f(', '    a,', '    b,', ')']],
  ['blank first', ['x', '', '  a', '  b'], ['', 'a', 'b'], ['', 'a', 'c'], ['x', '', '  a', '  c']],
])('one uniform shift of the indentation is taken over (%s)', (_, file, search, replace, after) => {
  expect(matched(file, search, replace)).toEqual({ rule: 'indentation', after })
})

test.each([
  ['two shifts', ['    a', '  b'], ['a', 'b']],
  ['spaces for tabs inside', ['a', '\tb'], ['a', '    b']],
  ['another structure', ['  a', '  b'], ['a', '  b']],
])('%s in one block do not match', (_, file, search) => {
  expect(matched(file, search, ['x'])).toEqual({ kind: 'none' })
})

test('a replacement that cannot be shifted does not match', () => {
  expect(matched(['a', 'b'], ['  a', '  b'], ['x'])).toEqual({ kind: 'none' })
})

test('blank lines around the block are dropped on both sides', () => {
  expect(matched(['a', 'b'], ['', 'a', ''], ['', 'x', ''])).toEqual({
    rule: 'blank-lines',
    after: ['x', 'b'],
  })
})

test('only as many blank lines are dropped as SEARCH had too many', () => {
  expect(matched(['a', 'b'], ['', 'a'], ['', '', 'x', ''])).toEqual({
    rule: 'blank-lines',
    after: ['', 'x', '', 'b'],
  })
})

test('look-alike quotes, dashes and spaces match, and lines that only repeat keep theirs', () => {
  const file = ['say(“hi”)', 'a\u00A0– b', 'c']
  expect(matched(file, ['say("hi")', 'a - b', 'c'], ['say("hi")', 'a - b', 'd'])).toEqual({
    rule: 'look-alikes',
    after: ['say(“hi”)', 'a\u00A0– b', 'd'],
  })
})

test('other letters that look alike do not match', () => {
  expect(matched(['аbc'], ['abc'], ['x'])).toEqual({ kind: 'none' })
})

test('pieces between dots are replaced each in its place', () => {
  const file = ['def a():', '  one', '  two', '  three', 'end']
  expect(matched(file, ['def a():', '...', 'end'], ['def b():', '...', 'END'])).toEqual({
    rule: 'elision',
    after: ['def b():', '  one', '  two', '  three', 'END'],
  })
})

test('dots at the edge of a block elide nothing away', () => {
  expect(matched(['a', 'b', 'c'], ['...', 'b', '...'], ['...', 'x', '...'])).toEqual({
    rule: 'elision',
    after: ['a', 'x', 'c'],
  })
})

test('a piece that stands twice is ambiguous', () => {
  expect(matched(['a', 'b', 'a', 'c'], ['a', '...', 'c'], ['x', '...', 'c'])).toMatchObject({
    kind: 'ambiguous',
    lines: [1, 3],
  })
})

test.each([
  ['without a pair', ['a', '...', 'c'], ['x', 'c']],
  ['other in REPLACE', ['a', '...', 'c'], ['x', '// ... existing code ...', 'c']],
  ['in the wrong order', ['c', '...', 'a'], ['c', '...', 'x']],
  ['with text where SEARCH has none', ['...', 'c'], ['x', '...', 'c']],
])('dots %s do not match', (_, search, replace) => {
  expect(matched(['a', 'b', 'c'], search, replace)).toEqual({ kind: 'none' })
})

test('dots that stand in the file are matched as text', () => {
  expect(matched(['def a():', '  ...'], ['def a():', '  ...'], ['def a():', '  pass'])).toEqual({
    rule: 'exact',
    after: ['def a():', '  pass'],
  })
})

test.each([
  ['exactly', ['a', 'b', 'a'], ['a'], 'exact', [1, 3]],
  ['overlapping', ['a', 'a', 'a'], ['a', 'a'], 'exact', [1, 2]],
  ['but for trailing space', ['a ', 'b', 'a\t'], ['a'], 'trailing-space', [1, 3]],
  ['at several indentations', ['  a', 'b', '    a'], ['a'], 'indentation', [1, 3]],
])('a text that stands twice (%s) is ambiguous', (_, file, search, rule, lines) => {
  expect(matched(file, search, ['x'])).toEqual({ kind: 'ambiguous', rule, lines })
})

test('repeated lines are searched in linear time', () => {
  const started = performance.now()
  const lookup = locate(new Haystack(Array(50_000).fill('  a')), {
    search: [...Array(25_000).fill('a'), 'b'],
    replace: [],
  })
  expect(lookup).toEqual({ kind: 'none' })
  expect(performance.now() - started).toBeLessThan(3_000)
})
