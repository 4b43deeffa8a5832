import { invariant } from '../failure.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type Draft, draftOf } from './draft.ts'
import type { Ground } from './ground.ts'
import type { Attempt, TaskRow } from './project.ts'
import { inSeries, taskInHand } from './series.ts'
import { attemptsOf, type FrozenTest, frozenTests, tasksOf } from './store.ts'

/** The task in hand with its last attempt and the tree that it makes. */
export type InHand = {
  rows: readonly TaskRow[]
  row: TaskRow
  /** The attempts of this series before the last one. */
  earlier: readonly Attempt[]
  attempt: Attempt
  draft: Draft
  tests: readonly FrozenTest[]
  workspace: Workspace
}

/** Reads what checking, verifying and committing work on. */
export async function inHand(ground: Ground): Promise<InHand> {
  const { parts, project } = ground
  const { sql } = parts.database
  const rows = await tasksOf(sql, project.id)
  const row = taskInHand(rows)
  invariant(row !== undefined, 'there is a task in hand')
  const series = inSeries(await attemptsOf(sql, project.id, row.id), project.file.series)
  const attempt = series.at(-1)
  invariant(attempt !== undefined, `${row.id} was attempted`)
  const workspace = await parts.workspaceOf(project.id)
  const draft = await draftOf(workspace, series)
  const tests = await frozenTests(sql, project.id)
  return { rows, row, earlier: series.slice(0, -1), attempt, draft, tests, workspace }
}
