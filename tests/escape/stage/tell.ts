import { setTimeout } from 'node:timers/promises'
import { messageOf } from '../../../src/failure.ts'
import type { RunResult } from '../../../src/sandbox/backend.ts'
import { filesOf } from '../../../src/sandbox/trial.ts'
import { type Check, isHostCheck, type RunCheck, type Seen } from '../check.ts'
import type { Stage } from './stage.ts'

/**
 * What came of one check; `seen` says in words what was answered, for whoever must find out why it failed. What did not
 * run is no proof of a hole: then something refused to start, threw, or did not end.
 */
export type Told = { name: string; holds: boolean; ran: boolean; seen: string; ms: number }

const AT_ONCE = 4
const SHOWN_MAX = 600
/** A check that does not end has failed. */
const WALL_MS = 20_000

/** Tries all of them on one stage, a few at once, and those that look at the whole machine alone at the end. */
export async function tellAll(checks: readonly Check[], stage: Stage): Promise<Told[]> {
  const told = await inTurns(
    checks.filter(({ alone }) => alone !== true),
    AT_ONCE,
    stage,
  )
  return [
    ...told,
    ...(await inTurns(
      checks.filter(({ alone }) => alone === true),
      1,
      stage,
    )),
  ]
}

async function inTurns(checks: readonly Check[], atOnce: number, stage: Stage): Promise<Told[]> {
  const waiting = [...checks]
  const told: Told[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      told.push(await tell(next, stage))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return told
}

/** Tries one. */
export async function tell(check: Check, stage: Stage): Promise<Told> {
  const startedMs = performance.now()
  const asked = isHostCheck(check) ? askHost(check, stage) : askInside(check, stage)
  const answer = await Promise.race([asked, tooLate()])
  return { name: check.name, ...answer, ms: Math.round(performance.now() - startedMs) }
}

type Answer = Pick<Told, 'holds' | 'ran' | 'seen'>

/** A check that hangs is one that fails. */
const DEADLINE_MS = 45_000

function tooLate(): Promise<Answer> {
  return setTimeout(DEADLINE_MS, { holds: false, ran: false, seen: 'it did not end' }, { ref: false })
}

async function askHost(check: Extract<Check, { tried: unknown }>, stage: Stage): Promise<Answer> {
  try {
    const seen = await check.tried(stage)
    return { holds: check.holds(seen), ran: true, seen: seen.slice(0, SHOWN_MAX) }
  } catch (thrown) {
    return { holds: false, ran: false, seen: `it threw: ${messageOf(thrown)}` }
  }
}

async function askInside(check: RunCheck, stage: Stage): Promise<Answer> {
  const workspace = await stage.workspace(filesOf(check.files ?? {}))
  try {
    const seen = await lookInside(check, stage, workspace)
    return { holds: check.holds(seen), ran: seen.refused === '', seen: inWords(seen) }
  } finally {
    await workspace.dispose()
  }
}

async function lookInside(
  check: RunCheck,
  stage: Stage,
  workspace: Awaited<ReturnType<Stage['workspace']>>,
): Promise<Seen> {
  const { command, spec, cancelAfterMs, witness } = check
  const signal = cancelAfterMs === undefined ? undefined : AbortSignal.timeout(cancelAfterMs)
  try {
    const limits = { wallMs: WALL_MS, ...spec?.limits }
    const whole = { phase: 'test', ...spec, limits, workspace: workspace.dir, command } as const
    const result = await stage.run(whole, signal)
    return { ...result, witnessed: (await witness?.(workspace, stage)) ?? '', refused: '' }
  } catch (thrown) {
    return { ...NEVER_RAN, refused: messageOf(thrown) }
  }
}

const NEVER_RAN: RunResult & { witnessed: string } = {
  exitCode: null,
  signal: null,
  killedBy: null,
  stdout: '',
  stderr: '',
  truncated: false,
  usage: { wallMs: 0, cpuMs: 0, memoryBytes: 0 },
  guarantees: {
    wallMs: 'none',
    cpuSeconds: 'none',
    memoryBytes: 'none',
    processes: 'none',
    fileBytes: 'none',
    diskBytes: 'none',
    openFiles: 'none',
    outputBytes: 'none',
    network: 'none',
  },
  witnessed: '',
}

function inWords({ exitCode, signal, killedBy, stdout, stderr, witnessed, refused, usage }: Seen): string {
  const ended = `exit ${exitCode}, signal ${signal}, killed by ${killedBy}, ${usage.wallMs} ms`
  const shown = { stdout: stdout.slice(0, SHOWN_MAX), stderr: stderr.slice(0, SHOWN_MAX), witnessed, refused }
  return `${ended}, ${JSON.stringify(shown)}`
}
