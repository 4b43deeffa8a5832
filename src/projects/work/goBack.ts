import { invariant } from '../../failure.ts'
import type { Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { stepOf } from '../repository.ts'
import { setTasks, tasksOf } from '../store.ts'
import { texts } from '../texts.ts'

/** Returns to a verified task with a new commit; the tasks after it are open again. Nothing is rewritten or lost. */
export async function goBack(ground: Ground, undoTo: string): Promise<WorkResult<'building'>> {
  const { parts, project } = ground
  await ground.show(`Going back to ${undoTo}`)
  const rows = await tasksOf(parts.database.sql, project.id)
  const at = rows.findIndex(row => row.id === undoTo)
  const target = rows[at]
  invariant(target?.commit != null, `${undoTo} was verified`)
  const workspace = await parts.workspaceOf(project.id)
  const commit = await workspace.undoTo(target.commit, stepOf(project))
  const reopened = rows.slice(at + 1).map(row => row.id)
  return outcome('undone', {
    file: {
      undoTo: null,
      partial: false,
      guidance: null,
      series: project.file.series + 1,
      decision: { why: 'undone', says: texts.undone(undoTo), task: undoTo },
    },
    events: [{ type: 'undone', task: undoTo, commit }],
    write: tx => setTasks(tx, project.id, reopened, { status: 'open', commit: null }),
  })
}
