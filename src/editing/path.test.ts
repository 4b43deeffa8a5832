import { expect, test } from 'vitest'
import { MAX_PATH_BYTES, MAX_PATH_DEPTH, MAX_SEGMENT_BYTES } from './limits.ts'
import { collision, pathFault } from './path.ts'

test.each([
  'a',
  'src/a.ts',
  '.gitignore',
  '.github/x.yml',
  'src/[id]/page (1).tsx',
  'docs/é.md',
  'a..b',
  'git/x',
  'console.ts',
  'common.py',
  '.env',
])('%s is a safe path', path => {
  expect(pathFault(path)).toBeUndefined()
})

test.each([
  '',
  '/etc/passwd',
  '~/x',
  '../x',
  'a/../../x',
  './x',
  'a//b',
  'a/',
  '.',
  'a\\b',
  '..\\x',
  'C:/x',
  'C:\\x',
  'a:stream',
  '.git/config',
  'src/.git/hooks/x',
  '.GIT/config',
  '.git./config',
  '.git /config',
  'GIT~1/config',
  '.g\u200Cit/config',
  'a\0b',
  'a\nb',
  'a\x7Fb',
  'a\u0085b',
  'a\u202Etxt.exe',
  '\uFEFFa',
  'a\uD800b',
  'con',
  'src/NUL.txt',
  'aux.c',
  'COM1',
  'lpt9.log',
  'com¹',
  'conin$',
  'a.',
  'a ',
  ' a',
  'a/b /c',
  'a?b',
  'a*',
  'a|b',
  'e\u0301.md',
])('%j is refused', path => {
  expect(pathFault(path)).toMatch(/^The path|^A part/)
})

test('length, depth and names have caps', () => {
  const atDepth = Array(MAX_PATH_DEPTH).fill('a').join('/')
  expect(pathFault(atDepth)).toBeUndefined()
  expect(pathFault(`${atDepth}/a`)).toBeDefined()
  expect(pathFault('x'.repeat(MAX_SEGMENT_BYTES))).toBeUndefined()
  expect(pathFault('x'.repeat(MAX_SEGMENT_BYTES + 1))).toBeDefined()
  expect(pathFault('é'.repeat(MAX_SEGMENT_BYTES / 2 + 1))).toBeDefined()
  expect(pathFault(`${'xxxxxxxxx/'.repeat(10)}${'y'.repeat(MAX_PATH_BYTES - 100)}`)).toBeUndefined()
  expect(pathFault(`${'xxxxxxxxxxxxxxxxxxx/'.repeat(10)}y`)).toBeDefined()
})

test.each([
  ['README.md', 'readme.md'],
  ['Src/b.ts', 'src/a.ts'],
  ['src/a.ts/x', 'src/a.ts'],
  ['src', 'src/a.ts'],
  ['STRASSE', 'straße'],
])('%s collides with %s', (path, other) => {
  expect(collision(path, ['z', other])).toBe(other)
})

test('other names do not collide', () => {
  expect(collision('src/b.ts', ['src/a.ts', 'lib/B.ts', 'srcs', 'b.ts'])).toBeUndefined()
})
