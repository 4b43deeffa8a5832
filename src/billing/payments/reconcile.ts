import { and, gt, isNotNull, like } from 'drizzle-orm'
import { raiseAlert } from '../../alerts.ts'
import type { Clock } from '../../clock.ts'
import type { Database, Sql } from '../../db/database.ts'
import { payments } from '../../db/schema.ts'
import type { Result } from '../../failure.ts'
import type { Method, Notice } from './notice.ts'
import { paymentId } from './payments.ts'
import type { Taken } from './take.ts'

/** What the processor's list and the books said of each other. */
export type Reconciled = {
  method: Method
  /** Payments and orders that the processor lists. */
  looked: number
  /** Those that changed the books: their notices never came. */
  missed: number
  /** Payments in the books that the processor does not list. */
  unknown: number
}

/** What came of comparing; `says`: why a processor could not be asked. */
export type Compared = ({ ok: true } & Reconciled) | { ok: false; method: Method; says: string }

export type Processor = { method: Method; list(sinceMs: number): AsyncIterable<Notice> }

type Parts = {
  database: Database
  clock: Clock
  take(notice: Notice): Promise<Result<Pick<Taken, 'changeMicro'>>>
}

/**
 * Takes the whole list of a processor since then into the books, and tells operators what the notices had not said, and
 * what the books have and the processor has not. `quiet`: a person is looking for their own payment, whose notice may be
 * on its way; nobody is told then.
 */
export async function reconcile(
  parts: Parts,
  processor: Processor,
  { sinceMs, quiet }: { sinceMs: number; quiet: boolean },
): Promise<Reconciled> {
  const { database } = parts
  const listed = new Set<string>()
  const found: Reconciled = { method: processor.method, looked: 0, missed: 0, unknown: 0 }
  for await (const notice of processor.list(sinceMs)) {
    found.looked += 1
    if (notice.about === 'payment') listed.add(paymentId(notice.method, notice.reference))
    const taken = await parts.take(notice)
    if (!taken.ok || taken.value.changeMicro === 0n) continue
    found.missed += 1
    if (!quiet) await database.transaction(tx => tellMissed(tx, parts.clock, notice))
  }
  if (quiet) return found
  for (const id of await paidSince(database.sql, processor.method, sinceMs)) {
    if (listed.has(id)) continue
    found.unknown += 1
    await database.transaction(tx => tellUnknown(tx, parts.clock, id))
  }
  return found
}

function tellMissed(tx: Sql, clock: Clock, notice: Notice): Promise<void> {
  const subject = notice.about === 'payment' ? paymentId(notice.method, notice.reference) : notice.orderId
  const says = `Payment ${subject} changed without a notice reaching this server; it is in the books now. Check that notices arrive: the webhook at Stripe, the bot at Telegram.`
  return raiseAlert(tx, clock, { kind: 'payment-missed', subject, says })
}

function tellUnknown(tx: Sql, clock: Clock, id: string): Promise<void> {
  const says = `Payment ${id} is in the books, and its processor does not list it. Look for it there; another account may be set up here now.`
  return raiseAlert(tx, clock, { kind: 'payment-unknown', subject: id, says })
}

/** The list is cut by when the purchase began, the books by when its payment was heard of. */
const MARGIN_MS = 26 * 3_600_000

async function paidSince(on: Sql, method: Method, sinceMs: number): Promise<string[]> {
  const found = await on
    .select({ id: payments.id, createdAt: payments.createdAt })
    .from(payments)
    .where(
      and(
        like(payments.id, `${method}:%`),
        isNotNull(payments.paidMinor),
        gt(payments.createdAt, new Date(sinceMs + MARGIN_MS)),
      ),
    )
  return found.map(row => row.id)
}
