import type { CheckView } from './api.ts'
import { showCount } from './show.ts'

/** What was said of the tests in a check, and of its second run. */
export type TestsView = NonNullable<CheckView['tests']>
type AgainView = NonNullable<CheckView['again']>

/** `12 tests passed`, `1 of 13 tests failed, 2 skipped` */
export function testWords({ passed, failed, skipped }: TestsView): string {
  const ran = showCount(passed + failed, 'test')
  const words = failed === 0 ? `${ran} passed` : `${failed} of ${ran} failed`
  return skipped === 0 ? words : `${words}, ${skipped} skipped`
}

/** What came of the second run of a check that failed. */
export function againWords({ passed, changed }: AgainView): string {
  if (!passed) return 'It was run once more on a fresh copy, and failed again.'
  const names = changed.length === 0 ? '' : ` It depends on chance: ${changed.join(', ')}.`
  return `It failed, and passed when it was run once more on a fresh copy of the same files.${names}`
}
