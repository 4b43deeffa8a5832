import { expect, test } from 'vitest'
import { worthIndexing } from './worthIndexing.ts'

test('code and prose are worth indexing', () => {
  for (const path of ['src/main.ts', 'README.md', 'Makefile', 'distance/a.py', 'src/vendors.ts', 'lock.ts']) {
    expect(worthIndexing(path, 'text'), path).toBe(true)
  }
})

test('lock files, vendored folders and generated files are not', () => {
  for (const path of [
    'package-lock.json',
    'web/yarn.lock',
    'Cargo.lock',
    'node_modules/a/b.js',
    'x/vendor/y.go',
    'a.min.js',
    'a.js.map',
  ]) {
    expect(worthIndexing(path, 'text'), path).toBe(false)
  }
})

test('binary and very large files are not', () => {
  expect(worthIndexing('a.txt', 'a\0b')).toBe(false)
  expect(worthIndexing('a.txt', 'x'.repeat(1024 * 1024))).toBe(true)
  expect(worthIndexing('a.txt', 'x'.repeat(1024 * 1024 + 1))).toBe(false)
})
