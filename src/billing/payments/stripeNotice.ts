import type { z } from 'zod'
import { done, type Result, refuse } from '../../failure.ts'
import type { Notice, PaymentNotice } from './notice.ts'
import {
  chargeShape,
  type DisputeShape,
  disputeShape,
  type eventShape,
  orderOf,
  sessionShape,
} from './stripeShape.ts'

/** An event of Stripe whose signature was verified. */
export type StripeEvent = z.infer<typeof eventShape>

type Read = Result<Notice | null, 'malformed'>
type Reader = (event: StripeEvent) => Read
type Known = { orderId: string; atMs: number }

/**
 * The events that say something, and what. Events of refunds (`refund.created`, `refund.updated`, `refund.failed`,
 * `charge.refund.updated`) are not among them: each carries one refund, while `charge.refunded` has the total.
 */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ['checkout.session.completed', ours(sessionShape, ofSession)],
  ['checkout.session.async_payment_succeeded', ours(sessionShape, ofSession)],
  ['checkout.session.async_payment_failed', ours(sessionShape, (_, known) => ofOrder(known, 'failed'))],
  ['checkout.session.expired', ours(sessionShape, (_, known) => ofOrder(known, 'expired'))],
  ['charge.refunded', ours(chargeShape, ofCharge)],
  ['charge.dispute.created', ofDispute],
  ['charge.dispute.updated', ofDispute],
  ['charge.dispute.closed', ofDispute],
  ['charge.dispute.funds_withdrawn', ofDispute],
  ['charge.dispute.funds_reinstated', ofDispute],
])

/** What an endpoint at Stripe has to send here; it may send others too. */
export const STRIPE_EVENTS: readonly string[] = [...READERS.keys()]

/** Null where an event says nothing about our orders: it is of another kind, or of something that was not made here. */
export function noticeOf(event: StripeEvent): Read {
  return READERS.get(event.type)?.(event) ?? done(null)
}

/** Reads an object that was made here; one of others is not even looked at. */
function ours<Shape>(shape: z.ZodType<Shape>, make: (object: Shape, known: Known) => Notice | null): Reader {
  return ({ type, created, data }) => {
    const orderId = orderOf(data.object)
    if (orderId === null) return done(null)
    const parsed = shape.safeParse(data.object)
    return parsed.success
      ? done(make(parsed.data, { orderId, atMs: created }))
      : malformed(type, parsed.error)
  }
}

/** A payment that takes days is `unpaid` when the person has done their part. */
export function ofSession(session: z.infer<typeof sessionShape>, known: Known): Notice | null {
  if (session.payment_status === 'no_payment_required') return null
  if (session.payment_status === 'unpaid') return ofOrder(known, 'pending')
  const paid = { amountMinor: session.amount_total, currency: session.currency }
  return { ...ofPayment(session.payment_intent, known), paid }
}

export function ofOrder({ orderId }: Known, status: 'pending' | 'failed' | 'expired'): Notice {
  return { about: 'order', method: 'stripe', orderId, status }
}

/** Checkout always makes a payment intent: a charge without one is not of our making, whatever its mark. */
function ofCharge(charge: z.infer<typeof chargeShape>, known: Known): Notice | null {
  if (charge.payment_intent === null) return null
  return { ...ofPayment(charge.payment_intent, known), refundedMinor: charge.amount_refunded }
}

/** A dispute names the payment, and nothing of what it was for. */
function ofDispute({ type, created, data }: StripeEvent): Read {
  const parsed = disputeShape.safeParse(data.object)
  if (!parsed.success) return malformed(type, parsed.error)
  const dispute = disputeState(parsed.data)
  const reference = parsed.data.payment_intent ?? null
  if (dispute === null || reference === null) return done(null)
  return done({ ...ofPayment(reference, { orderId: null, atMs: created }), dispute })
}

function ofPayment(reference: string, known: { orderId: string | null; atMs: number }): PaymentNotice {
  return { about: 'payment', method: 'stripe', reference, ...known }
}

type State = NonNullable<PaymentNotice['dispute']>

/**
 * What a dispute comes to, by its status and by whether it has taken money that has not come back. An inquiry (`warning_`)
 * takes none until it becomes a dispute. One that was prevented was either blocked, or settled from our balance at once.
 */
const STATES: ReadonlyMap<string, { taken: State | null; untouched: State | null }> = new Map([
  ['warning_needs_response', { taken: 'open', untouched: null }],
  ['warning_under_review', { taken: 'open', untouched: null }],
  ['warning_closed', { taken: 'won', untouched: 'won' }],
  ['needs_response', { taken: 'open', untouched: 'open' }],
  ['under_review', { taken: 'open', untouched: 'open' }],
  ['appeal_needs_response', { taken: 'open', untouched: 'open' }],
  ['appeal_under_review', { taken: 'open', untouched: 'open' }],
  ['prevented', { taken: 'lost', untouched: 'won' }],
  ['won', { taken: 'won', untouched: 'won' }],
  ['lost', { taken: 'lost', untouched: 'lost' }],
])

/** Null where it says nothing yet, or has a status that this was not written for. */
export function disputeState({ status, balance_transactions }: DisputeShape): State | null {
  const movedMinor = balance_transactions.reduce((sum, { amount }) => sum + amount, 0)
  return STATES.get(status)?.[movedMinor < 0 ? 'taken' : 'untouched'] ?? null
}

/** Names the fields, and none of what is in them. */
export function malformed(what: string, error: z.ZodError) {
  const fields = new Set(error.issues.map(issue => issue.path.join('.') || 'the whole'))
  return refuse('malformed', `Stripe sent ${what} that is not as documented: ${[...fields].join(', ')}.`)
}
