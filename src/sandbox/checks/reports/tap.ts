import { counted, linesOf, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const DEPTH_MAX = 20
const DETAIL_LINES_MAX = 200

/** Reads TAP as Node and vitest write it, with subtests by their indentation. Suites are groups, not tests. */
export function readTap(text: string): TestReport {
  const lines = linesOf(text)
  const groups: string[] = []
  const tests: TestOutcome[] = []
  for (const [at, line] of lines.entries()) {
    if (tests.length >= TESTS_MAX) break
    const begins = /^( *)# Subtest: (.*)$/.exec(line)
    if (begins) enter(groups, begins[1] ?? '', begins[2] ?? '')
    const [, indent, sign, named] = /^( *)(ok|not ok) \d+ - (.*)$/.exec(line) ?? []
    if (indent === undefined || named === undefined) continue
    if (named.endsWith('{')) enter(groups, indent, nameOf(named))
    const details = detailsAfter(lines, at + 1)
    if (named.endsWith('{') || details.suite) continue
    tests.push(testOf(groups.slice(0, depthOf(indent)), sign === 'ok', named, details))
  }
  return { tests, ...summary(text, tests) }
}

/** By its own last words where it has them. */
function summary(text: string, tests: readonly TestOutcome[]): { ran: number | null; failed: number | null } {
  const said = (what: string) => {
    const last = [...text.matchAll(new RegExp(`^# ${what} (\\d+)$`, 'gm'))].at(-1)?.[1]
    return last === undefined ? null : Number(last)
  }
  const total = said('tests')
  if (total === null) return tests.length > 0 ? counted(tests) : { ran: null, failed: null }
  return { ran: total - (said('skipped') ?? 0), failed: said('fail') ?? counted(tests).failed }
}

function testOf(groups: readonly string[], ok: boolean, named: string, details: Details): TestOutcome {
  const isLeftOut = /# (?:SKIP|TODO)\b/i.test(named)
  const outcome = isLeftOut ? 'skipped' : ok ? 'passed' : 'failed'
  const time = /# time=([\d.]+)ms/.exec(named)?.[1]
  const ms = details.ms ?? (time === undefined ? undefined : Number(time))
  return outcomeOf(groups, nameOf(named), outcome, { ms, message: details.message })
}

function nameOf(named: string): string {
  return named.replace(/ # (?:SKIP|TODO|time=).*$/i, '').trim()
}

/** Four blanks are one level, in every TAP that has subtests. */
function depthOf(indent: string): number {
  return Math.min(DEPTH_MAX, Math.floor(indent.length / 4))
}

function enter(groups: string[], indent: string, name: string): void {
  groups.splice(depthOf(indent), groups.length, name)
}

type Details = { suite: boolean; ms?: number; message?: string }

/** The block between `---` and `...` that may follow a result. */
function detailsAfter(lines: readonly string[], from: number): Details {
  if (lines[from]?.trim() !== '---') return { suite: false }
  const block = lines.slice(from + 1, from + DETAIL_LINES_MAX)
  const end = block.findIndex(line => line.trim() === '...')
  const own = block.slice(0, end < 0 ? block.length : end)
  const ms = own.map(line => /^\s*duration_ms: ([\d.]+)/.exec(line)?.[1]).find(found => found !== undefined)
  const message = messageIn(own)
  return {
    suite: own.some(line => /^\s*type: '?suite'?$/.test(line)),
    ...(ms === undefined ? {} : { ms: Number(ms) }),
    ...(message === undefined ? {} : { message }),
  }
}

/** `error: 'why'`, `message: "why"`, or `error: |-` with the lines below. */
function messageIn(block: readonly string[]): string | undefined {
  const at = block.findIndex(line => /^\s*(?:error|message): *\S/.test(line))
  const said = block[at]?.replace(/^\s*(?:error|message): */, '')
  if (said === undefined) return undefined
  if (!/^[|>]-?$/.test(said)) return said.replace(/^(['"])(.*)\1$/, '$2')
  const indent = /^ */.exec(block[at + 1] ?? '')?.[0] ?? ''
  const rest = block.slice(at + 1)
  const end = rest.findIndex(line => !line.startsWith(indent))
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .map(line => line.slice(indent.length))
    .join('\n')
}
