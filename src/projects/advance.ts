import { messageOf, OutsideFailure } from '../failure.ts'
import { withDetour } from './detour.ts'
import { groundOf, type Way } from './ground.ts'
import { life, type WorkState } from './life.ts'
import { type Abandoned, abandoned, type Outcome, type Rest, rest } from './outcome.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { settle } from './settle.ts'
import { loadProject } from './store.ts'
import { works } from './work/works.ts'

/** More steps than any project takes; a job that reaches it hands over to the next one. */
const STEPS_MAX = 2_000

/**
 * Carries a project on until it waits, rests or ends: the work of its state, the outcome in one transaction, again.
 * Killed anywhere it can be called again: work is redone from the last outcome, and its finished calls are found.
 */
export async function advance(parts: Parts, projectId: string): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX && !parts.running.stopped; steps++) {
    const project = await loadProject(parts.database.sql, projectId)
    if (!project || waits(project)) return
    const result = await parts.running.during(projectId, signal => workOn(parts, project, signal))
    if (result.kind !== 'abandoned') await conclude(parts, project, result)
  }
  if (!parts.running.stopped) await parts.database.transaction(tx => parts.queue.wake(tx, projectId))
}

/** What cannot be written down lets the project rest too: trying it again by itself would never end. */
async function conclude(parts: Parts, project: Project, result: Outcome | Rest): Promise<void> {
  try {
    await settle(parts, project, result)
  } catch (thrown) {
    await settle(parts, project, troubled(parts, project, thrown))
  }
}

/** Whether there is nothing to do for a project before somebody acts. */
export function waits(project: Project): boolean {
  return project.paused !== null || life[project.state].kind !== 'work'
}

async function workOn(
  parts: Parts,
  project: Project,
  signal: AbortSignal,
): Promise<Outcome | Rest | Abandoned> {
  const ground = groundOf(parts, project, signal)
  try {
    const result = await works[project.state as WorkState](ground)
    return signal.aborted ? abandoned : withWay(result, project, ground.way())
  } catch (thrown) {
    return signal.aborted ? abandoned : troubled(parts, project, thrown)
  }
}

function withWay(result: Outcome | Rest | Abandoned, project: Project, way: Way): Outcome | Rest | Abandoned {
  return result.kind === 'outcome' ? withDetour(withSandboxTime(result, way.sandboxMs), project, way) : result
}

function withSandboxTime(result: Outcome, ms: number): Outcome {
  return ms === 0 ? result : { ...result, events: [{ type: 'sandbox', ms }, ...(result.events ?? [])] }
}

/** An outside failure or a bug: the project rests unharmed and says so; what it was doing is done again on resume. */
function troubled(parts: Parts, project: Project, thrown: unknown): Rest {
  const { id, userId, state, step } = project
  parts.log.error(
    { projectId: id, userId, state, step, error: messageOf(thrown), stack: stackOf(thrown) },
    'work failed',
  )
  const advice = thrown instanceof OutsideFailure ? ` ${thrown.advice}` : ''
  return rest(
    'trouble',
    `Something went wrong on our side while ${state}; nothing is lost.${advice} Resume tries again.`,
  )
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined
}
