import type Stripe from 'stripe'
import type { z } from 'zod'
import { OutsideFailure } from '../../failure.ts'
import type { Notice, PaymentNotice } from './notice.ts'
import { disputeState, malformed, ofOrder, ofSession } from './stripeNotice.ts'
import { disputeShape, listedSessionShape, orderOf, pageShape, sessionShape } from './stripeShape.ts'

/** The most that Stripe gives at once. */
const PAGE_SIZE = 100
export const PAGES_MAX = 100

/**
 * What is listed counts as said a little before it was asked for: an event of the same moment knows better, and the clock
 * here may be ahead of Stripe's.
 */
const MARGIN_MS = 10_000

const REPORT = 'Look at it in the Stripe dashboard, and report it.'

type Dispute = NonNullable<PaymentNotice['dispute']>
type Disputes = ReadonlyMap<string, { orderId: string; states: readonly Dispute[] }>

/** Makes a request of the library, and throws an `OutsideFailure` where it fails. */
type Ask = (request: () => Promise<unknown>) => Promise<unknown>
type Turn = (page: { starting_after?: string }) => Promise<unknown>

/**
 * What Stripe knows now of all that was begun since then and is ours: of each payment what was paid, what was given back
 * in total, and its dispute; of each order whose money is on its way or did not come, that. Then the disputes since then
 * of payments before that. Throws an `OutsideFailure` when there is more than fits PAGES_MAX pages, when Stripe does not
 * answer as documented, or, from `ask`, when it does not answer.
 */
export async function* listNotices(
  stripe: Stripe,
  ask: Ask,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): AsyncGenerator<Notice> {
  const { disputePages, sessionPages } = turns(stripe, ask, sinceMs)
  const atMs = Math.floor(nowMs / 1000) * 1000 - MARGIN_MS
  const disputes = await disputesOf(pages(disputePages))
  const told = new Set<string>()
  for await (const session of pages(sessionPages)) {
    const notice = noticeOfSession(session, disputes, atMs)
    if (notice?.about === 'payment') told.add(notice.reference)
    if (notice) yield notice
  }
  for (const [reference, { orderId, states }] of disputes)
    if (!told.has(reference))
      yield { about: 'payment', method: 'stripe', reference, orderId, atMs, dispute: worst(states) }
}

/** Nothing is asked of pages that nobody finished: they brought no money, and anybody can open many of them. */
function turns(stripe: Stripe, ask: Ask, sinceMs: number): { disputePages: Turn; sessionPages: Turn } {
  const wanted = { created: { gte: Math.floor(sinceMs / 1000) }, limit: PAGE_SIZE }
  const withIntent = { ...wanted, expand: ['data.payment_intent'] }
  const withCharge = { ...wanted, status: 'complete', expand: ['data.payment_intent.latest_charge'] }
  return {
    disputePages: page => ask(() => stripe.disputes.list({ ...withIntent, ...page })),
    sessionPages: page => ask(() => stripe.checkout.sessions.list({ ...withCharge, ...page })),
  }
}

/** From page to page, never more than PAGES_MAX of them. */
async function* pages(turn: Turn): AsyncGenerator<Record<string, unknown>> {
  let after: { starting_after?: string } = {}
  for (let page = 0; page < PAGES_MAX; page++) {
    const { data, has_more } = known(pageShape, await turn(after), 'a list')
    yield* data
    if (!has_more) return
    const last = data.at(-1)
    if (last === undefined) throw new OutsideFailure('Stripe sent an empty page with more behind it', REPORT)
    after = { starting_after: last.id }
  }
  throw new OutsideFailure(`Stripe lists more than ${PAGES_MAX} pages`, 'Look back less far.')
}

/** Ours, by their payment: there may be several of one. */
async function disputesOf(all: AsyncIterable<Record<string, unknown>>): Promise<Disputes> {
  const found = new Map<string, { orderId: string; states: Dispute[] }>()
  for await (const listed of all) {
    const orderId = orderOf(listed.payment_intent)
    if (orderId === null) continue
    const dispute = known(disputeShape, listed, 'a dispute')
    const state = disputeState(dispute)
    if (state === null || !dispute.payment_intent) continue
    const { states } = found.get(dispute.payment_intent) ?? { states: [] }
    found.set(dispute.payment_intent, { orderId, states: [...states, state] })
  }
  return found
}

function noticeOfSession(listed: unknown, disputes: Disputes, atMs: number): Notice | null {
  const orderId = orderOf(listed)
  if (orderId === null) return null
  const { payment_intent: intent } = known(listedSessionShape, listed, 'a checkout session')
  const notice = ofSession(known(sessionShape, listed, 'a checkout session'), { orderId, atMs })
  if (notice?.about !== 'payment')
    return notice && ofOrder({ orderId, atMs }, ENDED.has(intent?.status ?? '') ? 'failed' : 'pending')
  const states = disputes.get(notice.reference)?.states
  const refundedMinor = intent?.latest_charge?.amount_refunded
  return {
    ...notice,
    ...(refundedMinor === undefined ? {} : { refundedMinor }),
    ...(states === undefined ? {} : { dispute: worst(states) }),
  }
}

/** An intent that would need to be paid anew: nothing is on its way. */
const ENDED: ReadonlySet<string> = new Set(['requires_payment_method', 'canceled'])

/** Of several disputes of one payment: one that takes the money outweighs those that do not. */
function worst(states: readonly Dispute[]): Dispute {
  return (['open', 'lost', 'won'] as const).find(state => states.includes(state)) ?? 'won'
}

function known<Shape>(shape: z.ZodType<Shape>, object: unknown, what: string): Shape {
  const parsed = shape.safeParse(object)
  if (parsed.success) return parsed.data
  throw new OutsideFailure(malformed(what, parsed.error).says, REPORT)
}
