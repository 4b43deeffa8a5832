import { describe, expect, test } from 'vitest'
import { json, startServer } from '../../../tests/fakes/server.ts'
import { startStripe } from '../../../tests/fakes/stripe.ts'
import { aCharge, aDispute, anIntent, aSession } from '../../../tests/fakes/stripeEvents.ts'
import { type Clock, systemClock } from '../../clock.ts'
import { OutsideFailure } from '../../failure.ts'
import type { Notice } from './notice.ts'
import { openStripe } from './stripe.ts'
import { PAGES_MAX } from './stripeList.ts'

const KEY = 'sk_test_the_key_that_nobody_may_see'
const NOW_MS = 1_800_000_123_456
const FROZEN: Clock = { ...systemClock, nowMs: () => NOW_MS }
const PAYMENT = { about: 'payment', method: 'stripe', atMs: 1_800_000_113_000, orderId: 'order-1' } as const
const PAID = { ...PAYMENT, paid: { amountMinor: 500n, currency: 'usd' }, refundedMinor: 100n }

async function all(notices: AsyncIterable<Notice>): Promise<Notice[]> {
  const found: Notice[] = []
  for await (const notice of notices) found.push(notice)
  return found
}

function doorTo(apiBase: string) {
  return openStripe({ secretKey: KEY, webhookSecrets: [], apiBase }, FROZEN, {
    timeoutMs: 5_000,
    retriesMax: 0,
  })
}

/** What is listed where Stripe answers with these sessions and disputes, each on one page. */
async function listOf(known: { sessions?: readonly unknown[]; disputes?: readonly unknown[] }) {
  await using server = await startServer(() => undefined)
  const { sessions = [], disputes = [] } = known
  server.behave(({ path }) => {
    const data = path.startsWith('/v1/disputes?') ? disputes : sessions
    return { kind: 'reply', reply: json(200, { object: 'list', data, has_more: false }) }
  })
  return await all(doorTo(server.origin).list(1_700_000_000_999))
}

/** A session as it is listed: with its intent and the charge of that. */
function listed(id: string, over: { intent?: object; charge?: object | null; session?: object } = {}) {
  const charge = over.charge === undefined ? aCharge({ payment_intent: id }) : over.charge
  const intent = { ...anIntent({ id }), latest_charge: charge, ...over.intent }
  return { ...aSession(), payment_intent: intent, ...over.session }
}

function disputed(id: string, status: string, intent: object = anIntent({ id })) {
  return { ...aDispute({ status }), payment_intent: intent }
}

describe('a list', () => {
  test('has what is known of each payment now, said a little before it was asked for', async () => {
    expect(await listOf({ sessions: [listed('pi_1'), listed('pi_2')] })).toEqual([
      { ...PAID, reference: 'pi_1' },
      { ...PAID, reference: 'pi_2' },
    ])
  })

  test.each([
    ['processing', 'pending'],
    ['requires_action', 'pending'],
    ['requires_payment_method', 'failed'],
    ['canceled', 'failed'],
  ])('has an order whose payment is %s as %s', async (status, notice) => {
    const session = listed('pi_1', {
      session: { payment_status: 'unpaid' },
      intent: { status, latest_charge: null },
    })
    expect(await listOf({ sessions: [session] })).toEqual([
      { about: 'order', method: 'stripe', orderId: 'order-1', status: notice },
    ])
  })

  test('has each payment with its dispute, and then the disputes of payments before that', async () => {
    const disputes = [disputed('pi_1', 'needs_response'), disputed('pi_0', 'lost')]
    expect(await listOf({ sessions: [listed('pi_1')], disputes })).toEqual([
      { ...PAID, reference: 'pi_1', dispute: 'open' },
      { ...PAYMENT, reference: 'pi_0', dispute: 'lost' },
    ])
  })

  test.each([
    [['won', 'needs_response', 'lost'], 'open'],
    [['won', 'lost'], 'lost'],
    [['won', 'warning_needs_response'], 'open'],
    [['won', 'warning_closed'], 'won'],
  ])('has of the disputes %j of one payment: %s', async (statuses, dispute) => {
    const disputes = statuses.map(status => disputed('pi_1', status))
    expect(await listOf({ sessions: [listed('pi_1')], disputes })).toMatchObject([{ dispute }])
  })

  test('has no word of an inquiry that took nothing', async () => {
    const inquiry = { ...disputed('pi_1', 'warning_needs_response'), balance_transactions: [] }
    expect(await listOf({ sessions: [listed('pi_1')], disputes: [inquiry] })).toEqual([
      { ...PAID, reference: 'pi_1' },
    ])
  })

  test('leaves out what was not made here, and what cost nothing', async () => {
    const others = listed('pi_1', { session: { metadata: {}, amount_total: -1 } })
    const free = {
      ...aSession({ payment_status: 'no_payment_required', payment_intent: null, amount_total: 0 }),
    }
    const disputes = [
      disputed('pi_2', 'lost', anIntent({ id: 'pi_2', metadata: {} })),
      { ...aDispute(), payment_intent: null },
    ]
    expect(await listOf({ sessions: [others, free], disputes })).toEqual([])
  })

  test('asks from that second on, for what was finished, with what belongs to it', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    await all(doorTo(stripe.origin).list(1_700_000_000_999))
    const wanted = { 'created[gte]': '1700000000', limit: '100' }
    expect(stripe.received).toEqual([
      { method: 'GET', path: '/v1/disputes', form: { ...wanted, 'expand[0]': 'data.payment_intent' } },
      {
        method: 'GET',
        path: '/v1/checkout/sessions',
        form: { ...wanted, status: 'complete', 'expand[0]': 'data.payment_intent.latest_charge' },
      },
    ])
  })
})

describe('a list of several pages', () => {
  test('is read to its end', async () => {
    await using stripe = await startStripe({ secretKey: KEY, pageSize: 2 })
    const door = openStripe({ secretKey: KEY, webhookSecrets: [], apiBase: stripe.origin }, systemClock)
    const ids = ['order-1', 'order-2', 'order-3', 'order-4', 'order-5']
    for (const id of ids) await buy(door, id)
    const notices = await all(door.list(0))
    expect(notices.map(({ orderId }) => orderId)).toEqual(ids.toReversed())
    const turned = stripe.received.filter(({ method, path }) => method === 'GET' && path.includes('sessions'))
    expect(turned.map(({ form }) => form.starting_after)).toEqual([undefined, 'cs_test_3', 'cs_test_1'])
  })

  test(`is given up after ${PAGES_MAX} of them, and what was on them was told`, async () => {
    await using server = await startServer(() => undefined)
    server.behave(({ path }) => {
      const isSessions = path.startsWith('/v1/checkout/sessions?')
      const data = isSessions ? [listed(`pi_${server.received.length}`)] : []
      return { kind: 'reply', reply: json(200, { object: 'list', data, has_more: isSessions }) }
    })
    let told = 0
    const reading = async () => {
      for await (const _ of doorTo(server.origin).list(0)) told += 1
    }
    await expect(reading()).rejects.toThrow(`Stripe lists more than ${PAGES_MAX} pages`)
    expect(told).toBe(PAGES_MAX)
    expect(server.received).toHaveLength(PAGES_MAX + 1)
  })

  test('is given up at an empty page that says there is more', async () => {
    await using server = await startServer(() => undefined)
    server.behave({ kind: 'reply', reply: json(200, { object: 'list', data: [], has_more: true }) })
    await expect(all(doorTo(server.origin).list(0))).rejects.toThrow('an empty page with more behind it')
  })
})

describe('a list fails', () => {
  test.each<[string, unknown]>([
    ['a payment of ours without an amount', listed('pi_1', { session: { amount_total: null } })],
    ['a payment of ours in no currency', listed('pi_1', { session: { currency: null } })],
    [
      'a payment that did not come with its charge',
      listed('pi_1', { charge: null, intent: { latest_charge: 'ch_1' } }),
    ],
    [
      'a charge of which less than nothing was given back',
      listed('pi_1', { charge: { amount: 1, amount_refunded: -1 } }),
    ],
    ['something without an id', {}],
  ])('at %s, as an outside failure', async (_, session) => {
    const failing = listOf({ sessions: [session] })
    await expect(failing).rejects.toBeInstanceOf(OutsideFailure)
    await expect(failing).rejects.toThrow('not as documented')
  })

  test('where the key is not accepted, and says so without it', async () => {
    await using stripe = await startStripe({ secretKey: 'sk_test_another' })
    const failing = all(doorTo(stripe.origin).list(0))
    await expect(failing).rejects.toBeInstanceOf(OutsideFailure)
    await expect(failing).rejects.toThrow(
      'Stripe did not list what was paid: Stripe does not accept STRIPE_SECRET_KEY',
    )
    await failing.catch(error => expect(JSON.stringify([error, String(error)])).not.toContain(KEY))
  })
})

async function buy(door: ReturnType<typeof openStripe>, id: string): Promise<void> {
  const order = { id, name: 'Starter', credits: '500', amountMinor: 500n, currency: 'usd' }
  const expiresAtMs = Date.now() + 3_600_000
  const page = await door.checkout(order, {
    paidUrl: 'https://botwright.example/paid',
    cancelledUrl: 'https://botwright.example/',
    expiresAtMs,
  })
  if (!page.ok) throw new Error(page.says)
  await fetch(page.value.url, {
    method: 'POST',
    body: new URLSearchParams({ by: 'card' }),
    redirect: 'manual',
  })
}
