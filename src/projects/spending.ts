import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Purse } from '../billing/holds.ts'
import type { Sql } from '../db/database.ts'
import { accounts, calls, OWN_ACCOUNTS, postingSets, postings } from '../db/schema.ts'

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

/** Something that was paid from one purse, in micro-credits. */
export type Paid = { purse: Purse; micro: bigint }

const PURSES = ['available', 'tab'] as const satisfies Purse[]

/** What a task has cost the person, refunds taken off, by where it was paid from. Nothing of it may be under way. */
export function paidForTask(on: Sql, projectId: string, taskId: string): Promise<Paid[]> {
  return paidBy(on, projectId, sql`coalesce(${calls.taskId}, ${postingSets.taskId}) = ${taskId}`)
}

/** What the calls of one step have cost the person, by where it was paid from. Nothing of it may be under way. */
export function paidAtStep(on: Sql, projectId: string, step: number): Promise<Paid[]> {
  return paidBy(on, projectId, eq(calls.step, step))
}

/** A hold leaves its purse and comes back, so that only what was captured is missing from it. */
async function paidBy(on: Sql, projectId: string, which: SQL): Promise<Paid[]> {
  const found = await on
    .select({ purse: accounts.kind, total: sql<string>`-sum(${postings.amountMicro})` })
    .from(postings)
    .innerJoin(postingSets, eq(postingSets.id, postings.setId))
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .leftJoin(calls, eq(calls.id, postingSets.callId))
    .where(and(eq(postingSets.projectId, projectId), inArray(accounts.kind, [...PURSES]), which))
    .groupBy(accounts.kind)
  return PURSES.flatMap(purse => {
    const micro = BigInt(found.find(row => row.purse === purse)?.total ?? 0)
    return micro > 0n ? [{ purse, micro }] : []
  })
}
