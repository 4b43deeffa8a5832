import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { accounts, OWN_ACCOUNTS } from '../db/schema.ts'
import { done, invariant, type Result, refuse } from '../failure.ts'
import type { Purse } from './holds.ts'
import { creditsShown, smaller } from './money.ts'
import { type Balance, balanceOf, isPosted, type Line, lockBalance, own, platform, post } from './posting.ts'

/**
 * Double entry. Every movement is a set of postings that adds up to nothing, written once under its own key. Each
 * function runs in the caller's transaction, so that money moves together with what it is moved for.
 */

/** Opens the accounts of a user and grants the initial credits; a second call changes nothing. */
export async function openAccounts(tx: Sql, clock: Clock, userId: string, grantMicro: bigint): Promise<void> {
  const opened = OWN_ACCOUNTS.map(kind => ({ id: `${kind}:${userId}`, kind, userId, balanceMicro: 0n }))
  await tx.insert(accounts).values(opened).onConflictDoNothing()
  if (grantMicro === 0n) return
  await post(tx, clock, {
    key: `grant:${userId}`,
    cause: 'initial_grant',
    userId,
    reason: 'Initial credits',
    lines: [
      { account: platform('promotions', userId), amountMicro: -grantMicro },
      { account: own('available', userId), amountMicro: grantMicro },
    ],
  })
}

/**
 * Gives (or, when negative, takes back) credits by hand; `actor` is the user who does it. What is given pays what is
 * owed first. Refused when there is no such user or the balance cannot bear it; a second call with the same key changes
 * nothing.
 */
export async function adjust(
  tx: Sql,
  clock: Clock,
  change: { key: string; userId: string; amountMicro: bigint; reason: string; actor: string },
): Promise<Result<Balance, 'too-few-credits' | 'nothing' | 'no-user'>> {
  const { userId, amountMicro, reason, actor } = change
  if (amountMicro === 0n) return refuse('nothing', 'An adjustment of zero credits changes nothing.')
  const key = `adjust:${change.key}`
  const balance = await lockBalance(tx, userId)
  if (!balance) return refuse('no-user', `There is no user "${userId}" with an account.`)
  if (await isPosted(tx, key)) return done(balance)
  if (balance.availableMicro + amountMicro < 0n) return tooFew(-amountMicro, balance.availableMicro)
  await post(tx, clock, {
    key,
    cause: 'manual_adjustment',
    userId,
    actor,
    reason,
    lines: [
      { account: platform('adjustments', userId), amountMicro: -amountMicro },
      ...given(userId, amountMicro, balance),
    ],
  })
  return done(await balanceOf(tx, userId))
}

export type Refund = {
  key: string
  userId: string
  projectId: string
  taskId?: string
  amountMicro: bigint
  purse: Purse
  reason: string
}

/**
 * Returns what something cost to the purse it was paid from, under a reason that the user sees; a second call with the
 * same key does nothing.
 */
export async function refund(tx: Sql, clock: Clock, back: Refund): Promise<void> {
  const { amountMicro, purse, key, ...about } = back
  invariant(amountMicro >= 0n, 'a refund takes nothing')
  if (amountMicro === 0n) return
  await post(tx, clock, {
    key: `refund:${key}`,
    cause: 'refund',
    ...about,
    lines: [
      { account: platform('refunds', about.projectId), amountMicro: -amountMicro },
      { account: own(purse, about.userId), amountMicro },
    ],
  })
}

/**
 * Puts what a payment is worth more than before into the account of its user, or takes back what it is worth less: from
 * what is available, and the rest is owed. What is given pays what is owed first. `key` counts the changes of a payment.
 */
export async function postPayment(
  tx: Sql,
  clock: Clock,
  change: {
    key: string
    paymentId: string
    userId: string
    processor: 'stripe' | 'stars'
    amountMicro: bigint
    reason: string
  },
): Promise<void> {
  const { key, processor, userId, amountMicro, ...about } = change
  const balance = await lockBalance(tx, userId)
  invariant(balance !== undefined, `${userId} has accounts`)
  await post(tx, clock, {
    key: `payment:${key}`,
    cause: 'purchase',
    userId,
    ...about,
    lines: [
      { account: platform(processor, userId), amountMicro: -amountMicro },
      ...(amountMicro > 0n ? given(userId, amountMicro, balance) : taken(userId, -amountMicro, balance)),
    ],
  })
}

/** Gives a bonus, once under its key. */
export async function giveBonus(
  tx: Sql,
  clock: Clock,
  bonus: { key: string; userId: string; amountMicro: bigint; reason: string },
): Promise<void> {
  const { key, userId, amountMicro, reason } = bonus
  const balance = await lockBalance(tx, userId)
  invariant(balance !== undefined && amountMicro > 0n, `${userId} is given something`)
  await post(tx, clock, {
    key: `bonus:${key}`,
    cause: 'referral_bonus',
    userId,
    reason,
    lines: [
      { account: platform('referrals', userId), amountMicro: -amountMicro },
      ...given(userId, amountMicro, balance),
    ],
  })
}

/** Pays what a user owes from what has become available since, for instance from a hold. `key` makes it once. */
export async function collect(tx: Sql, clock: Clock, userId: string, key: string): Promise<void> {
  const balance = await lockBalance(tx, userId)
  if (!balance) return
  const paidMicro = smaller(balance.owedMicro, balance.availableMicro)
  if (paidMicro === 0n) return
  await post(tx, clock, {
    key: `collection:${key}`,
    cause: 'collection',
    userId,
    reason: 'Paid what was owed',
    lines: [
      { account: own('available', userId), amountMicro: -paidMicro },
      { account: own('owed', userId), amountMicro: paidMicro },
    ],
  })
}

/** What is given pays what is owed first. */
function given(userId: string, amountMicro: bigint, { owedMicro }: Balance): Line[] {
  const paysMicro = amountMicro > 0n ? smaller(amountMicro, owedMicro) : 0n
  return [
    { account: own('owed', userId), amountMicro: paysMicro },
    { account: own('available', userId), amountMicro: amountMicro - paysMicro },
  ]
}

/** What is taken and not there is owed. */
function taken(userId: string, amountMicro: bigint, { availableMicro }: Balance): Line[] {
  const thereMicro = smaller(amountMicro, availableMicro)
  return [
    { account: own('available', userId), amountMicro: -thereMicro },
    { account: own('owed', userId), amountMicro: thereMicro - amountMicro },
  ]
}

function tooFew(neededMicro: bigint, availableMicro: bigint) {
  const says = `Too few credits: needed ${creditsShown(neededMicro)}, available ${creditsShown(availableMicro)}.`
  return refuse('too-few-credits', says)
}
