import type { ProjectView } from '../http/views.ts'
import type { StoredEvent } from '../projects/event.ts'
import type { PersonEvent } from '../projects/say.ts'
import type { Client, Happening } from './client.ts'

/** Answers what a project waits for, or null to leave it waiting. */
export type Answerer = (project: ProjectView) => Promise<PersonEvent | null>

/** An answerer is asked at most this often; nothing that builds asks more. */
const ANSWERS_MAX = 50

/**
 * Follows a project to its end and answers on the way. Returns the project as it is when it ended, rests, or waits for
 * what the answerer leaves open; everything that led there was told before. Ends early when the signal is aborted.
 */
export async function drive(
  client: Client,
  id: string,
  answer: Answerer,
  watch: (happening: Happening) => void,
  signal?: AbortSignal,
): Promise<ProjectView> {
  const story = storyOf(client, id, watch)
  let answers = 0
  for await (const happening of client.events(id, { follow: true, ...(signal ? { signal } : {}) })) {
    if (!story.tell(happening)) continue
    const project = await standstill(client, id, story)
    if (!project) continue
    if (isOver(project) || project.pause) return project
    const said = answers++ < ANSWERS_MAX ? await answer(project) : null
    if (said === null) return project
    await client.say(id, said)
  }
  return client.project(id)
}

type Story = {
  /** Tells what was not told yet; says whether the project may stand elsewhere since. */
  tell(happening: Happening): boolean
  /** The same for everything that is stored by now. */
  catchUp(): Promise<boolean>
}

function storyOf(client: Client, id: string, watch: (happening: Happening) => void): Story {
  let seen = 0
  const tell = (happening: Happening) => {
    if (happening.kind === 'event') {
      if (happening.event.seq <= seen) return false
      seen = happening.event.seq
    }
    watch(happening)
    return happening.kind === 'event' && TURNING.has(happening.event.type)
  }
  return {
    tell,
    catchUp: async () => {
      let turned = false
      for await (const each of client.events(id, { follow: false, after: seen }))
        turned = tell(each) || turned
      return turned
    },
  }
}

/**
 * The project when it ended, rests or waits, after the last event that led there: what is said of an outcome is stored
 * with it, behind the move. Undefined while it works.
 */
async function standstill(client: Client, id: string, story: Story): Promise<ProjectView | undefined> {
  let project = await client.project(id)
  while (isStill(project) && (await story.catchUp())) project = await client.project(id)
  return isStill(project) ? project : undefined
}

const TURNING: ReadonlySet<StoredEvent['type']> = new Set(['moved', 'paused', 'ended'])

function isStill(project: ProjectView): boolean {
  return isOver(project) || project.pause !== null || project.waits
}

export function isOver({ state }: { state: string }): boolean {
  return ['completed', 'cancelled', 'failed'].includes(state)
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
