import { and, eq, sql } from 'drizzle-orm'
import { rows, type Sql } from '../db/database.ts'
import { accounts, payments, users } from '../db/schema.ts'
import { done, type Result, refuse } from '../failure.ts'

/** Accounts from which nothing more is spent: something is owed, a payment is disputed, or an operator said so. */
export type Frozen = NonNullable<(typeof users.$inferSelect)['frozen']>

/** Locks or unlocks an account by the facts; what an operator locked only an operator unlocks. Says whether it is locked. */
export async function refreeze(tx: Sql, userId: string): Promise<Frozen | null> {
  const [user] = await tx
    .select({ frozen: users.frozen })
    .from(users)
    .where(eq(users.id, userId))
    .for('no key update')
  if (!user) return null
  const frozen = user.frozen === 'operator' ? 'operator' : await factsOf(tx, userId)
  if (frozen !== user.frozen) await tx.update(users).set({ frozen }).where(eq(users.id, userId))
  return frozen
}

async function factsOf(tx: Sql, userId: string): Promise<Frozen | null> {
  const disputed = await tx
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.userId, userId), eq(payments.dispute, 'open')))
    .limit(1)
  if (disputed.length > 0) return 'dispute'
  const owes = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.kind, 'owed'), sql`${accounts.balanceMicro} < 0`))
  return owes.length > 0 ? 'debt' : null
}

/** Whether an account is locked; who locks or unlocks it waits until the transaction ends. */
export async function isFrozen(tx: Sql, userId: string): Promise<boolean> {
  const [user] = await tx
    .select({ frozen: users.frozen })
    .from(users)
    .where(eq(users.id, userId))
    .for('no key update')
  return user?.frozen != null
}

/** An operator locks an account, or takes that back; the facts still hold. Refused when there is no such user. */
export async function lockByHand(
  tx: Sql,
  userId: string,
  locked: boolean,
): Promise<Result<Frozen | null, 'no-user'>> {
  const known = await tx
    .update(users)
    .set({ frozen: locked ? 'operator' : null })
    .where(eq(users.id, userId))
    .returning({ id: users.id })
  if (known.length === 0) return refuse('no-user', `There is no user called "${userId}".`)
  return done(await refreeze(tx, userId))
}

/** Who owes something and has something: a hold was given back since. */
export async function debtorsWithCredits(on: Sql): Promise<string[]> {
  const found = await rows<{ id: string }>(
    on,
    sql`select o.user_id as id from accounts o join accounts a on a.user_id = o.user_id and a.kind = 'available'
      where o.kind = 'owed' and o.balance_micro_credits < 0 and a.balance_micro_credits > 0`,
  )
  return found.map(row => row.id)
}
