import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Sql } from '../db/database.ts'
import { creditTransactions } from '../db/schema.ts'
import { done, type Result, refuse } from '../failure.ts'

/** What changed the credits of a user, as they see it; amounts are signed micro-credits. */
export type Transaction = typeof creditTransactions.$inferSelect

/** From the newest on; `next` is where the older ones begin, null when there are none. */
export type Page = { transactions: Transaction[]; next: string | null }

/** One page of a user's transactions, newest first, from `after` on, which an earlier page named. */
export async function transactionsOf(
  on: Sql,
  userId: string,
  wanted: { limit: number; after?: string | undefined },
): Promise<Result<Page, 'cursor'>> {
  const older = olderThan(wanted.after)
  if (!older.ok) return older
  const found = await on
    .select()
    .from(creditTransactions)
    .where(and(eq(creditTransactions.userId, userId), older.value))
    .orderBy(desc(creditTransactions.at), desc(creditTransactions.id))
    .limit(wanted.limit + 1)
  const transactions = found.slice(0, wanted.limit)
  const last = transactions.at(-1)
  return done({ transactions, next: last && found.length > wanted.limit ? cursorOf(last) : null })
}

/** Names a place in the list: nothing that comes later moves it. */
function cursorOf({ at, id }: Transaction): string {
  return `${at.getTime()}.${id}`
}

const CURSOR = /^(\d{1,15})\.([\w:.-]{1,200})$/

function olderThan(cursor: string | undefined): Result<SQL | undefined, 'cursor'> {
  if (cursor === undefined) return done(undefined)
  const [, ms, id] = CURSOR.exec(cursor) ?? []
  if (ms === undefined)
    return refuse('cursor', 'That is no place in the list: take `next` of the page before.')
  const at = new Date(Number(ms)).toISOString()
  return done(sql`(${creditTransactions.at}, ${creditTransactions.id}) < (${at}::timestamptz, ${id})`)
}
