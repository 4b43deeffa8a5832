/** What became of one test, by the name that its runner gives it, with the groups it is in. */
export type TestOutcome = {
  name: string
  file?: string
  outcome: 'passed' | 'failed' | 'skipped'
  ms?: number
  /** The first lines of why it failed. */
  message?: string
}

/** What a test runner said. */
export type TestReport = {
  tests: readonly TestOutcome[]
  /** How many it says it ran, skipped ones left out; null when it does not say. */
  ran: number | null
  /** How many it says failed; null when it does not say. */
  failed: number | null
  /** What people read, of a runner that otherwise prints for machines. */
  text?: string
}

/** A runner may say any number of things; no report has more. */
export const TESTS_MAX = 2000
const NAME_CHARACTERS_MAX = 300
const MESSAGE_LINES_MAX = 8
const MESSAGE_CHARACTERS_MAX = 600
const GROUPS_MAX = 20
const LINE_CHARACTERS_MAX = 4_000

/** A test as reports keep it: cut to a size, without what it does not say. */
export function outcomeOf(
  groups: readonly string[],
  name: string,
  outcome: TestOutcome['outcome'],
  more: { file?: string | undefined; ms?: number | undefined; message?: string | undefined } = {},
): TestOutcome {
  const { file, ms } = more
  const message = outcome === 'failed' ? firstLines(more.message ?? '') : ''
  return {
    name: cut(
      [...groups.slice(0, GROUPS_MAX), name].filter(part => part !== '').join(' › '),
      NAME_CHARACTERS_MAX,
    ),
    ...(file === undefined || file === ''
      ? {}
      : { file: cut(file.replace(/^\/workspace\//, ''), NAME_CHARACTERS_MAX) }),
    outcome,
    ...(ms !== undefined && Number.isFinite(ms) && ms >= 0 ? { ms: Math.round(ms) } : {}),
    ...(message === '' ? {} : { message }),
  }
}

/** Lines of text, none of them too long to be looked through. */
export function linesOf(text: string): string[] {
  return text.split('\n').map(line => line.slice(0, LINE_CHARACTERS_MAX))
}

/** How many of these were run, and how many failed. */
export function counted(tests: readonly TestOutcome[]): { ran: number; failed: number } {
  const ran = tests.filter(({ outcome }) => outcome !== 'skipped')
  return { ran: ran.length, failed: ran.filter(({ outcome }) => outcome === 'failed').length }
}

function firstLines(text: string): string {
  const lines = text.split('\n', MESSAGE_LINES_MAX * 4).filter(line => line.trim() !== '')
  return cut(lines.slice(0, MESSAGE_LINES_MAX).join('\n').trimEnd(), MESSAGE_CHARACTERS_MAX)
}

function cut(text: string, charactersMax: number): string {
  const clean = text.replaceAll('\0', '\uFFFD').toWellFormed()
  return clean.length <= charactersMax ? clean : `${clean.slice(0, charactersMax - 1).toWellFormed()}…`
}
