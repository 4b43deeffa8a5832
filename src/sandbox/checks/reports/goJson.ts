import { z } from 'zod'
import { counted, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const LINES_MAX = 200_000
const OUTPUT_LINES_MAX = 30

const eventSchema = z.object({
  Action: z.string(),
  Package: z.string().default(''),
  Test: z.string().optional(),
  Output: z.string().optional(),
  Elapsed: z.number().optional(),
})
type Event = z.infer<typeof eventSchema>

/** Reads `go test -json`: an event a line. A package that fails without a failing test of its own counts as one. */
export function readGoJson(text: string): TestReport {
  const lines = text.split('\n').slice(0, LINES_MAX)
  const events = lines.flatMap(line => eventIn(line) ?? [])
  const said = outputOf(events)
  const tests = events.flatMap(event => testOf(event, said)).slice(0, TESTS_MAX)
  const packagesFailed = events.filter(({ Test, Action }) => Test === undefined && Action === 'fail').length
  const { ran, failed } = counted(tests)
  const printed = lines.map(line => eventIn(line)?.Output ?? (line.startsWith('{') ? '' : `${line}\n`))
  return { tests, ran, failed: Math.max(failed, packagesFailed), text: printed.join('').trim() }
}

const OUTCOMES: ReadonlyMap<string, TestOutcome['outcome']> = new Map([
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
])

function testOf(event: Event, said: ReadonlyMap<string, string>): TestOutcome[] {
  const { Test: name, Package: file, Elapsed: seconds = Number.NaN } = event
  const outcome = OUTCOMES.get(event.Action)
  if (outcome === undefined || name === undefined) return []
  return [outcomeOf([], name, outcome, { file, ms: seconds * 1000, message: said.get(idOf(event)) })]
}

/** What each test printed, without the lines that say when it began and ended. */
function outputOf(events: readonly Event[]): Map<string, string> {
  const lines = new Map<string, string[]>()
  for (const event of events) {
    const { Test: name, Output: output } = event
    if (name === undefined || output === undefined || /^\s*(?:=== |--- )/.test(output)) continue
    const kept = lines.get(idOf(event)) ?? []
    if (kept.length < OUTPUT_LINES_MAX) kept.push(output)
    lines.set(idOf(event), kept)
  }
  return new Map([...lines].map(([id, kept]) => [id, kept.join('')]))
}

function idOf({ Package: holder, Test: name }: Event): string {
  return `${holder} ${name}`
}

function eventIn(line: string): Event | null {
  if (!line.startsWith('{')) return null
  try {
    return eventSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}
