import { readme as readmePrompt } from '../../agents/architect/readme.ts'
import type { Readme } from '../../agents/readme.ts'
import { invariant } from '../../failure.ts'
import { draftOf, sourcesIn } from '../draft.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { plainReadme, README_TRIES_MAX } from '../plainReadme.ts'
import { secretsOf } from '../secrets/store.ts'
import { tasksOf } from '../store.ts'

const CONTEXT_TOKENS_MAX = 12_000

/**
 * Writes the README of what is there. Where a part is delivered and a model cannot be paid for, or its README does not
 * hold, the README is a plain one from the plan.
 */
export async function documenting(ground: Ground): Promise<WorkResult<'documenting'>> {
  const { parts, project } = ground
  const rows = await tasksOf(parts.database.sql, project.id)
  const isPart = rows.some(row => row.status !== 'done')
  const isLastTry = project.file.readmeTries === README_TRIES_MAX - 1
  if (isPart && isLastTry) return written(ground, plainReadme(project, rows))
  await ground.show('The Architect writes the README')
  const asked = await askFor(ground, readmePrompt, await inputFor(ground))
  if (asked.ok) return written(ground, asked.value)
  const unpaid = asked.stopped.kind === 'outcome'
  if (!unpaid || !project.file.partial) return asked.stopped
  return written(ground, plainReadme(project, rows))
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
    secrets: await secretsOf(parts.database.sql, project.id),
    files: [...draft.files.keys()].sort(),
    excerpts: index.context(query, { tokensMax: CONTEXT_TOKENS_MAX, always: [] }),
    ...(readmeComplaint === null ? {} : { complaint: readmeComplaint }),
  }
}

function written(ground: Ground, readme: Readme): WorkResult<'documenting'> {
  return outcome('written', { file: { readme, readmeTries: ground.project.file.readmeTries + 1 } })
}
