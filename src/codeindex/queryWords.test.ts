import { expect, test } from 'vitest'
import { isTestPath, queryWords, speaksOfTests } from './queryWords.ts'

test('words that only hold a sentence together are left out, unless there are no others', () => {
  expect(queryWords('Where is the price of the price list?')).toEqual(['price', 'list'])
  expect(queryWords('who is it')).toEqual(['who', 'is', 'it'])
})

test('a very long query is bounded', () => {
  expect(queryWords(Array.from({ length: 500 }, (_, index) => `w${index}`).join(' '))).toHaveLength(128)
})

test('test files are known by the habits of each language', () => {
  const tests = [
    'src/a.test.ts',
    'tests/a.py',
    'pkg/a_test.go',
    'a_spec.rb',
    'test_a.py',
    'x/conftest.py',
    'src/LedgerTest.java',
    'web/__tests__/a.js',
  ]
  const others = [
    'src/contest.ts',
    'src/latest/a.ts',
    'testing.md',
    'src/attest.py',
    'src/specification.ts',
    'src/Test.java',
  ]
  expect([...tests, ...others].filter(isTestPath)).toEqual(tests)
})

test('a query speaks of tests by its words', () => {
  expect(speaksOfTests(queryWords('unit tests of the ledger'))).toBe(true)
  expect(speaksOfTests(queryWords('latest ledger'))).toBe(false)
})
