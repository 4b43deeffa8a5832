import { and, eq, isNull } from 'drizzle-orm'
import { openAccounts } from '../billing/ledger.ts'
import { noteReferral } from '../billing/referral.ts'
import type { Sql } from '../db/database.ts'
import { users } from '../db/schema.ts'
import { newId } from '../id.ts'
import type { Parts } from './parts.ts'

/** Somebody in Telegram, as Telegram and their own client say. */
export type Newcomer = {
  telegramId: number
  username: string | null
  language: string | null
  /** The code of whoever sent them here. */
  referral: string | null
}

/** Who owns the installation, and the id they have in Telegram, if they named it. */
export type Owner = { userId: string; telegramId: number | undefined }

export type Registered = { userId: string; isNew: boolean; grantedMicro: bigint }

/**
 * The account of somebody in Telegram: the one they have, the owner's for the owner, else a new one with the initial
 * credits. Two at once make one account.
 */
export function registerNewcomer(
  { database, clock, tariff }: Pick<Parts, 'database' | 'clock' | 'tariff'>,
  person: Newcomer,
  owner: Owner,
): Promise<Registered> {
  const { telegramId, username, language, referral } = person
  return database.transaction(async tx => {
    const called = { username, language }
    if (telegramId === owner.telegramId) await linkOwner(tx, owner.userId, telegramId)
    const row = {
      id: newId(),
      name: username ?? `Telegram ${telegramId}`,
      role: 'maker' as const,
      telegramId,
      ...called,
      referralCode: newId(),
      createdAt: new Date(clock.nowMs()),
    }
    const [made] = await tx.insert(users).values(row).onConflictDoNothing().returning({ id: users.id })
    if (!made) {
      const known = tx.update(users).set(called).where(eq(users.telegramId, telegramId))
      const [found] = await known.returning({ id: users.id })
      if (!found) throw new Error(`nobody has the Telegram id ${telegramId}`)
      return { userId: found.id, isNew: false, grantedMicro: 0n }
    }
    await openAccounts(tx, clock, made.id, tariff.initialMicro)
    if (referral !== null) await noteReferral(tx, clock, made.id, referral)
    return { userId: made.id, isNew: true, grantedMicro: tariff.initialMicro }
  })
}

/** Once, and not where the same person has an account of their own from before the owner was named. */
async function linkOwner(tx: Sql, ownerId: string, telegramId: number): Promise<void> {
  const known = await tx.select({ id: users.id }).from(users).where(eq(users.telegramId, telegramId))
  if (known.length > 0) return
  await tx
    .update(users)
    .set({ telegramId })
    .where(and(eq(users.id, ownerId), isNull(users.telegramId)))
}
