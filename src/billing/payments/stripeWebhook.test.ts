import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { anEvent, aSession, CREATED } from '../../../tests/fakes/stripeEvents.ts'
import { readWebhook } from './stripeWebhook.ts'

const SECRET = 'whsec_of_this_endpoint'
const OLDER = 'whsec_that_goes_out_of_use'
const EVENT = JSON.stringify(anEvent('checkout.session.completed', aSession()), null, 2)

function signed(payload: string, { secret = SECRET, atSeconds = CREATED } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: atSeconds })
}

function read(
  body: string,
  signature: string | undefined,
  over: { secrets?: string[]; nowMs?: number } = {},
) {
  return readWebhook(body, signature, { secrets: [SECRET], nowMs: CREATED * 1000 + 1_500, ...over })
}

describe('an event that Stripe signed', () => {
  test('is read, with its id, its type and what it says', async () => {
    expect(await read(EVENT, signed(EVENT))).toEqual({
      ok: true,
      value: {
        id: 'evt_1SxQ2dLkdIwHu7ixZxCvBnMq',
        type: 'checkout.session.completed',
        notice: {
          about: 'payment',
          method: 'stripe',
          reference: 'pi_3SxQ2bLkdIwHu7ix0a1b2c3d',
          orderId: 'order-1',
          atMs: CREATED * 1000,
          paid: { amountMinor: 500n, currency: 'usd' },
        },
      },
    })
  })

  test('says nothing where it is of another kind, whatever is in it', async () => {
    const body = JSON.stringify(anEvent('price.updated', { id: 'price_1', unit_amount: -1 }))
    expect(await read(body, signed(body))).toMatchObject({
      ok: true,
      value: { type: 'price.updated', notice: null },
    })
  })

  test('is read with either secret while one is being changed', async () => {
    const secrets = [SECRET, OLDER]
    expect(await read(EVENT, signed(EVENT, { secret: OLDER }), { secrets })).toMatchObject({ ok: true })
    expect(await read(EVENT, signed(EVENT, { secret: SECRET }), { secrets })).toMatchObject({ ok: true })
  })

  test('is read until five minutes later, and no longer', async () => {
    const signature = signed(EVENT)
    const readLater = (ms: number) => read(EVENT, signature, { nowMs: CREATED * 1000 + ms })
    expect(await readLater(300_999)).toMatchObject({ ok: true })
    expect(await readLater(301_000)).toMatchObject({ ok: false, reason: 'forged' })
  })

  test('is read with one right signature among others, as Stripe sends them while a secret is changed', async () => {
    const [, right = ''] = signed(EVENT).split(',')
    const header = `t=${CREATED},v1=${'0'.repeat(64)},${right},v0=${'1'.repeat(64)}`
    expect(await read(EVENT, header)).toMatchObject({ ok: true })
  })
})

describe('forged is', () => {
  const [, right = ''] = signed(EVENT).split(',')

  test.each<[string, string, string | undefined]>([
    ['no signature', EVENT, undefined],
    ['an empty one', EVENT, ''],
    ['one that is none', EVENT, 'let me in'],
    ['one of another secret', EVENT, signed(EVENT, { secret: 'whsec_of_somebody_else' })],
    ['one of no secret', EVENT, signed(EVENT, { secret: ' ' })],
    ['one made up', EVENT, `t=${CREATED},v1=${'0'.repeat(64)}`],
    ['one of the scheme for tests', EVENT, `t=${CREATED},v0=${right.slice(3)}`],
    ['the right one without its time', EVENT, right],
    ['the right one with another time', EVENT, `t=${CREATED + 1},${right}`],
    ['the right one of another body', EVENT.replace('500', '50000'), signed(EVENT)],
    ['the right one of the same body, written anew', JSON.stringify(JSON.parse(EVENT)), signed(EVENT)],
    ['an empty body', '', signed('')],
  ])('%s', async (_, body, signature) => {
    expect(await read(body, signature)).toMatchObject({ ok: false, reason: 'forged' })
  })

  test('everything, where no secret is set', async () => {
    expect(await read(EVENT, signed(EVENT), { secrets: [] })).toMatchObject({ reason: 'forged' })
  })

  test('what an empty secret would sign', async () => {
    const secrets = ['']
    expect(await read(EVENT, signed(EVENT, { secret: '' }), { secrets })).toMatchObject({ reason: 'forged' })
  })

  test('and the refusal names no secret', async () => {
    expect(JSON.stringify(await read(EVENT, 'x'))).not.toContain(SECRET)
  })
})

describe('malformed is, though Stripe signed it,', () => {
  const event = anEvent('checkout.session.completed', aSession())

  test.each<[string, string]>([
    ['no JSON', 'not json'],
    ['half of an event', EVENT.slice(0, 200)],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"event"'],
    ['an event of the other kind', JSON.stringify({ ...event, object: 'v2.core.event' })],
    ['an object that is no event', JSON.stringify({ ...event, object: 'charge' })],
    ['an event without an id', JSON.stringify({ ...event, id: undefined })],
    ['an event without a time', JSON.stringify({ ...event, created: null })],
    ['an event before time began', JSON.stringify({ ...event, created: -1 })],
    ['an event of no type', JSON.stringify({ ...event, type: '' })],
    ['an event about nothing', JSON.stringify({ ...event, data: {} })],
    ['an event about a text', JSON.stringify({ ...event, data: { object: 'session' } })],
  ])('%s', async (_, body) => {
    expect(await read(body, signed(body))).toMatchObject({ ok: false, reason: 'malformed' })
  })
})
