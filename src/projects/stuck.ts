import { refund } from '../billing/ledger.ts'
import { credits } from '../billing/money.ts'
import type { Sql } from '../db/database.ts'
import type { ProjectEvent } from './event.ts'
import type { Ground } from './ground.ts'
import { type Outcome, outcome } from './outcome.ts'
import type { TaskRow } from './project.ts'
import { refundsOfTask, totalOf } from './refunds.ts'
import { texts } from './texts.ts'

/** Gives a task up for now: what it cost is returned where only what is verified is charged, and the person decides. */
export async function stuckOn(
  ground: Ground,
  row: TaskRow,
  also: { events: readonly ProjectEvent[]; write: (tx: Sql) => Promise<void> },
): Promise<Outcome<'stuck'>> {
  const { parts, project } = ground
  const returns = parts.tariff.policy === 'verified'
  const back = returns ? await refundsOfTask(parts, project, row.id) : []
  const says = texts.stuck(row.id, row.task.title, returns)
  const refunded = back.slice(0, 1).map(({ reason }) => ({
    type: 'refunded' as const,
    task: row.id,
    credits: credits(totalOf(back)),
    reason,
  }))
  return outcome('stuck', {
    file: { decision: { why: 'stuck', says, task: row.id } },
    events: [...also.events, ...refunded],
    write: async tx => {
      await also.write(tx)
      for (const each of back) await refund(tx, parts.clock, each)
    },
  })
}
