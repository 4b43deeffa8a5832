import { createEmulator } from 'emulate'
import { Hono } from 'hono'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { listen } from '../../../tests/fakes/stripe.ts'
import { systemClock } from '../../clock.ts'
import { openStripe } from './stripe.ts'

/**
 * Against a stand-in for Stripe that others wrote. Its events have no id and its pages no amounts, so it cannot stand for
 * a whole sale (tests/fakes/stripe.ts does): what it shows is that signatures are right, and that requests get there.
 */

const SECRET = 'whsec_of_this_endpoint'
const PRICE = 'price_starter'

/** Only `webhook` is known before the emulator starts. */
async function startEmulator(webhook: string) {
  const emulator = await createEmulator({
    service: 'stripe',
    port: 0,
    seed: {
      stripe: {
        products: [{ name: 'Starter' }],
        prices: [{ id: PRICE, product_name: 'Starter', currency: 'eur', unit_amount: 999 }],
        webhooks: [{ url: webhook, events: ['*'], secret: SECRET }],
      },
    },
  })
  const origin = `http://127.0.0.1:${new URL(emulator.url).port}`
  return { origin, [Symbol.asyncDispose]: () => emulator.close() }
}

function doorTo(apiBase: string, webhookSecrets: string[] = [SECRET]) {
  return openStripe({ secretKey: 'sk_test_1', webhookSecrets, apiBase }, systemClock)
}

test('what it signs when somebody pays is taken for Stripe’s with its secret only, and lacks an id', async () => {
  const got: { body: string; signature: string | undefined }[] = []
  const app = new Hono().post('/webhook', async c => {
    got.push({ body: await c.req.text(), signature: c.req.header('stripe-signature') })
    return c.body(null, 204)
  })
  await using webhook = await listen(app.fetch)
  await using emulator = await startEmulator(`${webhook.origin}/webhook`)
  const { port, hostname } = new URL(emulator.origin)
  const stripe = new Stripe('sk_test_1', { host: hostname, port, protocol: 'http', telemetry: false })
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: PRICE, quantity: 1 }],
    metadata: { order: 'order-7' },
    success_url: 'https://botwright.example/paid',
  })
  const page = await (await fetch(`${emulator.origin}/checkout/${session.id}`)).text()
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? ''
  const paid = await fetch(`${emulator.origin}${action}`, { method: 'POST', redirect: 'manual' })
  expect(paid.headers.get('location')).toBe('https://botwright.example/paid')

  const [{ body, signature } = { body: '', signature: '' }] = got
  expect(JSON.parse(body)).toMatchObject({
    type: 'checkout.session.completed',
    data: { object: { id: session.id, metadata: { order: 'order-7' }, payment_status: 'paid' } },
  })
  expect(await doorTo(emulator.origin).read(body, signature)).toMatchObject({
    reason: 'malformed',
    says: 'Stripe sent an event that is not as documented: object, id, created.',
  })
  expect(await doorTo(emulator.origin, ['whsec_other']).read(body, signature)).toMatchObject({
    reason: 'forged',
  })
  expect(await doorTo(emulator.origin).read(`${body} `, signature)).toMatchObject({ reason: 'forged' })
})

test('what it does not take is refused with its words', async () => {
  await using emulator = await startEmulator('http://127.0.0.1:9/webhook')
  const door = doorTo(emulator.origin)
  const order = { id: 'order-7', name: 'Starter', credits: '500', amountMinor: 999n, currency: 'eur' }
  const back = {
    paidUrl: 'https://botwright.example/paid',
    cancelledUrl: 'https://botwright.example/',
    expiresAtMs: Date.now() + 3_600_000,
  }
  expect(await door.checkout(order, back)).toEqual({
    ok: false,
    reason: 'processor',
    says: 'Stripe does not take this: Missing required param: line_items[0][price]. Begin a new purchase, or tell the operator.',
  })
  expect(await door.refund('pi_1', 'r-1')).toMatchObject({
    reason: 'processor',
    says: 'Stripe sent a refund that is not as documented: object, id. Look at the payment in the Stripe dashboard.',
  })
})
