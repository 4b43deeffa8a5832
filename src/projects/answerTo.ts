import { millionths } from '../billing/money.ts'
import { type Tariff, withinLimit } from '../billing/tariff.ts'
import type { Sql } from '../db/database.ts'
import { done, type Result, refuse } from '../failure.ts'
import type { Project, ProjectFile } from './project.ts'
import type { PersonEvent } from './say.ts'
import { withDependents } from './series.ts'
import { addTasks, setTasks, tasksOf } from './store.ts'
import { titleOf } from './title.ts'

/** What an event of the person writes: their words for the conversation, and what changes with it. */
type Written = {
  words: string
  file?: Partial<ProjectFile>
  capMicro?: bigint
  write?: (tx: Sql) => Promise<void>
}

type Moving = Exclude<PersonEvent, { type: 'pause' | 'resume' | 'hide' | 'unhide' }>
type Answers = {
  [Name in Moving['type']]: (
    tx: Sql,
    project: Project,
    event: Extract<Moving, { type: Name }>,
    tariff: Tariff,
  ) => Written | Result<Written, 'not-now'> | Promise<Written | Result<Written, 'not-now'>>
}

/** Turns an event that the life table allows into what is written, or refuses what makes no sense. */
export async function answerTo(
  tx: Sql,
  project: Project,
  event: Moving,
  tariff: Tariff,
): Promise<Result<Written, 'not-now'>> {
  const answer = answers[event.type] as (
    tx: Sql,
    project: Project,
    event: Moving,
    tariff: Tariff,
  ) => ReturnType<Answers[Moving['type']]>
  const written = await answer(tx, project, event, tariff)
  return 'ok' in written ? written : done(written)
}

const afresh = (project: Project) => ({
  series: project.file.series + 1,
  decision: null,
  readmeTries: 0,
  readmeComplaint: null,
})

const answers: Answers = {
  answer: (_, project, event) => {
    const given = new Map(event.answers.map(each => [each.id, each.answer]))
    const wrong = misfit(project, event.answers)
    if (wrong !== null) return refuse('not-now', wrong)
    const answered = project.file.questions.map(({ id, text }) => ({
      question: text,
      answer: given.get(id) ?? null,
    }))
    const words = answered.map(({ question, answer }) => `${question} ${answer ?? 'You decide.'}`).join('\n')
    return { words, file: { answered: [...project.file.answered, ...answered], questions: [] } }
  },
  build: () => ({ words: 'Build' }),
  change: (_, __, event) => ({ words: event.text, file: { change: event.text } }),
  approve: () => ({ words: 'Approve' }),
  raise: (_, project, event, tariff) => {
    const capMicro = millionths(event.capCredits)
    if (capMicro <= project.capMicro)
      return refuse('not-now', 'The new cap must be above the one that was reached.')
    if (withinLimit(capMicro, tariff) < capMicro)
      return refuse(
        'not-now',
        `No project here may cost more than ${tariff.say(withinLimit(capMicro, tariff))}.`,
      )
    return { words: `Raise the cap to ${tariff.say(capMicro)}`, capMicro, file: { decision: null } }
  },
  goOn: (_, project) => ({ words: 'Go on', file: afresh(project) }),
  guide: async (tx, project, event) => ({ words: event.text, ...(await guided(tx, project, event.text)) }),
  skip: async (tx, project) => {
    const task = project.file.decision?.task ?? ''
    const ids = withDependents(await tasksOf(tx, project.id), task)
    return {
      words: `Skip ${ids.join(', ')}`,
      file: { ...afresh(project), guidance: null },
      write: async inner => setTasks(inner, project.id, ids, { status: 'skipped' }),
    }
  },
  deliver: (_, project) => ({
    words: 'Deliver what is verified',
    file: { ...afresh(project), partial: true },
  }),
  undo: async (tx, project, event) => {
    const row = (await tasksOf(tx, project.id)).find(each => each.id === event.task)
    if (!row?.commit) return refuse('not-now', `${event.task} is no task that was verified.`)
    return { words: `Undo to ${event.task}`, file: { undoTo: event.task, decision: null } }
  },
  refine: (_, project, event) => ({
    words: event.text,
    file: { ...afresh(project), feedback: event.text, partial: false, finishRounds: 0 },
  }),
  cancel: () => ({ words: 'Cancel' }),
}

/** Why these answers are not those to the questions that were asked; null when they are. */
function misfit({ file }: Project, answers: readonly { id: string }[]): string | null {
  const ids = answers.map(each => each.id)
  const asked = file.questions.map(each => each.id)
  const unknown = ids.find(id => !asked.includes(id))
  if (unknown !== undefined)
    return `${JSON.stringify(unknown)} is none of the questions, which are ${asked.join(', ')}. Nothing was changed.`
  const missing = asked.filter(id => !ids.includes(id))
  if (missing.length > 0)
    return `The answer to ${missing.join(', ')} is missing: null leaves it to the Architect. Nothing was changed.`
  return new Set(ids).size < ids.length ? 'A question is answered twice. Nothing was changed.' : null
}

/** Words for a stuck task; where the whole was rejected they become one more task. */
async function guided(tx: Sql, project: Project, text: string): Promise<Omit<Written, 'words'>> {
  const rows = await tasksOf(tx, project.id)
  if (rows.some(row => row.status === 'open')) return { file: { ...afresh(project), guidance: text } }
  return {
    file: { ...afresh(project), guidance: null },
    write: inner => addWish(inner, project, rows.length, text),
  }
}

async function addWish(tx: Sql, project: Project, count: number, text: string): Promise<void> {
  const id = `T${count + 1}`
  const title = titleOf(text.split('\n')[0] ?? text, WISH_TITLE_CHARACTERS_MAX)
  const files = project.file.plan?.tasks.flatMap(task => task.files).slice(0, WISH_FILES_MAX) ?? []
  await addTasks(tx, project.id, [
    {
      id,
      title,
      detail: text.slice(0, WISH_DETAIL_CHARACTERS_MAX).toWellFormed(),
      files,
      dependsOn: [],
      criteria: [{ id: `${id}.1`, text: title }],
    },
  ])
}

const WISH_TITLE_CHARACTERS_MAX = 200
const WISH_DETAIL_CHARACTERS_MAX = 4_000
const WISH_FILES_MAX = 40
