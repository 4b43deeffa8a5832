import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunkText } from './chunk.ts'

const statements = (count: number) => Array.from({ length: count }, (_, index) => `  step(${index})`)

test('a short file is one chunk', () => {
  expect(chunkText('a.ts', 'one\ntwo\n')).toEqual([{ fromLine: 1, toLine: 2, text: 'one\ntwo' }])
})

test('a window ends where a definition starts at the margin', () => {
  const lines = [
    'function first() {',
    ...statements(20),
    '',
    ...statements(15),
    '}',
    'function second() {',
    ...statements(20),
    '}',
  ]
  expect(chunkText('a.ts', lines.join('\n')).map(chunk => [chunk.fromLine, chunk.toLine])).toEqual([
    [1, 38],
    [39, 60],
  ])
})

test('without a definition a window ends at an empty line', () => {
  const lines = [...statements(30), '', ...statements(40)]
  expect(chunkText('a.ts', lines.join('\n')).map(chunk => [chunk.fromLine, chunk.toLine])).toEqual([
    [1, 31],
    [32, 71],
  ])
})

test('without any good place windows of 40 lines overlap by 5', () => {
  const chunks = chunkText('a.ts', statements(100).join('\n'))
  expect(chunks.map(chunk => [chunk.fromLine, chunk.toLine])).toEqual([
    [1, 40],
    [36, 75],
    [71, 100],
  ])
})

test('Markdown is cut at headings, not at comments in code', () => {
  const text = '# Title\nintro\n\n## Install\n```sh\n# not a heading\nnpm install\n```\n## Use\nrun it\n'
  expect(chunkText('README.md', text).map(chunk => chunk.text.split('\n')[0])).toEqual([
    '# Title',
    '## Install',
    '## Use',
  ])
})

test('a minified line is one bounded chunk', () => {
  const [chunk, ...others] = chunkText('a.js', 'x=1;'.repeat(200_000))
  expect(others).toEqual([])
  expect(chunk?.text.length).toBeLessThan(1100)
})

test('long lines make short chunks', () => {
  const chunks = chunkText('a.json', Array.from({ length: 20 }, () => 'x'.repeat(3000)).join('\n'))
  expect(chunks.map(chunk => [chunk.fromLine, chunk.toLine]).slice(0, 2)).toEqual([
    [1, 4],
    [4, 7],
  ])
})

test('an empty file has no chunk', () => {
  expect([chunkText('a.ts', ''), chunkText('a.ts', '\n \n\n'), chunkText('a.md', '')]).toEqual([[], [], []])
})

const line = fc.oneof(
  fc.constantFrom('', '  indented()', 'export function named() {', '# heading', '```', '}', 'x'.repeat(3000)),
  fc.string({ maxLength: 30 }).map(text => text.replace(/[\r\n]/g, '')),
)

test('every line that is not blank is in a chunk, chunks are in order, bounded, and hold exactly their lines', () => {
  fc.assert(
    fc.property(fc.constantFrom('a.ts', 'a.md', 'a'), fc.array(line, { maxLength: 200 }), (path, lines) => {
      const chunks = chunkText(path, lines.join('\n'))
      const isCovered = (at: number) => chunks.some(({ fromLine, toLine }) => fromLine <= at && at <= toLine)
      const told = lines
        .map((text, index) => ({ text, at: index + 1 }))
        .filter(({ text }) => text.trim() !== '')
      expect(told.filter(({ at }) => !isCovered(at))).toEqual([])
      for (const [index, chunk] of chunks.entries()) {
        expect(chunk.fromLine).toBeGreaterThan(chunks[index - 1]?.fromLine ?? 0)
        expect(chunk.toLine - chunk.fromLine).toBeLessThan(50)
        expect(chunk.text.length).toBeLessThan(5100)
        expect(chunk.text.split('\n')).toHaveLength(chunk.toLine - chunk.fromLine + 1)
        expect(chunk.text.split('\n')[0]?.slice(0, 1000)).toBe(lines[chunk.fromLine - 1]?.slice(0, 1000))
      }
    }),
  )
})
