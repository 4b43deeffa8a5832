import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import Stripe from 'stripe'
import { z } from 'zod'
import { aCharge, aDispute, anEvent, anIntent, aRefund, aSession } from './stripeEvents.ts'

/** Stripe as documented at docs.stripe.com/api, as far as it is used: pages to pay on, refunds, disputes, webhooks. */

export type StripeRequest = { method: string; path: string; form: Record<string, string>; key?: string }

export type FakeStripe = AsyncDisposable & {
  origin: string
  received: readonly StripeRequest[]
  /** The payment of a page, by the id of the page. */
  intentOf(pageId: string): string
  /** A payment that takes days arrives, or does not. */
  settle(pageId: string, how: 'succeeded' | 'failed'): Promise<void>
  expire(pageId: string): Promise<void>
  /** The bank of the person takes the money back, or decides on it. */
  dispute(intentId: string, status: Stripe.Dispute.Status): Promise<void>
}

type Sale = { session: Stripe.Checkout.Session; intent: Stripe.PaymentIntent; charge: Stripe.Charge | null }

const metadata = z.string().max(500)
const whole = z.string().regex(/^\d+$/)
const httpUrl = z.url({ protocol: /^https?$/ })
const sessionForm = z.strictObject({
  mode: z.literal('payment'),
  client_reference_id: z.string().max(200),
  'metadata[order]': metadata,
  'payment_intent_data[metadata][order]': metadata,
  'line_items[0][quantity]': z.literal('1'),
  'line_items[0][price_data][currency]': z.string().regex(/^[a-z]{3}$/),
  'line_items[0][price_data][unit_amount]': whole,
  'line_items[0][price_data][product_data][name]': z.string().min(1),
  'line_items[0][price_data][product_data][description]': z.string().min(1),
  'adaptive_pricing[enabled]': z.literal('false'),
  success_url: httpUrl,
  cancel_url: httpUrl,
  expires_at: whole,
})
const refundForm = z.strictObject({ payment_intent: z.string() })
const listed = { 'created[gte]': whole, limit: z.literal('100'), starting_after: z.string().optional() }
const sessionsQuery = z.strictObject({
  ...listed,
  status: z.literal('complete'),
  'expand[0]': z.literal('data.payment_intent.latest_charge'),
})
const disputesQuery = z.strictObject({ ...listed, 'expand[0]': z.literal('data.payment_intent') })

/** Starts a Stripe that knows one key. With `pageSize` its lists have that much on a page, whatever is asked for. */
export async function startStripe(known: {
  secretKey: string
  webhook?: { url: string; secret: string }
  pageSize?: number
}): Promise<FakeStripe> {
  const [app, received, sales, disputes] = [
    new Hono(),
    [] as StripeRequest[],
    [] as Sale[],
    [] as Stripe.Dispute[],
  ]
  const answers = new Map<string, { form: string; reply: Response }>()
  const saleOf = (matches: (sale: Sale) => boolean) => {
    const sale = sales.find(matches)
    if (!sale) throw new Error('the fake knows no such sale')
    return sale
  }
  const send = (type: string, object: object) => deliver(known.webhook, anEvent(type, object, nowSeconds()))

  app.use('/v1/*', async (c, next) => {
    const text = await c.req.text()
    const form = Object.fromEntries(
      c.req.method === 'GET' ? Object.entries(c.req.query()) : new URLSearchParams(text),
    )
    const key = c.req.header('idempotency-key')
    received.push({ method: c.req.method, path: c.req.path, form, ...(key === undefined ? {} : { key }) })
    if (c.req.header('authorization') !== `Bearer ${known.secretKey}`)
      return failure(c, 401, { message: 'Invalid API Key provided: sk_test_****' })
    if (c.req.header('stripe-version') !== Stripe.API_VERSION)
      return failure(c, 400, { message: 'No version.' })
    const before = key === undefined ? undefined : answers.get(key)
    if (before && before.form !== text)
      return failure(c, 400, {
        type: 'idempotency_error',
        message:
          'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      })
    if (before) return before.reply.clone()
    await next()
    if (key !== undefined && c.res.ok) answers.set(key, { form: text, reply: c.res.clone() })
    return
  })

  app.post('/v1/checkout/sessions', async c => {
    const form = sessionForm.safeParse(Object.fromEntries(new URLSearchParams(await c.req.text())))
    if (!form.success) return failure(c, 400, { message: z.prettifyError(form.error) })
    const wanted = form.data
    const [lifeSeconds, amount] = [
      Number(wanted.expires_at) - nowSeconds(),
      Number(wanted['line_items[0][price_data][unit_amount]']),
    ]
    if (lifeSeconds < 1_799 || lifeSeconds > 86_400)
      return failure(c, 400, {
        message: 'The `expires_at` timestamp must be between 30 minutes and 24 hours.',
      })
    if (amount < 50)
      return failure(c, 400, { code: 'amount_too_small', message: 'The total must be at least $0.50 usd.' })
    const sale = saleFor(wanted, amount, `${new URL(c.req.url).origin}/c/pay/`, sales.length)
    sales.push(sale)
    return c.json(sale.session)
  })

  app.get('/v1/checkout/sessions', c => {
    const query = sessionsQuery.safeParse(c.req.query())
    if (!query.success) return failure(c, 400, { message: z.prettifyError(query.error) })
    const complete = sales.filter(({ session }) => session.status === 'complete')
    const whole = complete.map(({ session, intent, charge }) => ({
      ...session,
      payment_intent: { ...intent, latest_charge: charge },
    }))
    return c.json(page(whole, query.data, known.pageSize))
  })

  app.get('/v1/disputes', c => {
    const query = disputesQuery.safeParse(c.req.query())
    if (!query.success) return failure(c, 400, { message: z.prettifyError(query.error) })
    const whole = disputes.map(each => ({
      ...each,
      payment_intent: saleOf(({ intent }) => intent.id === each.payment_intent).intent,
    }))
    return c.json(page(whole, query.data, known.pageSize))
  })

  app.post('/v1/refunds', async c => {
    const form = refundForm.safeParse(Object.fromEntries(new URLSearchParams(await c.req.text())))
    if (!form.success) return failure(c, 400, { message: z.prettifyError(form.error) })
    const reference = form.data.payment_intent
    const charge = sales.find(({ intent }) => intent.id === reference)?.charge
    if (!charge)
      return failure(c, 404, { code: 'resource_missing', message: `No such payment_intent: '${reference}'` })
    const amount = charge.amount - charge.amount_refunded
    if (amount === 0)
      return failure(c, 400, {
        code: 'charge_already_refunded',
        message: 'Charge has already been refunded.',
      })
    Object.assign(charge, { amount_refunded: charge.amount, refunded: true })
    const refund = aRefund({ amount, payment_intent: reference, charge: charge.id })
    await send('refund.created', refund)
    await send('charge.refunded', charge)
    return c.json(refund)
  })

  app.get('/c/pay/:id', c => {
    const { session } = saleOf(sale => sale.session.id === c.req.param('id'))
    if (session.status !== 'open') return c.html('<p>You are all done here.</p>')
    const buttons = ['card', 'debit'].map(by => `<button name="by" value="${by}">Pay by ${by}</button>`)
    return c.html(`<form method="post" action="/c/pay/${session.id}">${buttons.join('')}</form>`)
  })

  app.post('/c/pay/:id', async c => {
    const sale = saleOf(({ session }) => session.id === c.req.param('id'))
    const { by } = z.object({ by: z.enum(['card', 'debit']) }).parse(await c.req.parseBody())
    if (sale.session.status === 'open') {
      Object.assign(sale.session, { status: 'complete', url: null, payment_intent: sale.intent.id })
      if (by === 'card') collect(sale)
      else sale.intent.status = 'processing'
      await send('checkout.session.completed', sale.session)
    }
    return c.redirect(sale.session.success_url ?? '/', 303)
  })

  const server = await listen(app.fetch)
  return {
    ...server,
    received,
    intentOf: pageId => saleOf(({ session }) => session.id === pageId).intent.id,
    async settle(pageId, how) {
      const sale = saleOf(({ session }) => session.id === pageId)
      if (how === 'succeeded') collect(sale)
      else sale.intent.status = 'requires_payment_method'
      await send(`checkout.session.async_payment_${how}`, sale.session)
    },
    async expire(pageId) {
      const { session } = saleOf(sale => sale.session.id === pageId)
      Object.assign(session, { status: 'expired', url: null })
      await send('checkout.session.expired', session)
    },
    async dispute(intentId, status) {
      const there = disputes.find(({ payment_intent }) => payment_intent === intentId)
      const dispute = there ?? aDispute({ payment_intent: intentId, created: nowSeconds() })
      if (!there) disputes.push(dispute)
      dispute.status = status
      await send(`charge.dispute.${there ? 'closed' : 'created'}`, dispute)
    },
  }
}

/** A server on 127.0.0.1 for what answers requests. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer(getRequestListener(fetch))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fake has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function saleFor(wanted: z.infer<typeof sessionForm>, amount: number, pagesAt: string, count: number): Sale {
  const id = `cs_test_${count}`
  const currency = wanted['line_items[0][price_data][currency]']
  const session = aSession({
    id,
    amount_subtotal: amount,
    amount_total: amount,
    cancel_url: wanted.cancel_url,
    client_reference_id: wanted.client_reference_id,
    created: nowSeconds(),
    currency,
    expires_at: Number(wanted.expires_at),
    metadata: { order: wanted['metadata[order]'] },
    payment_intent: null,
    payment_status: 'unpaid',
    status: 'open',
    success_url: wanted.success_url,
    url: `${pagesAt}${id}`,
  })
  const order = wanted['payment_intent_data[metadata][order]']
  const intent = anIntent({ id: `pi_${count}`, amount, amount_received: 0, currency, metadata: { order } })
  return {
    session,
    intent: { ...intent, status: 'requires_payment_method', latest_charge: null },
    charge: null,
  }
}

/** The charge takes over what the intent was marked with. */
function collect(sale: Sale): void {
  const { id, amount, currency, metadata } = sale.intent
  sale.charge = aCharge({
    id: id.replace('pi_', 'ch_'),
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    currency,
    metadata,
    payment_intent: id,
  })
  Object.assign(sale.intent, { status: 'succeeded', amount_received: amount, latest_charge: sale.charge.id })
  sale.session.payment_status = 'paid'
}

/** Newest first, as Stripe lists. */
function page<Item extends { id: string; created: number }>(
  all: readonly Item[],
  query: { 'created[gte]': string; starting_after?: string | undefined },
  size = 100,
) {
  const wanted = all.filter(({ created }) => created >= Number(query['created[gte]'])).toReversed()
  const rest = wanted.slice(wanted.findIndex(({ id }) => id === query.starting_after) + 1)
  return { object: 'list', url: '/v1', has_more: rest.length > size, data: rest.slice(0, size) }
}

async function deliver(webhook: { url: string; secret: string } | undefined, event: object): Promise<void> {
  if (!webhook) return
  const [body, t] = [JSON.stringify(event, null, 2), nowSeconds()]
  const v1 = createHmac('sha256', webhook.secret).update(`${t}.${body}`).digest('hex')
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${t},v1=${v1}` }
  await fetch(webhook.url, { method: 'POST', headers, body })
}

function failure(
  c: Context,
  status: 400 | 401 | 404,
  error: { message: string; type?: string; code?: string },
) {
  return c.json({ error: { type: 'invalid_request_error', ...error } }, status)
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
