import { cut, section } from './section.ts'

/** A check that was run on the tree: a compiler, a linter, a test. A hidden test names its criterion and no output. */
export type CheckReport = { name: string; passed: boolean; output: string }

/** Of one check; a failing test says what matters at its start and its end. */
const OUTPUT_CHARACTERS_MAX = 4_000

const CHECKS_CHARACTERS_MAX = 30_000

/** What was run and how it ended; the output only of what failed. */
export function checksSection(checks: readonly CheckReport[]): string {
  const failed = checks.filter(each => !each.passed)
  const lines = [
    ...checks.map(each => `${each.passed ? 'passed' : 'FAILED'}: ${each.name}`),
    ...failed.map(each => `Output of ${each.name}:\n${cut(each.output, OUTPUT_CHARACTERS_MAX)}`),
  ]
  return section('Checks that were run', lines.join('\n') || '(none)', CHECKS_CHARACTERS_MAX)
}
