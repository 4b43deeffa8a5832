import type { orders, payments } from '../../db/schema.ts'
import type { PaymentNotice } from './notice.ts'

/** What is known of a payment, and what it is worth: pure, so that the order in which words arrive cannot matter. */
export type Known = Pick<
  typeof payments.$inferSelect,
  'paidMinor' | 'currency' | 'paidAt' | 'refundedMinor' | 'refundedAt' | 'dispute' | 'disputedAt'
>

type Ordered = Pick<typeof orders.$inferSelect, 'amountMinor' | 'currency' | 'creditsMicro'>

export const NOTHING_KNOWN: Known = {
  paidMinor: null,
  currency: null,
  paidAt: null,
  refundedMinor: 0n,
  refundedAt: null,
  dispute: null,
  disputedAt: null,
}

/** A dispute that has ended outweighs its beginning, should both be of one moment. */
const RANK = { open: 0, won: 1, lost: 2 } as const

/** What is known after a notice: of each matter the latest word. What was paid stays as it was first said. */
export function learn(known: Known, notice: PaymentNotice): Known {
  const at = new Date(notice.atMs)
  return {
    ...known,
    ...paid(known, notice, at),
    ...refunded(known, notice, at),
    ...disputed(known, notice, at),
  }
}

function paid(known: Known, notice: PaymentNotice, at: Date): Partial<Known> {
  if (notice.paid === undefined || known.paidMinor !== null) return {}
  return { paidMinor: notice.paid.amountMinor, currency: notice.paid.currency, paidAt: at }
}

function refunded({ refundedMinor, refundedAt }: Known, notice: PaymentNotice, at: Date): Partial<Known> {
  if (notice.refundedMinor === undefined || isOlder(at, refundedAt)) return {}
  const sameMoment = refundedAt !== null && at.getTime() === refundedAt.getTime()
  if (sameMoment && notice.refundedMinor < refundedMinor) return {}
  return { refundedMinor: notice.refundedMinor, refundedAt: at }
}

function disputed({ dispute, disputedAt }: Known, notice: PaymentNotice, at: Date): Partial<Known> {
  if (notice.dispute === undefined || isOlder(at, disputedAt)) return {}
  const sameMoment = disputedAt !== null && at.getTime() === disputedAt.getTime()
  if (sameMoment && dispute !== null && RANK[notice.dispute] < RANK[dispute]) return {}
  return { dispute: notice.dispute, disputedAt: at }
}

function isOlder(at: Date, than: Date | null): boolean {
  return than !== null && at.getTime() < than.getTime()
}

/** Whether the money is what the order asked for. */
export function isAsOrdered({ paidMinor, currency }: Known, ordered: Ordered): boolean {
  return paidMinor === ordered.amountMinor && currency === ordered.currency
}

/**
 * The credits that a payment is worth now: those of its order for as much of it as was not given back, rounded down;
 * none while it is disputed, after the dispute was lost, or when it is not what the order asked for.
 */
export function worthMicro(known: Known, ordered: Ordered): bigint {
  const { paidMinor, refundedMinor, dispute } = known
  if (paidMinor === null || !isAsOrdered(known, ordered) || dispute === 'open' || dispute === 'lost')
    return 0n
  const keptMinor = refundedMinor > paidMinor ? 0n : paidMinor - refundedMinor
  return (ordered.creditsMicro * keptMinor) / paidMinor
}
