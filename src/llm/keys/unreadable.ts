import { and, eq, notInArray } from 'drizzle-orm'
import { raiseAlert } from '../../alerts.ts'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import type { Cipher } from './cipher.ts'
import { labelOf } from './keyText.ts'
import { disableFree } from './lend.ts'

/** A key that no master key opens: the wrong one is configured, the file of the right one was lost, or the row was changed. */

export const UNREADABLE = 'No master key opens it.'

type Parts = { clock: Clock; cipher: Cipher }
type Row = { id: string; provider: string; lastFour: string }

/** Disables every key that no master key at hand has sealed, with an alert each. Call it once at start. */
export async function disableUnreadable(tx: Sql, { clock, cipher }: Parts): Promise<void> {
  const rows = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.status, 'active'), notInArray(apiKeys.masterFingerprint, [...cipher.opensUnder])))
    .orderBy(apiKeys.id)
  for (const row of rows) await setAside(tx, clock, row)
}

/** Disables one that did not open although its master key is at hand; left to others where they hold it. */
export async function setAside(tx: Sql, clock: Clock, row: Row): Promise<void> {
  const disabled = await disableFree(tx, row.id, UNREADABLE)
  if (!disabled) return
  await raiseAlert(tx, clock, {
    kind: 'key-unreadable',
    subject: row.id,
    says: `The key …${row.lastFour} of ${labelOf(row.provider)} cannot be opened with API_KEY_ENCRYPTION_KEY or master.key and is disabled: restore the master key and enable it, or add the key again.`,
  })
}
