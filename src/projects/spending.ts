import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Sql } from '../db/database.ts'
import { accounts, calls, creditTransactions, OWN_ACCOUNTS, postingSets, postings } from '../db/schema.ts'

/** Where the credits of a project went. */

/** What the user has paid for each task, refunds taken off, in micro-credits. */
export async function paidPerTask(on: Sql, projectId: string): Promise<Map<string, bigint>> {
  const taskId = sql<string | null>`coalesce(${calls.taskId}, ${postingSets.taskId})`
  const found = await on
    .select({ taskId, total: sql<string>`-sum(${postings.amountMicro})` })
    .from(postings)
    .innerJoin(postingSets, eq(postingSets.id, postings.setId))
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .leftJoin(calls, eq(calls.id, postingSets.callId))
    .where(and(eq(postingSets.projectId, projectId), inArray(accounts.kind, [...OWN_ACCOUNTS])))
    .groupBy(taskId)
  return new Map(
    found.flatMap(row => (row.taskId === null ? [] : [[row.taskId, BigInt(row.total)] as const])),
  )
}

/** What the calls of one step have cost the person, in micro-credits; what was given back is not taken off. */
export async function paidAtStep(on: Sql, projectId: string, step: number): Promise<bigint> {
  const [found] = await on
    .select({ total: sql<string>`coalesce(-sum(${creditTransactions.amountMicro}), 0)` })
    .from(creditTransactions)
    .innerJoin(calls, eq(calls.id, creditTransactions.usageId))
    .where(and(eq(calls.projectId, projectId), eq(calls.step, step)))
  return BigInt(found?.total ?? 0)
}
