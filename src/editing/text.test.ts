import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf, readText, replacePlace, writeText } from './text.ts'

function replaced(content: string, from: number, to: number, ...lines: string[]) {
  return writeText(replacePlace(readText(content), { from, to, lines }))
}

test('any text is written as it was read', () => {
  assert(property(string(), content => writeText(readText(content)) === content))
  for (const content of ['', '\n', 'a', 'a\n', '\uFEFFa\r\nb', 'a\r\nb\nc\rd\r', '\r\n\r\n']) {
    expect(writeText(readText(content))).toBe(content)
  }
})

test.each([
  ['a\nb\nc\n', 1, 2, ['x', 'y'], 'a\nx\ny\nc\n'],
  ['a\r\nb\r\n', 1, 2, ['x', 'y'], 'a\r\nx\r\ny\r\n'],
  ['\uFEFFa\nb', 0, 1, ['x'], '\uFEFFx\nb'],
  ['a\nb', 1, 2, ['b', 'c'], 'a\nb\nc'],
  ['a\nb', 1, 2, [], 'a'],
  ['a\nb\n', 0, 2, [], ''],
  ['', 0, 0, ['a'], 'a\n'],
  ['a\nb\r\nc\nd\n', 0, 4, ['a', 'b', 'x', 'd'], 'a\nb\r\nx\nd\n'],
])('%j keeps its line ends', (content, from, to, lines, after) => {
  expect(replaced(content, from, to, ...lines)).toBe(after)
})

test('a half of a block is whole lines', () => {
  expect(linesOf('')).toEqual([])
  expect(linesOf('\n')).toEqual([''])
  expect(linesOf('a\r\nb\n')).toEqual(['a', 'b'])
  expect(linesOf('a')).toEqual(['a'])
})
