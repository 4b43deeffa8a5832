import { isFrozen } from '../billing/frozen.ts'
import { justLow } from '../billing/low.ts'
import { lockBalance } from '../billing/posting.ts'
import type { Sql } from '../db/database.ts'
import { invariant } from '../failure.ts'
import { abandonCalls } from '../llm/finish.ts'
import type { ProjectEvent, StoredEvent } from './event.ts'
import { life, next, type State } from './life.ts'
import type { Outcome, Rest } from './outcome.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { appendEvents, loadProject, updateProject } from './store.ts'
import { endText, texts } from './texts.ts'

/**
 * One transaction per outcome: new state (guarded by the epoch that the work began with), events, postings
 * and whatever rows the outcome brings. Returns false, with nothing written, when the project has moved on meanwhile.
 */
export async function settle(parts: Parts, project: Project, result: Outcome | Rest): Promise<boolean> {
  const stored = await parts.database.transaction(tx =>
    result.kind === 'rest' ? restIn(parts, tx, project, result) : moveIn(parts, tx, project, result),
  )
  if (stored === 'stale') return false
  parts.live.publish(stored)
  return true
}

/** Moves a project along the life table, in the caller's transaction. */
export async function moveIn(
  parts: Pick<Parts, 'clock' | 'tariff'>,
  tx: Sql,
  project: Project,
  result: Outcome,
): Promise<StoredEvent[] | 'stale'> {
  const to = next(project.state, result.on, project.backState)
  invariant(to !== undefined, `${project.state} does not know "${result.on}"`)
  const moved: Project = {
    ...project,
    state: to,
    backState: to === 'deciding' ? project.state : null,
    step: project.step + 1,
    epoch: project.epoch + 1,
    paused: null,
    file: { ...project.file, rests: 0, ...result.file },
    capMicro: result.capMicro ?? project.capMicro,
    updatedAtMs: parts.clock.nowMs(),
  }
  if (!(await updateProject(tx, moved, project.epoch))) return 'stale'
  await result.write?.(tx)
  if (life[to].kind === 'end') await abandonCalls(tx, parts.clock, project.id)
  const happened = [
    ...eventsOf(project.state, moved, result),
    ...(await warningOf(parts, tx, project.userId)),
  ]
  return appendEvents(tx, project.id, happened, moved.updatedAtMs)
}

/** The one word about credits that run low. */
async function warningOf(
  { clock, tariff }: Pick<Parts, 'clock' | 'tariff'>,
  tx: Sql,
  userId: string,
): Promise<ProjectEvent[]> {
  if (tariff.lowMicro === null) return []
  const leftMicro = await justLow(tx, clock, userId, tariff.lowMicro)
  if (leftMicro === undefined) return []
  return [{ type: 'said', direction: 'out', text: texts.lowCredits(leftMicro) }]
}

function eventsOf(from: State, moved: Project, result: Outcome): ProjectEvent[] {
  const decision = moved.state === 'deciding' ? moved.file.decision : null
  const said = [...(result.says ?? []), ...(decision ? [decision.says] : [])]
  return [
    ...(result.events ?? []),
    { type: 'moved', from, to: moved.state, on: result.on },
    ...(decision ? [{ type: 'deciding' as const, why: decision.why }] : []),
    ...said.map(text => ({ type: 'said' as const, direction: 'out' as const, text })),
    ...endEvent(moved),
  ]
}

function endEvent(moved: Project): ProjectEvent[] {
  const { state } = moved
  if (state !== 'completed' && state !== 'cancelled' && state !== 'failed') return []
  return [{ type: 'ended', state, says: endText[state] }]
}

/** How long a project rests before it goes on by itself: the first time in a row, the second, …; then it waits for its person. */
const RESTS_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000, 4 * 3_600_000]

async function restIn(
  parts: Parts,
  tx: Sql,
  project: Project,
  wanted: Rest,
): Promise<StoredEvent[] | 'stale'> {
  if ((await loadProject(tx, project.id, 'lock'))?.epoch !== project.epoch) return 'stale'
  if (await isOver(tx, project, wanted)) return []
  const { says, goesOnMs, rests } = goingOn(parts, project, wanted)
  const resting: Project = {
    ...project,
    paused: { ...wanted.paused, says },
    file: { ...project.file, rests },
    step: project.step + (wanted.afresh ? 1 : 0),
    epoch: project.epoch + 1,
    updatedAtMs: parts.clock.nowMs(),
  }
  if (!(await updateProject(tx, resting, project.epoch))) return 'stale'
  await wanted.write?.(tx)
  if (goesOnMs !== undefined) await parts.queue.resumeLater(tx, project.id, resting.epoch, goesOnMs)
  const happened: ProjectEvent[] = [
    ...(wanted.events ?? []),
    { type: 'paused', ...wanted.paused, says },
    { type: 'said', direction: 'out', text: says },
  ]
  return appendEvents(tx, project.id, happened, resting.updatedAtMs)
}

/**
 * Credits may have come since they were found too few, or the account may have been unlocked: whoever did that has not
 * seen this project rest, and would not let it go on.
 */
async function isOver(tx: Sql, { userId }: Project, { paused, needsMicro }: Rest): Promise<boolean> {
  if (paused.reason === 'account') return !(await isFrozen(tx, userId))
  if (needsMicro === undefined) return false
  const balance = await lockBalance(tx, userId)
  return balance !== undefined && balance.availableMicro >= needsMicro
}

/** When a project that rests goes on by itself, in its words. */
function goingOn(
  { clock }: Pick<Parts, 'clock'>,
  { file: { rests } }: Project,
  { paused: { says }, passes, untilMs }: Rest,
): { says: string; goesOnMs: number | undefined; rests: number } {
  if (untilMs !== undefined) return { says, goesOnMs: Math.max(0, untilMs - clock.nowMs()), rests }
  if (!passes) return { says, goesOnMs: undefined, rests }
  const goesOnMs = RESTS_MS[rests]
  return {
    says: goesOnMs === undefined ? says : texts.goesOnByItself(says, goesOnMs),
    goesOnMs,
    rests: rests + 1,
  }
}
