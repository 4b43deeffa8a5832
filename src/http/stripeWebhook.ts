import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { takePayment } from '../projects/funds.ts'
import type { Context } from './context.ts'
import { answerThrown } from './refuse.ts'

/** Events of Stripe are some kilobytes long. */
const EVENT_BYTES_MAX = 256 * 1024

const ABSENT = { reason: 'not-found', says: 'No Stripe account is set up here.' }
const TOO_LARGE = { reason: 'too-large', says: 'An event of Stripe is never that long.' }

type Needs = Pick<Context, 'buying'> & {
  parts: Pick<Context['parts'], 'database' | 'clock' | 'queue' | 'tariff' | 'log'>
}

/**
 * Where Stripe says what happened to payments. It comes from anywhere, so that its signature alone counts. What was taken
 * is answered with 200, what is not ours too; Stripe sends again what failed on our side.
 */
export function stripeWebhook({ parts, buying }: Needs): Hono {
  const { log } = parts
  const web = new Hono()
  web.onError(answerThrown(log))
  web.post(
    '/webhooks/stripe',
    bodyLimit({ maxSize: EVENT_BYTES_MAX, onError: c => c.json(TOO_LARGE, 413) }),
    async c => {
      if (buying.stripe === null) return c.json(ABSENT, 404)
      const heard = await buying.stripe.read(await c.req.text(), c.req.header('stripe-signature'))
      if (!heard.ok) {
        log.warn({ reason: heard.reason, says: heard.says }, 'a notice of Stripe was refused')
        return c.json({ reason: heard.reason, says: heard.says }, 400)
      }
      const { id, type, notice } = heard.value
      const taken = notice === null ? null : await takePayment(parts, notice)
      const change = taken?.ok ? `${taken.value.changeMicro}` : (taken?.reason ?? 'nothing')
      log.info({ eventId: id, type, change }, 'a notice of Stripe was taken')
      return c.json({ received: true })
    },
  )
  return web
}
