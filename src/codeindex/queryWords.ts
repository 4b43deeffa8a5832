import { tokens } from './tokenise.ts'

/**
 * The different words of a query in their order, at most 128. Words that only hold an English sentence together are left
 * out, unless there are no others.
 */
export function queryWords(query: string): string[] {
  const words = [...new Set(tokens(query))]
  const telling = words.filter(word => !STOP_WORDS.has(word))
  return (telling.length > 0 ? telling : words).slice(0, WORDS_MAX)
}

/** Whether the query is about tests, so that test files are what it wants. */
export function speaksOfTests(words: readonly string[]): boolean {
  return words.some(word => TEST_WORDS.has(word))
}

/** Whether a file holds tests, by the habits of the common languages. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path)
}

const WORDS_MAX = 128

const STOP_WORDS: ReadonlySet<string> = new Set(
  'a an and are as at be by can do does how i in is it of on or should that the there this to was we what when where which who why will with you'.split(
    ' ',
  ),
)

const TEST_WORDS: ReadonlySet<string> = new Set(
  'test tests tested testing spec specs fixture fixtures e2e'.split(' '),
)

// tests/, __tests__/, e2e/; x.test.ts, x_test.go, x_spec.rb; test_x.py, conftest.py; XTest.java, XTests.cs.
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|testdata)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)(?:test_[^/]*|conftest)\.py$|[a-z]Tests?\.(?:java|kt|cs|scala|php|swift)$/
