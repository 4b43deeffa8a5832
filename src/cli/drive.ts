import type { ProjectView } from '../http/views.ts'
import type { PersonEvent } from '../projects/say.ts'
import type { Client, Happening } from './client.ts'

/** Answers what a project waits for, or null to leave it waiting. */
export type Answerer = (project: ProjectView) => Promise<PersonEvent | null>

/** An answerer is asked at most this often; nothing that builds asks more. */
const ANSWERS_MAX = 50

/**
 * Follows a project to its end and answers on the way. Returns the project as it is when it ended, rests, or waits for
 * what the answerer leaves open.
 */
export async function drive(
  client: Client,
  id: string,
  answer: Answerer,
  watch: (happening: Happening) => void,
): Promise<ProjectView> {
  let answers = 0
  for await (const happening of client.events(id, { follow: true })) {
    watch(happening)
    if (happening.kind !== 'event' || !TURNING.has(happening.event.type)) continue
    const project = await client.project(id)
    if (isOver(project) || project.pause) return project
    if (!project.waits) continue
    const said = answers++ < ANSWERS_MAX ? await answer(project) : null
    if (said === null) return project
    await client.say(id, said)
  }
  return client.project(id)
}

const TURNING: ReadonlySet<string> = new Set(['moved', 'paused', 'ended'])

function isOver(project: ProjectView): boolean {
  return ['completed', 'cancelled', 'failed'].includes(project.state)
}

/** Says yes to everything: the first offered answer, build, approve. Decisions are left to the person. */
export const yes: Answerer = async project => {
  switch (project.state) {
    case 'asking':
      return {
        type: 'answer',
        answers: project.questions.map(({ id, offers }) => ({ id, answer: offers[0] ?? null })),
      }
    case 'confirming':
      return { type: 'build' }
    case 'approving':
      return { type: 'approve' }
    default:
      return null
  }
}
