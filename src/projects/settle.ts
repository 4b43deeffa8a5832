import type { Sql } from '../db/database.ts'
import { invariant } from '../failure.ts'
import { abandonCalls } from '../llm/journal.ts'
import type { ProjectEvent, StoredEvent } from './event.ts'
import { life, next, type State } from './life.ts'
import type { Outcome, Rest } from './outcome.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { appendEvents, updateProject } from './store.ts'
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
  parts: Pick<Parts, 'clock'>,
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
  return appendEvents(tx, project.id, eventsOf(project.state, moved, result), moved.updatedAtMs)
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
  { paused, afresh, passes }: Rest,
): Promise<StoredEvent[] | 'stale'> {
  const goesOnMs = passes ? RESTS_MS[project.file.rests] : undefined
  const says = goesOnMs === undefined ? paused.says : texts.goesOnByItself(paused.says, goesOnMs)
  const resting: Project = {
    ...project,
    paused: { ...paused, says },
    file: passes ? { ...project.file, rests: project.file.rests + 1 } : project.file,
    step: project.step + (afresh ? 1 : 0),
    epoch: project.epoch + 1,
    updatedAtMs: parts.clock.nowMs(),
  }
  if (!(await updateProject(tx, resting, project.epoch))) return 'stale'
  if (goesOnMs !== undefined) await parts.queue.resumeLater(tx, project.id, resting.epoch, goesOnMs)
  const happened: ProjectEvent[] = [
    { type: 'paused', ...paused, says },
    { type: 'said', direction: 'out', text: says },
  ]
  return appendEvents(tx, project.id, happened, resting.updatedAtMs)
}
