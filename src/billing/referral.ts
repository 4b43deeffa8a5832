import { and, asc, eq, gt, gte, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { payments, referrals, users } from '../db/schema.ts'
import { giveBonus } from './ledger.ts'
import { lockBalance } from './posting.ts'

/**
 * A bonus for both, the one who came and the one who brought them: once, after the first payment of the newcomer has
 * stood long enough to not be given back, and for so many newcomers of one person at most.
 */

const DAY_MS = 86_400_000
/** Cards are given back within days, disputed within weeks; most of both is over then. */
const STANDS_MS = 14 * DAY_MS
/** Newcomers of one person who are rewarded within a month. */
const REWARDED_MAX = 10
const MONTH_MS = 30 * DAY_MS
const SETTLED_MAX = 1_000

/** What somebody names who was brought here by this user; null for who has no code. */
export async function referralCodeOf(on: Sql, userId: string): Promise<string | null> {
  const [found] = await on.select({ code: users.referralCode }).from(users).where(eq(users.id, userId))
  return found?.code ?? null
}

/** Remembers who brought a newcomer; a code that nobody has, or one's own, counts for nothing. */
export async function noteReferral(tx: Sql, clock: Clock, userId: string, code: string): Promise<void> {
  const [referrer] = await tx.select({ id: users.id }).from(users).where(eq(users.referralCode, code))
  if (!referrer || referrer.id === userId) return
  const row = { userId, referrerId: referrer.id, at: new Date(clock.nowMs()), rewarded: false }
  await tx.insert(referrals).values(row).onConflictDoNothing()
}

/** Rewards what is due, each in a transaction of its own. Returns how many were rewarded. */
export async function settleReferrals(
  { database, clock }: { database: Database; clock: Clock },
  bonusMicro: bigint,
): Promise<number> {
  if (bonusMicro === 0n) return 0
  const due = await dueReferrals(database.sql, clock)
  let rewarded = 0
  for (const userId of due)
    if (await database.transaction(tx => settle(tx, clock, userId, bonusMicro))) rewarded += 1
  return rewarded
}

/** Whose first payment stands, and nothing of it was given back or is disputed. */
async function dueReferrals(on: Sql, clock: Clock): Promise<string[]> {
  const paidBefore = new Date(clock.nowMs() - STANDS_MS)
  const found = await on
    .selectDistinct({ userId: referrals.userId })
    .from(referrals)
    .innerJoin(users, eq(users.id, referrals.userId))
    .innerJoin(payments, eq(payments.userId, referrals.userId))
    .where(
      and(
        isNull(referrals.settledAt),
        isNull(users.frozen),
        isNotNull(payments.paidAt),
        lte(payments.paidAt, paidBefore),
        gt(payments.creditedMicro, 0n),
        eq(payments.refundedMinor, 0n),
      ),
    )
    .orderBy(asc(referrals.userId))
    .limit(SETTLED_MAX)
  return found.map(row => row.userId)
}

async function settle(tx: Sql, clock: Clock, userId: string, bonusMicro: bigint): Promise<boolean> {
  const now = new Date(clock.nowMs())
  const [found] = await tx.select().from(referrals).where(eq(referrals.userId, userId)).for('update')
  if (!found || found.settledAt !== null) return false
  const { referrerId } = found
  const both = [
    { userId, reason: 'A bonus for coming' },
    { userId: referrerId, reason: 'A bonus for bringing somebody' },
  ].sort((one, other) => (one.userId < other.userId ? -1 : 1))
  // In one order, so that two that reward the same people never wait for each other; and before the limit is looked at,
  // which is the referrer's.
  for (const { userId: whose } of both) await lockBalance(tx, whose)
  const rewarded = (await rewardedLately(tx, clock, referrerId)) < REWARDED_MAX
  await tx.update(referrals).set({ settledAt: now, rewarded }).where(eq(referrals.userId, userId))
  if (!rewarded) return false
  for (const { userId: whose, reason } of both)
    await giveBonus(tx, clock, { key: `${userId}:${whose}`, userId: whose, amountMicro: bonusMicro, reason })
  return true
}

async function rewardedLately(tx: Sql, clock: Clock, referrerId: string): Promise<number> {
  const since = new Date(clock.nowMs() - MONTH_MS)
  const [found] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(referrals)
    .where(
      and(
        eq(referrals.referrerId, referrerId),
        eq(referrals.rewarded, true),
        gte(referrals.settledAt, since),
      ),
    )
  return found?.count ?? 0
}
