import type { Refund } from '../billing/ledger.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { type Paid, paidAtStep, paidForTask } from './spending.ts'

/** What is returned to the person of what they paid for work that came to nothing: to where it was paid from. */

type Needs = Pick<Parts, 'database'>

/** Everything that a task has cost, refunds taken off. */
export async function refundsOfTask(
  { database }: Needs,
  project: Project,
  taskId: string,
): Promise<Refund[]> {
  const paid = await paidForTask(database.sql, project.id, taskId)
  return refundsOf(project, paid, { taskId, reason: `${taskId} was given up` })
}

/** What the calls of the step in hand have cost, for a task or for none. */
export async function refundsOfStep(
  { database }: Needs,
  project: Project,
  taskId: string | undefined,
): Promise<Refund[]> {
  const paid = await paidAtStep(database.sql, project.id, project.step)
  const about = taskId === undefined ? {} : { taskId }
  return refundsOf(project, paid, { ...about, reason: 'The answers could not be used' })
}

/** What all of them come to, in micro-credits. */
export function totalOf(refunds: readonly Refund[]): bigint {
  return refunds.reduce((sum, each) => sum + each.amountMicro, 0n)
}

type About = Pick<Refund, 'taskId' | 'reason'>

/** A step gives its cost back once. It was paid from two purses where BILLING changed while it ran. */
function refundsOf({ id: projectId, userId, step }: Project, paid: readonly Paid[], about: About): Refund[] {
  const key = `${projectId}:${step}`
  return paid.map(({ purse, micro: amountMicro }, at) => ({
    key: at === 0 ? key : `${key}:${purse}`,
    userId,
    projectId,
    ...about,
    amountMicro,
    purse,
  }))
}
