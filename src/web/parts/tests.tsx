import type { TestsView } from '../checkWords.ts'
import { testWords } from '../checkWords.ts'
import { showDuration } from '../show.ts'
import { Fold } from './fold.tsx'
import { Mark } from './mark.tsx'

type TestView = TestsView['list'][number]

const MARKS = { passed: 'good', failed: 'bad', skipped: 'skipped' } as const

/** The tests of a check by name, failed ones first; open where one failed. */
export function Tests({ label, tests }: { label: string; tests: TestsView }) {
  const { passed, failed, skipped, list } = tests
  const more = passed + failed + skipped - list.length
  return (
    <Fold title={testWords(tests)} open={failed > 0}>
      <ul aria-label={label} className="space-y-1 py-1 text-sm">
        {list.map((test, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tests of one run never move, and two may have one name
          <Test key={at} test={test} />
        ))}
        {more > 0 && <li className="text-soft">and {more} more</li>}
      </ul>
    </Fold>
  )
}

function Test({ test: { name, file, outcome, ms, message } }: { test: TestView }) {
  return (
    <li className="flex gap-2">
      <Mark kind={MARKS[outcome]} says={outcome} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        {name}
        {file && <span className="ml-1.5 font-mono text-xs text-soft">{file}</span>}
        {message && <span className="block font-mono text-xs whitespace-pre-wrap text-soft">{message}</span>}
      </span>
      {ms !== undefined && <span className="numbers shrink-0 text-xs text-soft">{showDuration(ms)}</span>}
    </li>
  )
}
