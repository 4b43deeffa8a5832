import { refund } from '../billing/ledger.ts'
import { credits } from '../billing/money.ts'
import type { Sql } from '../db/database.ts'
import type { ProjectEvent } from './event.ts'
import type { Ground } from './ground.ts'
import { type Outcome, outcome } from './outcome.ts'
import type { TaskRow } from './project.ts'
import { paidPerTask } from './store.ts'
import { texts } from './texts.ts'

/** Gives a task up for now: what this series cost is returned and the person decides. */
export async function stuckOn(
  ground: Ground,
  row: TaskRow,
  also: { events: readonly ProjectEvent[]; write: (tx: Sql) => Promise<void> },
): Promise<Outcome<'stuck'>> {
  const { parts, project } = ground
  const says = texts.stuck(row.id, row.task.title)
  const paid = (await paidPerTask(parts.database.sql, project.id)).get(row.id) ?? 0n
  const reason = `${row.id} was given up`
  return outcome('stuck', {
    file: { decision: { why: 'stuck', says, task: row.id } },
    events: [...also.events, { type: 'refunded', task: row.id, credits: credits(paid), reason }],
    write: async tx => {
      await also.write(tx)
      await refund(tx, parts.clock, {
        key: `${project.id}:${project.step}`,
        userId: project.userId,
        projectId: project.id,
        taskId: row.id,
        amountMicro: paid,
        reason,
      })
    },
  })
}
