import type { TestOutcome } from './reports/outcome.ts'

/** The tests of a check as they are kept: how many there were, and the first of them by name, failed ones first. */
export type NamedTests = { passed: number; failed: number; skipped: number; list: TestOutcome[] }

const LISTED_MAX = 200
const MESSAGES_MAX = 20

export function namedTests(tests: readonly TestOutcome[]): NamedTests {
  const by = Object.groupBy(tests, ({ outcome }) => outcome)
  const { failed = [], passed = [], skipped = [] } = by
  const list = [...failed, ...passed, ...skipped].slice(0, LISTED_MAX)
  return {
    passed: passed.length,
    failed: failed.length,
    skipped: skipped.length,
    list: list.map(({ message, ...test }, at) =>
      message === undefined || at >= MESSAGES_MAX ? test : { ...test, message },
    ),
  }
}

/** `12 tests passed`, `1 of 13 tests failed, 2 skipped` */
export function countWords({ passed, failed, skipped }: Omit<NamedTests, 'list'>): string {
  const ran = passed + failed
  const tests = `${ran} ${ran === 1 ? 'test' : 'tests'}`
  const words = failed === 0 ? `${tests} passed` : `${failed} of ${tests} failed`
  return skipped === 0 ? words : `${words}, ${skipped} skipped`
}
