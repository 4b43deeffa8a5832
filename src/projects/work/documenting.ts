import { readme as readmePrompt } from '../../agents/architect/readme.ts'
import type { Readme } from '../../agents/readme.ts'
import { renderReadme } from '../../agents/readmeText.ts'
import { invariant } from '../../failure.ts'
import { draftOf, sourcesIn } from '../draft.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { plainReadme, README_TRIES_MAX } from '../plainReadme.ts'
import type { TaskRow } from '../project.ts'
import { stepOf, TODO_PATH, todoText } from '../repository.ts'
import { tasksOf } from '../store.ts'

const CONTEXT_TOKENS_MAX = 12_000
const README_PATH = 'README.md'

/**
 * Writes the README of what is there, and TODO.md as the tasks stand: skipping one is no commit of its own. Where a part
 * is delivered and a model cannot be paid for, or its README does not hold, the README is a plain one from the plan.
 */
export async function documenting(ground: Ground): Promise<WorkResult<'documenting'>> {
  const { parts, project } = ground
  const rows = await tasksOf(parts.database.sql, project.id)
  const isPart = rows.some(row => row.status !== 'done')
  const isLastTry = project.file.readmeTries === README_TRIES_MAX - 1
  if (isPart && isLastTry) return written(ground, plainReadme(project, rows), rows)
  await ground.show('The Architect writes the README')
  const asked = await askFor(ground, readmePrompt, await inputFor(ground))
  if (asked.ok) return written(ground, asked.value, rows)
  const unpaid = asked.stopped.kind === 'outcome'
  if (!unpaid || !project.file.partial) return asked.stopped
  return written(ground, plainReadme(project, rows), rows)
}

async function inputFor(ground: Ground) {
  const { parts, project } = ground
  const { brief, plan, readmeComplaint } = project.file
  invariant(brief !== null && plan !== null, 'a README is written from brief and plan')
  const draft = await draftOf(await parts.workspaceOf(project.id), [])
  const index = parts.indexOf(project.id)
  index.update(sourcesIn(draft.texts))
  const query = [brief.title, ...brief.features, 'install configure run usage options'].join('\n')
  return {
    brief,
    plan,
    files: [...draft.files.keys()].sort(),
    excerpts: index.context(query, { tokensMax: CONTEXT_TOKENS_MAX, always: [] }),
    ...(readmeComplaint === null ? {} : { complaint: readmeComplaint }),
  }
}

async function written(
  ground: Ground,
  readme: Readme,
  rows: readonly TaskRow[],
): Promise<WorkResult<'documenting'>> {
  const { parts, project } = ground
  const workspace = await parts.workspaceOf(project.id)
  await workspace.restore()
  await workspace.write([
    { path: README_PATH, content: renderReadme(readme) },
    { path: TODO_PATH, content: todoText(project, rows) },
  ])
  const commit = await workspace.commit({ message: 'README', step: stepOf(project) })
  const tasksDone = rows.filter(row => row.status === 'done').length
  return outcome('written', {
    file: { readme, readmeTries: project.file.readmeTries + 1 },
    events: [{ type: 'committed', task: null, commit, tasksDone, tasks: rows.length }],
  })
}
