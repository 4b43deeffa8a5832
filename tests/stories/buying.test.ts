import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { yes } from '../../src/cli/drive.ts'
import type { PaymentView } from '../../src/http/payments.ts'
import { anEvent, aSession } from '../fakes/stripeEvents.ts'
import { expectGoodDelivery } from './delivered.ts'
import { inShop, type Shop } from './shop.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test(
  'TS-002: credits run out in the middle; the project rests before the call, a package is bought, and it goes on by itself',
  () =>
    inShop({ settings: { INITIAL_CREDITS: '12' } }, async shop => {
      const { client } = shop
      const resting = await shop.build(describing('durations'))
      expect(resting).toMatchObject({ pause: { reason: 'credits' }, heldCredits: '0' })
      expect((await client.calls(resting.id)).every(call => call.status === 'completed')).toBe(true)
      const order = await shop.order('small')
      expect(order).toMatchObject({
        credits: '500',
        price: { amount: '5.00', currency: 'usd' },
        status: 'open',
      })
      await shop.pay(order)
      expect(await shop.orderNow(order.id)).toMatchObject({ status: 'paid', url: null })
      await shop.until(resting.id, 'that it goes on', ({ pause }) => pause === null)
      await expectGoodDelivery(shop, await shop.carryOn(resting.id))
      const { transactions } = await client.get<{ transactions: { type: string; amountCredits: string }[] }>(
        '/api/credits?limit=200',
      )
      expect(transactions.filter(each => each.type === 'purchase')).toMatchObject([{ amountCredits: '500' }])
    }),
  STORY_MS_MAX,
)

test(
  'once the credits fall below the threshold it is said once, and again only after they were above it',
  () =>
    inShop({ settings: { INITIAL_CREDITS: '150', LOW_CREDITS_THRESHOLD: '149.9' } }, async shop => {
      const { id } = await shop.client.create(describing('durations'))
      await shop.carryOn(id, async project => (project.state === 'approving' ? null : yes(project)))
      const warnings = async () =>
        (await shop.happened(id)).filter(
          event => event.type === 'said' && event.text.startsWith('Your credits run low'),
        )
      expect(await warnings()).toHaveLength(1)
      expect((await shop.client.session()).billing).toMatchObject({ low: true })
      await shop.pay(await shop.order('small'))
      expect((await shop.client.session()).billing).toMatchObject({ low: false })
      await shop.client.post('/api/operator/grants', { user: 'owner', credits: '-500', reason: 'Gone' })
      await shop.client.say(id, { type: 'cancel' })
      expect(await warnings()).toHaveLength(2)
    }),
  STORY_MS_MAX,
)

describe('a purchase', () => {
  const idle = (play: (shop: Shop) => Promise<void>) =>
    inShop({ idle: true, settings: { INITIAL_CREDITS: '0' } }, play)

  test('by a debit that takes days is credited when the money is there', () =>
    idle(async shop => {
      const order = await shop.order('medium')
      await shop.pay(order, 'debit')
      expect(await shop.orderNow(order.id)).toMatchObject({ status: 'pending' })
      expect(await shop.availableCredits()).toBe('0')
      await shop.stripe.settle(shop.pageOf(order), 'succeeded')
      expect(await shop.orderNow(order.id)).toMatchObject({ status: 'paid' })
      expect(await shop.availableCredits()).toBe('2000')
    }))

  test('by a debit that fails brings nothing', () =>
    idle(async shop => {
      const order = await shop.order('medium')
      await shop.pay(order, 'debit')
      await shop.stripe.settle(shop.pageOf(order), 'failed')
      expect(await shop.orderNow(order.id)).toMatchObject({ status: 'failed' })
      expect(await shop.availableCredits()).toBe('0')
    }))

  test('that nobody finishes expires', () =>
    idle(async shop => {
      const order = await shop.order('small')
      await shop.stripe.expire(shop.pageOf(order))
      expect(await shop.orderNow(order.id)).toMatchObject({ status: 'expired', url: null })
    }))

  test('that the operator gives back takes its credits back', () =>
    idle(async shop => {
      const order = await shop.order('small')
      await shop.pay(order)
      const { payments } = await shop.client.get<{ payments: PaymentView[] }>('/api/operator/payments')
      expect(payments).toMatchObject([{ paid: '5.00', refunded: '0.00', credits: '500' }])
      await shop.client.post('/api/operator/payments/refund', { payment: payments[0]?.id })
      expect(await shop.availableCredits()).toBe('0')
      await shop.client.post('/api/operator/payments/refund', { payment: payments[0]?.id })
      expect(await shop.availableCredits()).toBe('0')
    }))

  test('whose credits are gone and whose bank takes the money back leaves a debt that locks the account', () =>
    idle(async shop => {
      const order = await shop.order('small')
      await shop.pay(order)
      const gone = { user: 'owner', credits: '-450', reason: 'Gone' }
      await shop.client.post('/api/operator/grants', gone)
      const intent = shop.stripe.intentOf(shop.pageOf(order))
      await shop.stripe.dispute(intent, 'needs_response')
      expect((await shop.client.session()).billing).toMatchObject({ locked: 'dispute', owedCredits: '450' })
      await expect(shop.order('small')).rejects.toThrow('This account is locked')
      await shop.stripe.dispute(intent, 'lost')
      expect((await shop.client.session()).billing).toMatchObject({ locked: 'debt', owedCredits: '450' })
      await shop.pay(await shop.order('small'))
      expect((await shop.client.session()).billing).toMatchObject({ locked: null, owedCredits: '0' })
      expect(await shop.availableCredits()).toBe('50')
    }))

  test('whose notice never came is found by a look, and by the nightly comparison, which tells operators', () =>
    inShop({ idle: true, deaf: true, settings: { INITIAL_CREDITS: '0' } }, async shop => {
      const first = await shop.order('small')
      await shop.pay(first)
      expect(await shop.orderNow(first.id)).toMatchObject({ status: 'open' })
      expect(await shop.orderNow(first.id, true)).toMatchObject({ status: 'paid' })
      expect(await shop.availableCredits()).toBe('500')
      await shop.pay(await shop.order('medium'))
      const compare = () => shop.client.post('/api/operator/payments/reconcile', {})
      expect(await compare()).toMatchObject({
        processors: [{ method: 'stripe', looked: 2, missed: 1, unknown: 0 }],
      })
      expect(await shop.availableCredits()).toBe('2500')
      expect(await compare()).toMatchObject({ processors: [{ missed: 0 }] })
      const { alerts } = await shop.client.get<{ alerts: { kind: string }[] }>('/api/operator/alerts')
      expect(alerts.map(alert => alert.kind)).toEqual(['payment-missed'])
    }))

  test('where the processor cannot be reached is refused in a sentence, and the comparison names who did not answer', () => {
    const settings = { STRIPE_SECRET_KEY: 'sk_test_nobody', STRIPE_API_BASE: 'http://127.0.0.1:9' }
    return onStage({ idle: true, settings }, async ({ client }) => {
      await expect(client.post('/api/orders', { package: 'small' })).rejects.toThrow(/Stripe .*again/)
      const compared = await client.post('/api/operator/payments/reconcile', {})
      expect(compared).toMatchObject({
        processors: [{ ok: false, method: 'stripe', says: expect.stringContaining('did not list') }],
      })
      expect(JSON.stringify(compared)).not.toContain('sk_test_nobody')
    })
  })

  test('of nothing, of something unknown, or by a stranger is refused', () =>
    idle(async shop => {
      await expect(shop.order('none')).rejects.toThrow('There is no package called "none"')
      await expect(shop.client.post('/api/orders', {})).rejects.toThrow('Name a package.')
      await expect(shop.orderNow('aaaaaaaaaaaaaaaa')).rejects.toThrow('There is no such order.')
    }))
})

describe('a notice', () => {
  const SECRET = 'whsec_story'

  test('that is forged, altered, old or sent again moves nothing', () =>
    inShop({ idle: true, deaf: true, settings: { INITIAL_CREDITS: '0' } }, async shop => {
      const order = await shop.order('small')
      const session = aSession({ client_reference_id: order.id, metadata: { order: order.id } })
      const seconds = Math.floor(Date.now() / 1_000)
      const body = JSON.stringify(anEvent('checkout.session.completed', session, seconds))
      const url = await webhookOf(shop)
      const send = (text: string, signature: string) =>
        fetch(url, { method: 'POST', body: text, headers: { 'stripe-signature': signature } })
      const signed = (secret: string, timestamp = seconds) =>
        Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp })
      for (const [text, signature] of [
        [body, 'nothing'],
        [body, signed('whsec_other')],
        [body.replace('500', '501'), signed(SECRET)],
        [body, signed(SECRET, seconds - 3_600)],
        ['{', signed(SECRET)],
      ] as const)
        expect((await send(text, signature)).status).toBe(400)
      expect(await shop.availableCredits()).toBe('0')
      const statuses = await Promise.all(
        Array.from({ length: 5 }, async () => (await send(body, signed(SECRET))).status),
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(await shop.availableCredits()).toBe('500')
    }))

  async function webhookOf({ app }: Shop): Promise<string> {
    return `${app.web ? await addressOf(app) : ''}/webhooks/stripe`
  }
})

async function addressOf(app: Shop['app']): Promise<string> {
  const linked = await app.operator.fetch(new Request('http://socket/api/operator/link', { method: 'POST' }))
  const { link } = (await linked.json()) as { link: string }
  return new URL(link).origin
}
