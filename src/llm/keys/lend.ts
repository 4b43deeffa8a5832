import { and, eq, gt, inArray, isNull, lte, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'

/** The statements by which keys are lent. None of them waits for a row that another transaction holds. */

export type KeyRow = typeof apiKeys.$inferSelect

export type Wanted = {
  provider: string
  now: Date
  /** Fingerprints of the master keys at hand: what is sealed under another cannot be lent. */
  opensUnder: readonly string[]
  except: readonly string[]
}

/** Active, not expired, and sealed under a master key at hand. */
function standing({ provider, now, opensUnder }: Wanted): SQL | undefined {
  return and(
    eq(apiKeys.provider, provider),
    eq(apiKeys.status, 'active'),
    or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
    inArray(apiKeys.masterFingerprint, [...opensUnder]),
  )
}

function usable(wanted: Wanted): SQL | undefined {
  return and(
    standing(wanted),
    or(isNull(apiKeys.cooledUntil), lte(apiKeys.cooledUntil, wanted.now)),
    notInArray(apiKeys.id, [...wanted.except]),
  )
}

/** Every key that may be used now, also those that others hold. */
export function usableKeys(tx: Sql, wanted: Wanted): Promise<KeyRow[]> {
  return tx.select().from(apiKeys).where(usable(wanted))
}

/**
 * Takes the first of these keys that nobody holds, and marks it as the last used: above every other mark, so that keys
 * taken within one millisecond keep their order. Undefined when all are held. `no key update`, because the stronger lock
 * would let whoever journals a call with this key (a foreign key) wait for us.
 */
export async function takeFree(
  tx: Sql,
  wanted: Wanted,
  order: readonly KeyRow[],
): Promise<KeyRow | undefined> {
  const ids = order.map(({ id }) => id)
  const free = tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(usable(wanted), inArray(apiKeys.id, ids)))
    .orderBy(sql`array_position(${sql.param(ids)}::text[], ${apiKeys.id})`)
    .limit(1)
    .for('no key update', { skipLocked: true })
  const above = sql`(select max(${apiKeys.lastUsedAt}) + interval '1 millisecond' from ${apiKeys}
    where ${apiKeys.provider} = ${wanted.provider})`
  const lastUsedAt = sql`greatest(${sql.param(wanted.now, apiKeys.lastUsedAt)}::timestamptz, ${above})`
  const [taken] = await tx
    .update(apiKeys)
    .set({ lastUsedAt })
    .where(eq(apiKeys.id, sql`(${free})`))
    .returning()
  return taken
}

/** Every key that may be used now or later, also those that the call has tried. */
export function standingKeys(tx: Sql, wanted: Wanted): Promise<KeyRow[]> {
  return tx.select().from(apiKeys).where(standing(wanted))
}

/** Disables a key unless another transaction holds it; says whether it did. */
export async function disableFree(tx: Sql, id: string, reason: string): Promise<boolean> {
  const free = tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.status, 'active')))
    .for('no key update', { skipLocked: true })
  const disabled = await tx
    .update(apiKeys)
    .set({ status: 'disabled', disabledReason: reason })
    .where(eq(apiKeys.id, sql`(${free})`))
    .returning({ id: apiKeys.id })
  return disabled.length > 0
}
