import type { Ground } from '../ground.ts'
import { type InHand, inHand } from '../inHand.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { stepOf, TODO_PATH, todoText } from '../repository.ts'
import { paidPerTask } from '../spending.ts'
import { setTasks } from '../store.ts'
import { texts } from '../texts.ts'

/** Commits the verified task with its line in TODO.md. The commit carries the step, so that it is made once. */
export async function committing(ground: Ground): Promise<WorkResult<'committing'>> {
  const { project } = ground
  const hand = await inHand(ground)
  const { row, rows, draft, workspace } = hand
  await ground.show(`${row.id} · committing`, row.id)
  await workspace.restore()
  await workspace.write([...draft.changes, { path: TODO_PATH, content: todoText(project, rows, row.id) }])
  const commit = await workspace.commit(await wordsFor(ground, hand))
  const tasksDone = rows.filter(each => each.status === 'done').length + 1
  return outcome('committed', {
    file: { guidance: null, series: project.file.series + 1 },
    events: [{ type: 'committed', task: row.id, commit, tasksDone, tasks: rows.length }],
    says: [texts.taskDone(row.id, row.task.title, tasksDone, rows.length)],
    write: tx => setTasks(tx, project.id, [row.id], { status: 'done', commit }),
  })
}

async function wordsFor(ground: Ground, { row, attempt }: InHand) {
  const { parts, project } = ground
  const paid = (await paidPerTask(parts.database.sql, project.id)).get(row.id) ?? 0n
  return {
    message: `${row.id}: ${row.task.title}`,
    step: stepOf(project),
    trailers: {
      Task: row.id,
      Checks: attempt.checks.map(check => `${check.name} ${check.passed ? 'passed' : 'failed'}`).join(', '),
      Cost: parts.tariff.say(paid),
    },
  }
}
