import { expect, test } from 'vitest'
import { MAX_NEAREST_SHOWN_LINES } from './limits.ts'
import { nearestPaths, nearestText } from './nearest.ts'

const FILE = ['import x', '', 'function area(w, h) {', '  return w * h', '}', '', 'const z = 1']

test('the nearest text is the stretch that shares most words', () => {
  expect(nearestText(FILE, ['function area(width, h) {', '  return width * h', '}'])).toEqual({
    line: 3,
    text: 'function area(w, h) {\n  return w * h\n}',
  })
})

test('text that shares little has no nearest', () => {
  expect(nearestText(FILE, ['SELECT name FROM users'])).toBeUndefined()
  expect(nearestText([], ['a'])).toBeUndefined()
})

test('a longer search than the file is compared with all of it', () => {
  expect(nearestText(['a b', 'c d'], ['a b', 'c d', 'e'])?.line).toBe(1)
})

test('what is shown is bounded', () => {
  const lines = Array.from({ length: 100 }, (_, at) => `line ${at} ${'x'.repeat(1000)}`)
  const text = nearestText(lines, lines.slice(10, 90))?.text ?? ''
  expect(text.split('\n')).toHaveLength(MAX_NEAREST_SHOWN_LINES)
  expect(text.length).toBeLessThan(4_000)
})

test('a path with the same file name elsewhere is suggested', () => {
  expect(nearestPaths('lib/a.ts', ['src/a.ts', 'src/b.ts', 'A.ts'])).toEqual(['src/a.ts', 'A.ts'])
})

test('words far apart do not add up', () => {
  const file = ['alpha', 'x', 'beta', 'x', 'gamma', 'x', 'delta', 'y', 'alpha beta', 'gamma z']
  expect(nearestText(file, ['alpha beta', 'gamma delta'])?.line).toBe(9)
})
