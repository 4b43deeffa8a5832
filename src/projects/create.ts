import { withinLimit } from '../billing/tariff.ts'
import { done, type Result, refuse } from '../failure.ts'
import { newId } from '../id.ts'
import { life } from './life.ts'
import { sentence } from './malformed.ts'
import type { Parts } from './parts.ts'
import { type Project, projectFileSchema } from './project.ts'
import { descriptionSchema } from './say.ts'
import { appendEvents, insertProject, listProjects } from './store.ts'

/** What a project may cost until its plan has a cap of its own: questions, brief and plan. */
const PLANNING_CAP_MICRO = 300_000_000n
/** Projects of one person that are neither ended nor parked for good. */
const ACTIVE_MAX = 50

/** A description becomes a project, and its work begins. Refused when it says nothing, too much, or is no text. */
export async function createProject(
  parts: Pick<Parts, 'database' | 'clock' | 'queue' | 'live' | 'tariff'>,
  userId: string,
  description: string,
): Promise<Result<Project, 'description' | 'too-many'>> {
  const said = descriptionSchema.safeParse(description)
  if (!said.success) return refuse('description', sentence(said.error))
  const active = (await listProjects(parts.database.sql, userId)).filter(
    each => life[each.state].kind !== 'end',
  )
  if (active.length >= ACTIVE_MAX)
    return refuse('too-many', `You have ${ACTIVE_MAX} projects under way. Finish or cancel one first.`)
  const project = newProject(parts, userId, said.data)
  const stored = await parts.database.transaction(async tx => {
    await insertProject(tx, project)
    await parts.queue.wake(tx, project.id)
    return appendEvents(
      tx,
      project.id,
      [
        { type: 'created', description: project.description },
        { type: 'said', direction: 'in', text: project.description },
      ],
      project.createdAtMs,
    )
  })
  parts.live.publish(stored)
  parts.queue.nudge()
  return done(project)
}

function newProject(
  { clock, tariff }: Pick<Parts, 'clock' | 'tariff'>,
  userId: string,
  description: string,
): Project {
  const nowMs = clock.nowMs()
  return {
    id: newId(),
    userId,
    description,
    state: 'brief',
    backState: null,
    step: 0,
    epoch: 0,
    paused: null,
    file: projectFileSchema.parse({}),
    capMicro: withinLimit(PLANNING_CAP_MICRO, tariff),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
}
