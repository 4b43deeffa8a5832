import type { Sql } from '../db/database.ts'
import { done, type Result, refuse } from '../failure.ts'
import { answerTo } from './answerTo.ts'
import type { PauseReason, ProjectEvent, StoredEvent } from './event.ts'
import { life, next, type State } from './life.ts'
import { sentence } from './malformed.ts'
import { outcome } from './outcome.ts'
import type { Parts } from './parts.ts'
import { DECISIONS, type DecisionWhy, type Project, type TaskRow } from './project.ts'
import { type PersonEvent, personEventSchema } from './say.ts'
import { moveIn } from './settle.ts'
import { appendEvents, loadProject, pausedProjects, tasksOf, updateProject } from './store.ts'
import { stateText, texts } from './texts.ts'

export type DecideRefusal = 'not-found' | 'not-now' | 'malformed'

/**
 * Takes what a person says to their project: one transaction that locks the project, so that of two equal presses the
 * second meets the state that the first one left. Work under way for an older state is stopped at once.
 */
export async function decide(
  parts: Parts,
  userId: string,
  projectId: string,
  said: unknown,
): Promise<Result<Project, DecideRefusal>> {
  const parsed = personEventSchema.safeParse(said)
  if (!parsed.success) return refuse('malformed', sentence(parsed.error))
  const taken = await parts.database.transaction(async tx => {
    const project = await loadProject(tx, projectId, 'lock')
    if (!project || project.userId !== userId) return refuse('not-found', 'There is no such project.')
    const stored = await takeIn(parts, tx, project, parsed.data)
    if (Array.isArray(stored)) await parts.queue.wake(tx, projectId)
    return stored
  })
  if (!Array.isArray(taken)) return taken
  parts.running.stop(projectId)
  parts.live.publish(taken)
  parts.queue.nudge()
  const project = await loadProject(parts.database.sql, projectId)
  return project ? done(project) : refuse('not-found', 'There is no such project.')
}

/** The events that a project takes now, for buttons. */
export function allowedNow(project: Project, rows: readonly TaskRow[]): string[] {
  const words = Object.keys(life[project.state].on).filter(word => isOffered(project, rows, word))
  const working = life[project.state].kind === 'work'
  if (life[project.state].kind === 'end') return [...words, project.file.hidden ? 'unhide' : 'hide']
  if (project.paused) return [...words, 'resume']
  return working ? [...words, 'pause'] : words
}

/** Projects that rest for lack of credits, or because the account was locked, go on. */
export async function resumeForCredits(parts: Parts, userId: string): Promise<void> {
  const waiting = await pausedProjects(parts.database.sql, userId, ['credits', 'account'])
  for (const id of waiting) await decide(parts, userId, id, { type: 'resume' })
}

/** A project that rested for a provider or for the day's limit goes on by itself, unless something happened to it meanwhile. */
export async function resumeByItself(parts: Parts, projectId: string, epoch: number): Promise<void> {
  const stored = await parts.database.transaction(async tx => {
    const project = await loadProject(tx, projectId, 'lock')
    if (project?.epoch !== epoch || !PASSING.has(project.paused?.reason ?? '')) return []
    await parts.queue.wake(tx, projectId)
    return rewrite(parts, tx, { ...project, paused: null }, [{ type: 'resumed' }])
  })
  parts.live.publish(stored)
  parts.queue.nudge()
}

/** What keeps a project and passes by itself. */
const PASSING: ReadonlySet<string> = new Set<PauseReason>(['provider', 'registry', 'limit'])

const PERSON_WORDS = new Set<string>(personEventSchema.options.map(option => option.shape.type.value))

/** What needs a verified task: there is nothing to take, and nowhere to go back to, before the first one. */
const NEEDS_VERIFIED: ReadonlySet<string> = new Set(['deliver', 'undo'])

function isOffered(project: Project, rows: readonly TaskRow[], word: string): boolean {
  if (!PERSON_WORDS.has(word)) return false
  if (NEEDS_VERIFIED.has(word) && !rows.some(row => row.status === 'done')) return false
  const why = project.file.decision?.why
  if (project.state !== 'deciding' || !isWhy(why)) return true
  return (DECISIONS[why] as readonly string[]).includes(word)
}

function isWhy(why: string | undefined): why is DecisionWhy {
  return why !== undefined && Object.hasOwn(DECISIONS, why)
}

async function takeIn(
  parts: Parts,
  tx: Sql,
  project: Project,
  event: PersonEvent,
): Promise<StoredEvent[] | Result<never, DecideRefusal>> {
  if (!isMoving(event)) return staying[event.type](parts, tx, project)
  const leads = next(project.state, event.type, project.backState) !== undefined
  if (!leads || !isOffered(project, await tasksOf(tx, project.id), event.type)) return notNow(project.state)
  const answer = await answerTo(tx, project, event, parts.tariff)
  if (!answer.ok) return answer
  const { words, file, capMicro, write } = answer.value
  const moved = await moveIn(
    parts,
    tx,
    project,
    outcome(event.type, {
      ...(file ? { file } : {}),
      ...(capMicro === undefined ? {} : { capMicro }),
      ...(write ? { write } : {}),
      events: [{ type: 'said', direction: 'in', text: words }],
    }),
  )
  return moved === 'stale' ? notNow(project.state) : moved
}

/** What changes something about a project and leaves it in its state. */
type Staying = Extract<PersonEvent, { type: 'pause' | 'resume' | 'hide' | 'unhide' }>

const staying: Readonly<
  Record<
    Staying['type'],
    (
      parts: Parts,
      tx: Sql,
      project: Project,
    ) => Promise<StoredEvent[] | Result<never, DecideRefusal>> | Result<never, DecideRefusal>
  >
> = { pause, resume, hide: hiding(true), unhide: hiding(false) }

function isMoving(event: PersonEvent): event is Exclude<PersonEvent, Staying> {
  return !Object.hasOwn(staying, event.type)
}

/** Takes an ended project out of the list, or back into it. Nothing happens to the project itself: its day stays. */
function hiding(hidden: boolean) {
  return async (
    _: Parts,
    tx: Sql,
    project: Project,
  ): Promise<StoredEvent[] | Result<never, DecideRefusal>> => {
    if (life[project.state].kind !== 'end')
      return refuse('not-now', 'Only a project that has ended can be hidden. Nothing was changed.')
    await updateProject(
      tx,
      { ...project, epoch: project.epoch + 1, file: { ...project.file, hidden } },
      project.epoch,
    )
    return []
  }
}

function pause(
  parts: Parts,
  tx: Sql,
  project: Project,
): Promise<StoredEvent[]> | Result<never, DecideRefusal> {
  if (project.paused) return refuse('not-now', 'It is paused already.')
  if (life[project.state].kind !== 'work') return notNow(project.state)
  const paused = { reason: 'user' as const, says: texts.paused }
  return rewrite(parts, tx, { ...project, paused }, [
    { type: 'said', direction: 'in', text: 'Pause' },
    { type: 'paused', ...paused },
  ])
}

function resume(
  parts: Parts,
  tx: Sql,
  project: Project,
): Promise<StoredEvent[]> | Result<never, DecideRefusal> {
  if (!project.paused) return refuse('not-now', 'It is not paused: there is nothing to resume.')
  return rewrite(parts, tx, { ...project, paused: null }, [{ type: 'resumed' }])
}

async function rewrite(
  parts: Parts,
  tx: Sql,
  project: Project,
  happened: readonly ProjectEvent[],
): Promise<StoredEvent[]> {
  const written = { ...project, epoch: project.epoch + 1, updatedAtMs: parts.clock.nowMs() }
  await updateProject(tx, written, project.epoch)
  return appendEvents(tx, project.id, happened, written.updatedAtMs)
}

function notNow(state: State): Result<never, DecideRefusal> {
  return refuse('not-now', `That does not fit now: ${stateText[state].toLowerCase()}. Nothing was changed.`)
}
