import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { startServer } from '../../../tests/fakes/server.ts'
import { listen, startStripe } from '../../../tests/fakes/stripe.ts'
import { aRefund } from '../../../tests/fakes/stripeEvents.ts'
import { systemClock } from '../../clock.ts'
import type { Result } from '../../failure.ts'
import type { Notice } from './notice.ts'
import { openStripe, type StripeDoor } from './stripe.ts'

const KEY = 'sk_test_the_key_that_nobody_may_see'
const SECRET = 'whsec_of_this_endpoint'
const HOUR_MS = 3_600_000
const ORDER = { id: 'order-7', name: 'Starter', credits: '500', amountMinor: 999n, currency: 'eur' }
const BACK = {
  paidUrl: 'https://botwright.example/credits?order=order-7',
  cancelledUrl: 'https://botwright.example/credits?order=order-7&cancelled=yes',
  expiresAtMs: Math.floor(Date.now() / 1000) * 1000 + HOUR_MS + 250,
}
const NO_PATIENCE = { timeoutMs: 200, retriesMax: 0 }

function doorTo(apiBase: string, patience?: { timeoutMs: number; retriesMax: number }): StripeDoor {
  return openStripe({ secretKey: KEY, webhookSecrets: [SECRET], apiBase }, systemClock, patience)
}

function granted<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.says)
  return result.value
}

describe('a page to pay on', () => {
  test('is made for an order, marked with it everywhere, at its price, in its currency', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    const page = granted(await doorTo(stripe.origin).checkout(ORDER, BACK))
    const expires_at = Math.floor(BACK.expiresAtMs / 1000)
    expect(page).toEqual({
      checkoutId: 'cs_test_0',
      url: `${stripe.origin}/c/pay/cs_test_0`,
      expiresAtMs: expires_at * 1000,
    })
    expect(stripe.received).toEqual([
      {
        method: 'POST',
        path: '/v1/checkout/sessions',
        key: 'botwright-order-order-7',
        form: {
          mode: 'payment',
          client_reference_id: 'order-7',
          'metadata[order]': 'order-7',
          'payment_intent_data[metadata][order]': 'order-7',
          'line_items[0][quantity]': '1',
          'line_items[0][price_data][currency]': 'eur',
          'line_items[0][price_data][unit_amount]': '999',
          'line_items[0][price_data][product_data][name]': 'Starter',
          'line_items[0][price_data][product_data][description]': '500 credits',
          'adaptive_pricing[enabled]': 'false',
          success_url: BACK.paidUrl,
          cancel_url: BACK.cancelledUrl,
          expires_at: `${expires_at}`,
        },
      },
    ])
  })

  test('is the same page when it is asked for twice, one after the other', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    const door = doorTo(stripe.origin)
    const first = granted(await door.checkout(ORDER, BACK))
    expect(granted(await door.checkout(ORDER, BACK))).toEqual(first)
    expect(granted(await door.checkout({ ...ORDER, id: 'order-8' }, BACK))).not.toEqual(first)
  })

  test('is refused for the same order at another price', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    const door = doorTo(stripe.origin)
    await door.checkout(ORDER, BACK)
    expect(await door.checkout({ ...ORDER, amountMinor: 1n }, BACK)).toEqual({
      ok: false,
      reason: 'processor',
      says: 'Stripe does not take this: Keys for idempotent requests can only be used with the same parameters they were first used with. Begin a new purchase, or tell the operator.',
    })
  })

  test.each([
    ['below the least that Stripe takes', { ...ORDER, amountMinor: 1n }, BACK, 'at least $0.50 usd'],
    [
      'that closes too soon',
      ORDER,
      { ...BACK, expiresAtMs: Date.now() + HOUR_MS / 4 },
      'between 30 minutes and 24 hours',
    ],
  ])('is refused with what Stripe says of one %s', async (_, order, back, said) => {
    await using stripe = await startStripe({ secretKey: KEY })
    const refused = await doorTo(stripe.origin).checkout(order, back)
    expect(refused).toMatchObject({ ok: false, reason: 'processor', says: expect.stringContaining(said) })
    expect(refused).toMatchObject({ says: expect.stringMatching(/Begin a new purchase/) })
  })

  test.each([0n, -5n, 1_000_000_000_000n])('is never made for a price of %d', async amountMinor => {
    await using stripe = await startStripe({ secretKey: KEY })
    await expect(doorTo(stripe.origin).checkout({ ...ORDER, amountMinor }, BACK)).rejects.toThrow(
      'an order has a price',
    )
    expect(stripe.received).toEqual([])
  })

  test('is never open for more than a day', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    const back = { ...BACK, expiresAtMs: Date.now() + 25 * HOUR_MS }
    await expect(doorTo(stripe.origin).checkout(ORDER, back)).rejects.toThrow('24 hours')
  })
})

describe('where Stripe does not do it', () => {
  const error = (status: number, error: object) => ({
    kind: 'reply' as const,
    reply: {
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error }),
    },
  })
  const UNREACHED = /cannot be reached at the moment/

  test.each([
    ['the key is wrong', error(401, { message: `Invalid API Key provided: ${KEY}` }), /STRIPE_SECRET_KEY/],
    ['the key may not', error(403, { message: `The key ${KEY} may not` }), /let that key write checkout/],
    ['there is too much at once', error(429, { message: 'Too many requests' }), UNREACHED],
    ['Stripe is broken', error(500, { type: 'api_error', message: 'Oops' }), UNREACHED],
    ['the answer is no JSON', { kind: 'reply', reply: { status: 200, body: '<html>' } }, UNREACHED],
    ['no answer comes', { kind: 'hang' }, UNREACHED],
    [
      'the answer ends in the middle',
      { kind: 'begin-and-hang', reply: { status: 200, body: '{"id":"cs_1"}' } },
      UNREACHED,
    ],
    [
      'the answer is about nothing',
      { kind: 'reply', reply: { status: 200, body: '{}' } },
      /not as documented: object, id/,
    ],
    [
      'the page is no address',
      {
        kind: 'reply',
        reply: {
          status: 200,
          body: '{"object":"checkout.session","id":"cs_1","url":"javascript:1","expires_at":1}',
        },
      },
      /not as documented: url/,
    ],
    [
      'the page is closed',
      {
        kind: 'reply',
        reply: { status: 200, body: '{"object":"checkout.session","id":"cs_1","url":null,"expires_at":1}' },
      },
      /closed the page .* Begin a new purchase/,
    ],
    [
      'the key is in what it says',
      error(400, { message: `No such thing for ${KEY}.` }),
      /No such thing for …\. Begin/,
    ],
  ] as const)('because %s, that is said without the key', async (_, manner, says) => {
    await using server = await startServer(() => undefined)
    server.behave(manner)
    const refused = await doorTo(server.origin, NO_PATIENCE).checkout(ORDER, BACK)
    expect(refused).toEqual({ ok: false, reason: 'processor', says: expect.stringMatching(says) })
    expect(JSON.stringify(refused)).not.toContain(KEY)
  })

  test('because nobody is there, that is said', async () => {
    const server = await startServer(() => undefined)
    await server[Symbol.asyncDispose]()
    expect(await doorTo(server.origin, NO_PATIENCE).checkout(ORDER, BACK)).toMatchObject({
      reason: 'processor',
      says: expect.stringMatching(UNREACHED),
    })
  })

  test('at first, it is asked again with the same key of the request', async () => {
    await using server = await startServer(() => undefined)
    server.behave(() =>
      server.received.length === 1
        ? { kind: 'break-off' }
        : error(400, { message: `asked ${server.received.length} times` }),
    )
    expect(await doorTo(server.origin).checkout(ORDER, BACK)).toMatchObject({
      says: expect.stringContaining('asked 2 times'),
    })
    const keys = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual(['botwright-order-order-7', 'botwright-order-order-7'])
  })

  test('it is asked three times in all, and no more', async () => {
    await using server = await startServer(() => undefined)
    server.behave(error(500, { type: 'api_error', message: 'Oops' }))
    expect(await doorTo(server.origin).checkout(ORDER, BACK)).toMatchObject({ reason: 'processor' })
    expect(server.received).toHaveLength(3)
  })
})

describe('a refund', () => {
  test.each(['succeeded', 'pending', 'requires_action'])('that is %s is done', async status => {
    await using server = await startServer(() => undefined)
    server.behave({ kind: 'reply', reply: { status: 200, body: JSON.stringify(aRefund({ status })) } })
    expect(await doorTo(server.origin).refund('pi_1', 'r-1')).toEqual({ ok: true, value: undefined })
    expect(server.received[0]?.headers['idempotency-key']).toBe('botwright-refund-r-1')
  })

  test.each(['failed', 'canceled'])('that is %s is refused', async status => {
    await using server = await startServer(() => undefined)
    server.behave({ kind: 'reply', reply: { status: 200, body: JSON.stringify(aRefund({ status })) } })
    expect(await doorTo(server.origin).refund('pi_1', 'r-1')).toMatchObject({
      reason: 'processor',
      says: 'Stripe could not give the money back. Look at the payment in the Stripe dashboard.',
    })
  })

  test.each([
    ['nothing', {}],
    ['a page that is not there', { message: 'Not Found' }],
    ['something else', { ...aRefund(), object: 'charge' }],
  ])('that is answered with %s is not taken for done', async (_, answer) => {
    await using server = await startServer(() => undefined)
    server.behave({ kind: 'reply', reply: { status: 404, body: JSON.stringify(answer) } })
    expect(await doorTo(server.origin).refund('pi_1', 'r-1')).toMatchObject({
      reason: 'processor',
      says: expect.stringContaining('a refund that is not as documented: object'),
    })
  })

  test('of a payment that Stripe does not know is refused', async () => {
    await using stripe = await startStripe({ secretKey: KEY })
    expect(await doorTo(stripe.origin).refund('pi_unknown', 'r-1')).toMatchObject({
      reason: 'processor',
      says: expect.stringContaining("No such payment_intent: 'pi_unknown'"),
    })
  })
})

test.each([
  ['http://127.0.0.1:4000/v1', 'no path'],
  ['ftp://127.0.0.1', 'http:// or https://'],
])('an address of Stripe such as %s is a mistake', (apiBase, says) => {
  expect(() => doorTo(apiBase)).toThrow(says)
})

/** What comes to the webhook, read as it came. */
async function startWebhook(readBy: () => StripeDoor) {
  const heard: Awaited<ReturnType<StripeDoor['read']>>[] = []
  const app = new Hono().post('/webhook', async c => {
    heard.push(await readBy().read(await c.req.text(), c.req.header('stripe-signature')))
    return c.body(null, 204)
  })
  return { ...(await listen(app.fetch)), heard }
}

/** Presses a button on the page as a browser does; where it leads. */
async function pay(url: string, by: 'card' | 'debit'): Promise<string | null> {
  const html = await (await fetch(url)).text()
  const action = /action="([^"]+)"/.exec(html)?.[1]
  expect(html).toContain(`value="${by}"`)
  const body = new URLSearchParams({ by })
  const answer = await fetch(new URL(action ?? '', url), { method: 'POST', body, redirect: 'manual' })
  return answer.headers.get('location')
}

async function all(notices: AsyncIterable<Notice>): Promise<Notice[]> {
  const found: Notice[] = []
  for await (const notice of notices) found.push(notice)
  return found
}

async function startSale() {
  let door: StripeDoor | undefined
  const webhook = await startWebhook(() => {
    if (!door) throw new Error('the door is not open yet')
    return door
  })
  const stripe = await startStripe({
    secretKey: KEY,
    webhook: { url: `${webhook.origin}/webhook`, secret: SECRET },
  })
  door = doorTo(stripe.origin)
  const page = granted(await door.checkout(ORDER, BACK))
  return {
    door,
    stripe,
    page,
    reference: stripe.intentOf(page.checkoutId),
    notices: () => webhook.heard.map(each => granted(each).notice),
    [Symbol.asyncDispose]: async () => {
      await stripe[Symbol.asyncDispose]()
      await webhook[Symbol.asyncDispose]()
    },
  }
}

describe('a sale, from the order on', () => {
  const ofPayment = (reference: string) => ({
    about: 'payment',
    method: 'stripe',
    reference,
    orderId: 'order-7',
    atMs: expect.any(Number),
  })
  const paid = { amountMinor: 999n, currency: 'eur' }
  const ofOrder = (status: string) => ({ about: 'order', method: 'stripe', orderId: 'order-7', status })

  test('paid by card, disputed, lost, and listed', async () => {
    await using sale = await startSale()
    const { door, stripe, page, reference, notices } = sale
    expect(await all(door.list(0))).toEqual([])
    expect(await pay(page.url, 'card')).toBe(BACK.paidUrl)
    expect(notices()).toEqual([{ ...ofPayment(reference), paid }])
    const listed = { ...ofPayment(reference), paid, refundedMinor: 0n }
    expect(await all(door.list(0))).toEqual([listed])
    await stripe.dispute(reference, 'needs_response')
    expect(notices().at(-1)).toEqual({ ...ofPayment(reference), orderId: null, dispute: 'open' })
    expect(await all(door.list(0))).toEqual([{ ...listed, dispute: 'open' }])
    await stripe.dispute(reference, 'lost')
    expect(notices().at(-1)).toEqual({ ...ofPayment(reference), orderId: null, dispute: 'lost' })
    expect(await all(door.list(0))).toEqual([{ ...listed, dispute: 'lost' }])
  })

  test('paid by card, and given back once, however often that is asked for', async () => {
    await using sale = await startSale()
    const { door, page, reference, notices } = sale
    await pay(page.url, 'card')
    expect(await door.refund(reference, 'r-1')).toEqual({ ok: true, value: undefined })
    expect(await door.refund(reference, 'r-1')).toEqual({ ok: true, value: undefined })
    expect(await door.refund(reference, 'r-2')).toEqual({ ok: true, value: undefined })
    expect(notices()).toEqual([
      { ...ofPayment(reference), paid },
      null,
      { ...ofPayment(reference), refundedMinor: 999n },
    ])
    expect(await all(door.list(0))).toEqual([{ ...ofPayment(reference), paid, refundedMinor: 999n }])
  })

  test('paid by debit, which takes days and comes', async () => {
    await using sale = await startSale()
    const { door, stripe, page, reference, notices } = sale
    await pay(page.url, 'debit')
    expect(notices()).toEqual([ofOrder('pending')])
    expect(await all(door.list(0))).toEqual([ofOrder('pending')])
    await stripe.settle(page.checkoutId, 'succeeded')
    expect(notices().at(-1)).toEqual({ ...ofPayment(reference), paid })
  })

  test('paid by debit, which takes days and does not come', async () => {
    await using sale = await startSale()
    const { door, stripe, page, notices } = sale
    await pay(page.url, 'debit')
    await stripe.settle(page.checkoutId, 'failed')
    expect(notices()).toEqual([ofOrder('pending'), ofOrder('failed')])
    expect(await all(door.list(0))).toEqual([ofOrder('failed')])
  })

  test('that nobody pays', async () => {
    await using sale = await startSale()
    await sale.stripe.expire(sale.page.checkoutId)
    expect(sale.notices()).toEqual([ofOrder('expired')])
    expect(await all(sale.door.list(0))).toEqual([])
  })
})
