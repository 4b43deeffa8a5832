import { desc, eq, isNull } from 'drizzle-orm'
import type { Clock } from './clock.ts'
import type { Sql } from './db/database.ts'
import { alerts } from './db/schema.ts'
import { done, type Result, refuse } from './failure.ts'
import { newId } from './id.ts'

/** What an operator must know, in one sentence; `subject` is the id of what it is about. */
type Trouble = {
  kind:
    | 'key-refused'
    | 'key-out-of-credit'
    | 'key-unreadable'
    | 'payment-mismatch'
    | 'payment-disputed'
    | 'payment-missed'
    | 'payment-unknown'
    | 'order-paid-twice'
    | 'day-limit'
    | 'spend-spike'
  subject: string
  says: string
}

export type Alert = typeof alerts.$inferSelect

/** Raises an alert, once until an operator has seen it: the same trouble again says nothing new. */
export async function raiseAlert(tx: Sql, clock: Clock, trouble: Trouble): Promise<void> {
  const row = { id: newId(), ...trouble, at: new Date(clock.nowMs()) }
  await tx.insert(alerts).values(row).onConflictDoNothing()
}

/** What nobody has seen yet, newest first. */
export function openAlerts(on: Sql): Promise<Alert[]> {
  return on.select().from(alerts).where(isNull(alerts.seenAt)).orderBy(desc(alerts.at), alerts.id)
}

/** Marks an alert as seen; a second time changes nothing. */
export async function seeAlert(tx: Sql, clock: Clock, id: string): Promise<Result<void, 'not-found'>> {
  const [known] = await tx.select().from(alerts).where(eq(alerts.id, id)).for('update')
  if (!known) return refuse('not-found', `There is no alert "${id}".`)
  if (!known.seenAt)
    await tx
      .update(alerts)
      .set({ seenAt: new Date(clock.nowMs()) })
      .where(eq(alerts.id, id))
  return done(undefined)
}
