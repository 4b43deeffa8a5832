import { and, desc, eq, gt } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import { payments } from '../../db/schema.ts'

const LISTED_MAX = 20

/** What a user has bought and what it is worth now, newest first; `number` is what a person names when they ask. */
export async function purchasesOf(
  on: Sql,
  userId: string,
): Promise<{ atMs: number; amountMicro: bigint; number: string }[]> {
  const found = await on
    .select()
    .from(payments)
    .where(and(eq(payments.userId, userId), gt(payments.paidMinor, 0n)))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(LISTED_MAX)
  return found.map(({ createdAt, creditedMicro, orderId }) => ({
    atMs: createdAt.getTime(),
    amountMicro: creditedMicro,
    number: orderId,
  }))
}
