import { z } from 'zod'
import type { KilledBy, Phase, RunResult } from '../backend.ts'
import type { Files } from '../files.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import type { Sandbox } from '../open.ts'
import { lastPart } from '../output.ts'

export type ProbeSpec = {
  /** The command that starts the app; it is told the port in PORT. */
  start: readonly string[]
  port: number
  requests: readonly ProbeRequest[]
}

/** `expectText` must be somewhere in the first mebibyte of the body. */
export type ProbeRequest = { path: string; expectStatus: number; expectText?: string }

export type ProbeResult = {
  /** It listened, and every request was answered as expected. */
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
    return await probeIn(sandbox, workspace.dir, 'serve', spec, signal)
  } finally {
    await workspace.dispose()
  }
}

/** As `probe`, in a workspace that is there already. */
export async function probeIn(
  sandbox: Sandbox,
  workspace: string,
  phase: Phase,
  { start, port, requests }: ProbeSpec,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const asked = requests.slice(0, REQUESTS_MAX)
  const order = { port, requests: asked, startMs: START_MS_MAX, requestMs: REQUEST_MS_MAX }
  const command = [NODE_INSIDE, `${PROGRAMS_INSIDE}/prober.mjs`, ...start]
  const result = await sandbox.run({ workspace, phase, command, stdin: JSON.stringify(order) }, signal)
  const report = reportIn(result)
  return report === null ? noReport(result) : judged(report, asked, result)
}

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
      body: z.string(),
    }),
  ),
  output: z.string(),
})
type Report = z.infer<typeof reportSchema>

/** Null when the prober did not live to report. */
function reportIn({ killedBy, exitCode, stdout }: RunResult): Report | null {
  if (killedBy !== null || exitCode !== 0) return null
  return reportSchema.parse(JSON.parse(stdout))
}

function noReport({ killedBy, stderr, usage }: RunResult): ProbeResult {
  const why = killedBy === null ? lastPart(stderr, WHY_CHARACTERS_MAX) : `the run was ended: ${killedBy}`
  return { passed: false, started: false, why, readyMs: usage.wallMs, answers: [], output: '', killedBy }
}

function judged(report: Report, asked: readonly ProbeRequest[], { killedBy }: RunResult): ProbeResult {
  const { started, readyMs, output } = report
  const answers = asked.map((wanted, index) => answered(wanted, report.answers[index]))
  const passed = started && answers.every(({ why }) => why === null)
  return { passed, started, why: whyNotStarted(report), readyMs, answers, output, killedBy }
}

function whyNotStarted({ started, ended, readyMs }: Report): string | null {
  if (started) return null
  if (ended === null) return `it did not listen on its port within ${readyMs} ms`
  return `it ended with ${ended.signal ?? `exit code ${ended.exitCode}`} before it listened on its port`
}

function answered(wanted: ProbeRequest, got: Report['answers'][number] | undefined): ProbeAnswer {
  const { path } = wanted
  if (got === undefined)
    return { path, status: null, ms: 0, why: 'it was not asked, because the app did not start' }
  return { path, status: got.status, ms: got.ms, why: got.error ?? whyWrong(wanted, got.status, got.body) }
}

function whyWrong(
  { expectStatus, expectText }: ProbeRequest,
  status: number | null,
  body: string,
): string | null {
  if (status !== expectStatus) return `status ${status} instead of ${expectStatus}`
  if (expectText !== undefined && !body.includes(expectText))
    return `the body lacks ${JSON.stringify(expectText)}`
  return null
}
