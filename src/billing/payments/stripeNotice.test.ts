import { describe, expect, test } from 'vitest'
import {
  aCharge,
  aDispute,
  aMovement,
  anEvent,
  aRefund,
  aSession,
  CREATED,
} from '../../../tests/fakes/stripeEvents.ts'
import { noticeOf, STRIPE_EVENTS } from './stripeNotice.ts'
import { eventShape } from './stripeShape.ts'

const PAYMENT = { about: 'payment', method: 'stripe', reference: 'pi_3SxQ2bLkdIwHu7ix0a1b2c3d' } as const
const MINE = { ...PAYMENT, orderId: 'order-1', atMs: CREATED * 1000 }
const PAID = { ...MINE, paid: { amountMinor: 500n, currency: 'usd' } }
const UNPAID = aSession({ payment_status: 'unpaid' })

function read(type: string, object: object) {
  return noticeOf(eventShape.parse(JSON.parse(JSON.stringify(anEvent(type, object)))))
}

describe('of a page', () => {
  test.each([
    ['that was paid, the payment', 'checkout.session.completed', aSession(), PAID],
    ['whose payment takes days, that it is pending', 'checkout.session.completed', UNPAID, order('pending')],
    ['whose payment took days, the payment', 'checkout.session.async_payment_succeeded', aSession(), PAID],
    ['whose payment did not come', 'checkout.session.async_payment_failed', UNPAID, order('failed')],
    ['that nobody used', 'checkout.session.expired', UNPAID, order('expired')],
  ])('%s', (_, type, session, notice) => {
    expect(read(type, session)).toEqual({ ok: true, value: notice })
  })

  test('that cost nothing, nothing', () => {
    const session = aSession({ payment_status: 'no_payment_required', amount_total: 0, payment_intent: null })
    expect(read('checkout.session.completed', session)).toEqual({ ok: true, value: null })
  })

  test('the currency comes in small letters, and a price of twelve digits is exact', () => {
    const session = aSession({ currency: 'IDR', amount_total: 999_999_999_999 })
    expect(read('checkout.session.completed', session)).toMatchObject({
      value: { paid: { amountMinor: 999_999_999_999n, currency: 'idr' } },
    })
  })
})

function order(status: string) {
  return { about: 'order', method: 'stripe', orderId: 'order-1', status }
}

describe('of money given back', () => {
  test.each([
    ['in part', 100, 100n],
    ['whole', 500, 500n],
    ['and not given back after all', 0, 0n],
  ])('%s: the total', (_, amount_refunded, refundedMinor) => {
    const charge = aCharge({ amount_refunded })
    expect(read('charge.refunded', charge)).toEqual({ ok: true, value: { ...MINE, refundedMinor } })
  })

  test.each(['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])(
    '%s says nothing: it has no total',
    type => {
      expect(read(type, aRefund({ metadata: { order: 'order-1' } }))).toEqual({ ok: true, value: null })
    },
  )
})

const DISPUTES = STRIPE_EVENTS.filter(type => type.startsWith('charge.dispute.'))
/** Status, what the dispute moved on the balance in total, and what that means. */
const STATES: [string, number[], string | null][] = [
  ['warning_needs_response', [], null],
  ['warning_under_review', [], null],
  ['warning_needs_response', [-500], 'open'],
  ['warning_under_review', [-500], 'open'],
  ['warning_closed', [], 'won'],
  ['needs_response', [-500], 'open'],
  ['needs_response', [], 'open'],
  ['under_review', [-500], 'open'],
  ['under_review', [], 'open'],
  ['appeal_needs_response', [-500], 'open'],
  ['appeal_needs_response', [], 'open'],
  ['appeal_under_review', [-500], 'open'],
  ['appeal_under_review', [], 'open'],
  ['prevented', [-500], 'lost'],
  ['prevented', [-500, 500], 'won'],
  ['prevented', [], 'won'],
  ['won', [-500], 'won'],
  ['won', [-500, 500], 'won'],
  ['lost', [-500], 'lost'],
  ['lost', [], 'lost'],
  ['a_status_of_tomorrow', [-500], null],
  ['constructor', [-500], null],
]

describe('of a dispute', () => {
  test.each(STATES)('that is %s and moved %j: %s', (status, moved, dispute) => {
    const object = aDispute({ status, balance_transactions: moved.map(aMovement) })
    const { orderId: _, ...rest } = MINE
    const value = dispute === null ? null : { ...rest, orderId: null, dispute }
    for (const type of DISPUTES) expect(read(type, object)).toEqual({ ok: true, value })
  })

  test('there are five events', () => {
    expect(DISPUTES).toHaveLength(5)
  })

  test('of a payment without an intent, nothing: it is not ours', () => {
    const object = aDispute({ payment_intent: null })
    expect(read('charge.dispute.created', object)).toEqual({ ok: true, value: null })
  })
})

describe('what was not made here says nothing', () => {
  test.each<[string, string, object]>([
    ['a page without a mark', 'checkout.session.completed', aSession({ metadata: {} })],
    ['a page whose mark is null', 'checkout.session.completed', aSession({ metadata: null })],
    [
      'a page that others gave a reference',
      'checkout.session.completed',
      aSession({ metadata: { cart: '7' }, client_reference_id: 'cart-7' }),
    ],
    [
      'a page of others that is not as documented',
      'checkout.session.completed',
      { ...aSession({ metadata: {} }), amount_total: -1 },
    ],
    ['a page with an empty mark', 'checkout.session.completed', aSession({ metadata: { order: '' } })],
    ['a charge without a mark', 'charge.refunded', aCharge({ metadata: {} })],
    ['a charge with a mark and no intent', 'charge.refunded', aCharge({ payment_intent: null })],
    ['an event of another kind', 'customer.created', { id: 'cus_1', metadata: { order: 'order-1' } }],
    ['an event named like a part of the language', 'constructor', aSession()],
  ])('%s', (_, type, object) => {
    expect(read(type, object)).toEqual({ ok: true, value: null })
  })
})

describe('what is not as documented is malformed', () => {
  const amounts: unknown[] = [-1, 0.5, 1.5, 1e21, 1_000_000_000_000, '500', 'NaN', null, undefined, {}, true]

  test.each(amounts.concat(0))('a page that was paid with %j', amount_total => {
    expect(read('checkout.session.completed', { ...aSession(), amount_total })).toMatchObject({
      reason: 'malformed',
      says: 'Stripe sent checkout.session.completed that is not as documented: amount_total.',
    })
  })

  test.each(amounts)('a charge of which %j was given back', amount_refunded => {
    expect(read('charge.refunded', { ...aCharge(), amount_refunded })).toMatchObject({ reason: 'malformed' })
  })

  test('a charge of more than anybody can pay', () => {
    const charge = aCharge({ amount: 1_000_000_000_000, amount_refunded: 1_000_000_000_000 })
    expect(read('charge.refunded', charge)).toMatchObject({ reason: 'malformed' })
  })

  test('more was given back than there was', () => {
    const charge = aCharge({ amount: 500, amount_refunded: 501 })
    expect(read('charge.refunded', charge)).toMatchObject({
      reason: 'malformed',
      says: 'Stripe sent charge.refunded that is not as documented: amount_refunded.',
    })
  })

  test.each([null, undefined, '', 'us', 'usdt', 'u$d', 840])('a currency of %j', currency => {
    expect(read('checkout.session.completed', { ...aSession(), currency })).toMatchObject({
      reason: 'malformed',
    })
  })

  test.each<[string, string, object]>([
    ['a payment without an intent', 'checkout.session.completed', aSession({ payment_intent: null })],
    [
      'an intent with an endless name',
      'checkout.session.completed',
      aSession({ payment_intent: 'x'.repeat(256) }),
    ],
    [
      'a status of payment that is not documented',
      'checkout.session.completed',
      aSession({ payment_status: 'half' }),
    ],
    ['a dispute without a status', 'charge.dispute.created', { ...aDispute(), status: undefined }],
    [
      'a dispute that moved half a cent',
      'charge.dispute.created',
      aDispute({ balance_transactions: [aMovement(-0.5)] }),
    ],
  ])('%s', (_, type, object) => {
    expect(read(type, object)).toMatchObject({ ok: false, reason: 'malformed' })
  })

  test('nothing of what is in the fields is repeated', () => {
    const refused = read('checkout.session.completed', { ...aSession(), amount_total: 'secret-amount' })
    expect(JSON.stringify(refused)).not.toContain('secret-amount')
  })
})

test('an intent that came whole is known by its id', () => {
  const session = { ...aSession(), payment_intent: { id: PAYMENT.reference, object: 'payment_intent' } }
  expect(read('checkout.session.completed', session)).toEqual({ ok: true, value: PAID })
})

test('these are the events to send here', () => {
  expect(STRIPE_EVENTS).toEqual([
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
    'charge.refunded',
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
  ])
})
