import { eq, ne } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import type { Cipher } from './cipher.ts'

/** `resealed` are now under the first master key; `unreadable` are as they were, because none opens them. */
export type Rotation = { resealed: number; unreadable: number }

/** Seals every key under the first master key, in the caller's transaction; a second time changes nothing. */
export async function rotateKeys(tx: Sql, cipher: Cipher): Promise<Rotation> {
  const rows = await tx
    .select()
    .from(apiKeys)
    .where(ne(apiKeys.masterFingerprint, cipher.sealsUnder))
    .orderBy(apiKeys.id)
    .for('no key update')
  let resealed = 0
  for (const row of rows) {
    const text = cipher.open(row, row)
    if (text === undefined) continue
    await tx.update(apiKeys).set(cipher.seal(row, text)).where(eq(apiKeys.id, row.id))
    resealed++
  }
  return { resealed, unreadable: rows.length - resealed }
}
