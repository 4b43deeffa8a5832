import type { Refund } from '../billing/ledger.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { paidAtStep, paidPerTask } from './spending.ts'

/** What is returned to the person of what they paid for work that came to nothing. */

type Needs = Pick<Parts, 'database' | 'tariff'>

/** Everything that a task has cost, refunds taken off. */
export async function refundOfTask(
  { database, tariff }: Needs,
  project: Project,
  taskId: string,
): Promise<Refund> {
  const amountMicro = (await paidPerTask(database.sql, project.id)).get(taskId) ?? 0n
  return { ...refundOf(project), taskId, amountMicro, purse: tariff.purse, reason: `${taskId} was given up` }
}

/** What the calls of the step in hand have cost, for a task or for none; null when that is nothing. */
export async function refundOfStep(
  { database, tariff }: Needs,
  project: Project,
  taskId: string | undefined,
): Promise<Refund | null> {
  const amountMicro = await paidAtStep(database.sql, project.id, project.step)
  if (amountMicro === 0n) return null
  const reason = 'The answers could not be used'
  const about = taskId === undefined ? {} : { taskId }
  return { ...refundOf(project), ...about, amountMicro, purse: tariff.purse, reason }
}

/** A step gives its cost back once. */
function refundOf({ id: projectId, userId, step }: Project) {
  return { key: `${projectId}:${step}`, userId, projectId }
}
