import { refund } from '../billing/ledger.ts'
import { credits } from '../billing/money.ts'
import type { Sql } from '../db/database.ts'
import type { ProjectEvent } from './event.ts'
import type { Ground } from './ground.ts'
import { type Outcome, outcome } from './outcome.ts'
import type { TaskRow } from './project.ts'
import { refundOfTask } from './refunds.ts'
import { texts } from './texts.ts'

/** Gives a task up for now: what it cost is returned where only what is verified is charged, and the person decides. */
export async function stuckOn(
  ground: Ground,
  row: TaskRow,
  also: { events: readonly ProjectEvent[]; write: (tx: Sql) => Promise<void> },
): Promise<Outcome<'stuck'>> {
  const { parts, project } = ground
  const back = parts.tariff.policy === 'verified' ? await refundOfTask(parts, project, row.id) : null
  const says = texts.stuck(row.id, row.task.title, back !== null)
  const refunded = back && {
    type: 'refunded' as const,
    task: row.id,
    credits: credits(back.amountMicro),
    reason: back.reason,
  }
  return outcome('stuck', {
    file: { decision: { why: 'stuck', says, task: row.id } },
    events: [...also.events, ...(refunded ? [refunded] : [])],
    write: async tx => {
      await also.write(tx)
      if (back) await refund(tx, parts.clock, back)
    },
  })
}
