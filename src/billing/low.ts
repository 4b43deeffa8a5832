import { sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import { rows, type Sql } from '../db/database.ts'

/**
 * Looks whether the credits of a user, those set aside included, have fallen below the threshold, and remembers it: what
 * is left when they just have, once until they were above it again; else nothing. In micro-credits.
 */
export async function justLow(
  tx: Sql,
  clock: Clock,
  userId: string,
  lowMicro: bigint,
): Promise<bigint | undefined> {
  const [found] = await rows<{ left: string; was: boolean }>(
    tx,
    sql`select coalesce(sum(a.balance_micro_credits), 0)::text as left, u.low_since is not null as was
      from users u left join accounts a on a.user_id = u.id and a.kind in ('available', 'held')
      where u.id = ${userId} group by u.id`,
  )
  if (!found) return undefined
  const leftMicro = BigInt(found.left)
  const isLow = leftMicro < lowMicro
  if (isLow === found.was) return undefined
  const since = isLow ? new Date(clock.nowMs()).toISOString() : null
  const changed = await rows(
    tx,
    sql`update users set low_since = ${since}::timestamptz
      where id = ${userId} and (low_since is not null) = ${found.was} returning id`,
  )
  return isLow && changed.length > 0 ? leftMicro : undefined
}

/** Forgets that the credits of a user were low, where they are not any more: the next time it is said again. */
export async function noLongerLow(tx: Sql, userId: string, lowMicro: bigint): Promise<void> {
  await tx.execute(sql`update users set low_since = null
    where id = ${userId} and low_since is not null and ${`${lowMicro}`}::bigint <= (
      select coalesce(sum(balance_micro_credits), 0) from accounts
      where user_id = ${userId} and kind in ('available', 'held'))`)
}
