import type { AttemptView } from '../http/views.ts'

type Check = AttemptView['checks'][number]

const FAILED_SHOWN_MAX = 5

/** The checks of the newest attempt at a task that was checked, a line each, with the tests that failed. */
export function checkLines(task: string, attempts: readonly AttemptView[]): string[] {
  const checked = attempts.findLast(each => each.task === task && each.checks.length > 0)
  return (checked?.checks ?? []).flatMap(check => [`      ${lineOf(check)}`, ...failedIn(check)])
}

function lineOf({ name, passed, tests, again }: Check): string {
  const counts = tests && `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`
  const names = again?.changed.slice(0, FAILED_SHOWN_MAX).join(', ') ?? ''
  const flaky = again?.passed && `flaky, run twice${names === '' ? '' : `: ${names}`}`
  const more = [counts, flaky].filter(Boolean).join('; ')
  return `${passed ? '✓' : '✗'} ${name}${more === '' ? '' : ` (${more})`}`
}

function failedIn({ tests }: Check): string[] {
  const failed = (tests?.list ?? []).filter(({ outcome }) => outcome === 'failed')
  const lines = failed.slice(0, FAILED_SHOWN_MAX).map(({ name }) => `          ✗ ${name}`)
  const more = (tests?.failed ?? 0) - lines.length
  return more > 0 ? [...lines, `          and ${more} more`] : lines
}
