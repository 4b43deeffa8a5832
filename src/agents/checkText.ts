import { cut, section } from './section.ts'

/** A check that was run on the tree: a compiler, a linter, a test. A hidden test names its criterion and no output. */
export type CheckReport = {
  name: string
  passed: boolean
  output: string
  /** How many tests there were, in words. */
  tests?: string
  /** Run twice on the same files it ended both ways; names of the tests that did, where they are known. */
  flaky?: readonly string[]
}

/** Of one check; a failing test says what matters at its start and its end. */
const OUTPUT_CHARACTERS_MAX = 4_000

const CHECKS_CHARACTERS_MAX = 30_000

/** What was run and how it ended; the output only of what failed. */
export function checksSection(checks: readonly CheckReport[]): string {
  const shown = checks.filter(each => !each.passed || each.flaky !== undefined)
  const lines = [
    ...checks.map(checkLine),
    ...shown.map(each => `Output of ${each.name}:\n${cut(each.output, OUTPUT_CHARACTERS_MAX)}`),
  ]
  return section('Checks that were run', lines.join('\n') || '(none)', CHECKS_CHARACTERS_MAX)
}

const NAMES_MAX = 20

/** `passed: test (12 tests passed; FLAKY: it failed and then passed on the same files: adds)` */
function checkLine({ name, passed, tests, flaky }: CheckReport): string {
  const names = flaky?.slice(0, NAMES_MAX).join(', ') ?? ''
  const said =
    flaky && `FLAKY: it failed and then passed on the same files${names === '' ? '' : `: ${names}`}`
  const more = [tests, said].filter(each => each !== undefined)
  return `${passed ? 'passed' : 'FAILED'}: ${name}${more.length === 0 ? '' : ` (${more.join('; ')})`}`
}
