import { z } from 'zod'
import type { KilledBy, RunResult, RunSpec } from '../backend.ts'
import type { Files } from '../files.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import type { Sandbox } from '../open.ts'
import { lastPart } from '../output.ts'
import { noSight, PICTURE_ORDER, pictureLimits, REPORT_BYTES_MAX, readSight, type Sight } from './sight.ts'

export type ProbeSpec = {
  /** The command that starts the app; it is told the port in PORT. */
  start: readonly string[]
  port: number
  requests: readonly ProbeRequest[]
  /** Whether to look with a browser, in the same run, at the pages among what was answered as expected. */
  pictures?: boolean
}

/** `expectText` must be somewhere in the first mebibyte of the body. */
export type ProbeRequest = { path: string; expectStatus: number; expectText?: string }

export type ProbeResult = {
  /** It listened, every request was answered as expected, and a browser could open every page. */
  passed: boolean
  started: boolean
  /** Why it did not start; null when it did. */
  why: string | null
  /** Until it listened, or gave up. */
  readyMs: number
  answers: readonly ProbeAnswer[]
  /** The last part of what the app printed. */
  output: string
  killedBy: KilledBy | null
  /** Null where no pictures were asked for, or no answer is a page; error pages are none. */
  sight: Sight | null
}

/** `why` says what was not as expected; null when all was. */
export type ProbeAnswer = { path: string; status: number | null; ms: number; why: string | null }

const START_MS_MAX = 20_000
const REQUEST_MS_MAX = 10_000
const REQUESTS_MAX = 20
const WHY_CHARACTERS_MAX = 2000

/** Starts an app on a fresh copy of its files and asks it things, all in one run, on a network of its own. */
export async function probe(
  sandbox: Sandbox,
  files: Files,
  spec: ProbeSpec,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const workspace = await sandbox.workspace(files)
  try {
    return await probeIn(sandbox, { workspace: workspace.dir, phase: 'serve' }, spec, signal)
  } finally {
    await workspace.dispose()
  }
}

/** As `probe`, in a place that is there already. */
export async function probeIn(
  sandbox: Sandbox,
  place: Pick<RunSpec, 'workspace' | 'home' | 'phase' | 'env' | 'limits'>,
  { start, port, requests, pictures = false }: ProbeSpec,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const asked = requests.slice(0, REQUESTS_MAX)
  const isLooking = pictures && sandbox.backend !== 'none'
  const order = { port, requests: asked, ...TIMES, pictures: isLooking ? PICTURE_ORDER : null }
  const command = [NODE_INSIDE, `${PROGRAMS_INSIDE}/prober.mjs`, ...start]
  const stdin = JSON.stringify(order)
  const more = isLooking ? { limits: pictureLimits(place), keptBytes: REPORT_BYTES_MAX } : {}
  const result = await sandbox.run({ ...place, command, stdin, ...more }, signal)
  const report = reportIn(result)
  if (report === null) return noReport(result)
  const sight = isLooking ? sightIn(result, asked) : pictures ? noSight(NO_SANDBOX) : null
  return judged(report, asked, sight)
}

const TIMES = { startMs: START_MS_MAX, requestMs: REQUEST_MS_MAX }
const NO_SANDBOX = 'a browser looks at pages in a sandbox only, and there is none here'

const reportSchema = z.object({
  started: z.boolean(),
  readyMs: z.number(),
  ended: z.object({ exitCode: z.number().nullable(), signal: z.string().nullable() }).nullable(),
  answers: z.array(
    z.object({
      path: z.string(),
      ms: z.number(),
      status: z.number().nullable(),
      error: z.string().nullable(),
      hasText: z.boolean(),
    }),
  ),
  output: z.string(),
})
type Report = z.infer<typeof reportSchema>

/**
 * The first line; null when the prober did not live to write it, when somebody ended it, or when the app, which can
 * reach it, wrote something else.
 */
function reportIn({ killedBy, stdout }: RunResult): Report | null {
  if (killedBy === 'cancelled') return null
  try {
    return reportSchema.parse(JSON.parse(stdout.split('\n', 1)[0] ?? ''))
  } catch {
    return null
  }
}

function noReport({ killedBy, exitCode, stderr, usage }: RunResult): ProbeResult {
  const ended = `what asks the app ended with exit code ${exitCode}: ${lastPart(stderr, WHY_CHARACTERS_MAX)}`
  const why = killedBy === null ? ended : `the run was ended: ${killedBy}`
  const nothing = { answers: [], output: '', sight: null }
  return { passed: false, started: false, why, readyMs: usage.wallMs, killedBy, ...nothing }
}

/** The second line; a page that was too much for the limits of the run takes only the pictures along. */
function sightIn({ killedBy, stdout }: RunResult, asked: readonly ProbeRequest[]): Sight | null {
  const [, line = ''] = stdout.split('\n', 2)
  if (killedBy !== null) return noSight(`the run was ended while a browser looked at the pages: ${killedBy}`)
  return readSight(
    line,
    asked.map(({ path }) => path),
  )
}

function judged(report: Report, asked: readonly ProbeRequest[], sight: Sight | null): ProbeResult {
  const { started, readyMs, output } = report
  const answers = asked.map((wanted, index) => answered(wanted, report.answers[index], sight))
  const passed = started && answers.every(({ why }) => why === null)
  return { passed, started, why: whyNotStarted(report), readyMs, answers, output, killedBy: null, sight }
}

function whyNotStarted({ started, ended, readyMs }: Report): string | null {
  if (started) return null
  if (ended === null) return `it did not listen on its port within ${readyMs} ms`
  return `it ended with ${ended.signal ?? `exit code ${ended.exitCode}`} before it listened on its port`
}

function answered(
  wanted: ProbeRequest,
  got: Report['answers'][number] | undefined,
  sight: Sight | null,
): ProbeAnswer {
  const { path } = wanted
  if (got === undefined)
    return { path, status: null, ms: 0, why: 'it was not asked, because the app did not start' }
  const { status, ms, error } = got
  return { path, status, ms, why: error ?? whyWrong(wanted, got) ?? whyUnseen(got, sight) }
}

function whyWrong(
  { expectStatus, expectText }: ProbeRequest,
  { status, hasText }: Report['answers'][number],
): string | null {
  if (status !== expectStatus) return `status ${status} instead of ${expectStatus}`
  return expectText === undefined || hasText ? null : `the body lacks ${JSON.stringify(expectText)}`
}

/** What a redirect leads to is not what was asked for: it may well be missing. */
function whyUnseen({ path, status }: Report['answers'][number], sight: Sight | null): string | null {
  const page = sight?.pages.find(each => each.path === path)
  if (page?.loaded !== false || (status !== null && status >= 300 && status < 400)) return null
  return `a browser could not open it: ${page.errors[0]}`
}
