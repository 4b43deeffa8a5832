import Stripe from 'stripe'
import type { Clock } from '../../clock.ts'
import { done, invariant, OutsideFailure, type Result, refuse } from '../../failure.ts'
import type { Notice } from './notice.ts'
import { listNotices } from './stripeList.ts'
import { malformed } from './stripeNotice.ts'
import { refusedBy } from './stripeRefusal.ts'
import { AMOUNT_MAX, openedShape, refundShape } from './stripeShape.ts'
import { type Heard, readWebhook } from './stripeWebhook.ts'

/** `apiBase`: where Stripe is, when it is not at Stripe: `http://127.0.0.1:4000`. */
export type StripeSettings = {
  secretKey: string
  webhookSecrets: readonly string[]
  apiBase: string | undefined
}

/** `amountMinor` in the smallest unit of the currency; `credits` as it is shown to people. */
export type CheckoutOrder = {
  id: string
  name: string
  credits: string
  amountMinor: bigint
  currency: string
}

/** Where the person goes from Stripe's page, and until when that page is open: from 30 minutes to 24 hours from now. */
export type Back = { paidUrl: string; cancelledUrl: string; expiresAtMs: number }

export type Checkout = { checkoutId: string; url: string; expiresAtMs: number }

export type StripeDoor = {
  /**
   * Stripe's page on which an order is paid. Asking again with the same order and the same `back` gives the same page.
   * Whether `expiresAtMs` is far enough away only Stripe says: for a page that was made before it no longer matters.
   */
  checkout(order: CheckoutOrder, back: Back): Promise<Result<Checkout, 'processor'>>
  /** What came to the webhook, as `readWebhook` says. */
  read(body: string, signature: string | undefined): Promise<Result<Heard, 'forged' | 'malformed'>>
  /** What Stripe knows now, as `listNotices` says. */
  list(sinceMs: number): AsyncIterable<Notice>
  /**
   * Gives back all of a payment that was not given back before; `key` makes twice once. The books follow by the notice
   * that Stripe sends.
   */
  refund(reference: string, key: string): Promise<Result<void, 'processor'>>
}

/** How long Stripe may take for an answer, and how often the library asks anew, with half a second and more between. */
export type Patience = { timeoutMs: number; retriesMax: number }
const PATIENCE: Patience = { timeoutMs: 15_000, retriesMax: 2 }

const LIFE_MAX_MS = 24 * 3_600_000

const BUY_ANEW = 'Begin a new purchase, or tell the operator.'
const TELL = 'Tell the operator.'
const SEE_DASHBOARD = 'Look at the payment in the Stripe dashboard.'

export function openStripe(settings: StripeSettings, clock: Clock, patience = PATIENCE): StripeDoor {
  const { secretKey, webhookSecrets: secrets, apiBase } = settings
  const stripe = new Stripe(secretKey, {
    ...addressOf(apiBase),
    timeout: patience.timeoutMs,
    maxNetworkRetries: patience.retriesMax,
    telemetry: false,
  })
  return {
    async checkout(order, back) {
      invariant(back.expiresAtMs <= clock.nowMs() + LIFE_MAX_MS, 'a checkout is open for 24 hours at most')
      const idempotencyKey = `botwright-order-${order.id}`
      try {
        return opened(await stripe.checkout.sessions.create(sessionFor(order, back), { idempotencyKey }))
      } catch (error) {
        return refusedBy(error, { secretKey, advice: BUY_ANEW })
      }
    },
    read: (body, signature) => readWebhook(body, signature, { secrets, nowMs: clock.nowMs() }),
    list: sinceMs => listNotices(stripe, asking(secretKey), { sinceMs, nowMs: clock.nowMs() }),
    async refund(reference, key) {
      const idempotencyKey = `botwright-refund-${key}`
      try {
        return refunded(await stripe.refunds.create({ payment_intent: reference }, { idempotencyKey }))
      } catch (error) {
        if (isRefundedAlready(error)) return done(undefined)
        return refusedBy(error, { secretKey, advice: SEE_DASHBOARD })
      }
    },
  }
}

function addressOf(apiBase: string | undefined): Stripe.StripeConfig {
  if (apiBase === undefined) return {}
  const { protocol, hostname, port, pathname } = new URL(apiBase)
  invariant(pathname === '/', 'STRIPE_API_BASE has no path')
  if (protocol === 'http:') return { protocol: 'http', host: hostname, port: port || 80 }
  invariant(protocol === 'https:', 'STRIPE_API_BASE begins with http:// or https://')
  return { protocol: 'https', host: hostname, port: port || 443 }
}

/**
 * Depends on nothing but the order and `back`: the same key with anything else is refused. The price is not converted
 * into the person's own currency (adaptive pricing), so that what is paid is what was ordered.
 */
function sessionFor(order: CheckoutOrder, back: Back): Stripe.Checkout.SessionCreateParams {
  invariant(order.amountMinor > 0n && order.amountMinor <= AMOUNT_MAX, 'an order has a price')
  const metadata = { order: order.id }
  return {
    mode: 'payment',
    client_reference_id: order.id,
    metadata,
    payment_intent_data: { metadata },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: order.currency,
          unit_amount: Number(order.amountMinor),
          product_data: { name: order.name, description: `${order.credits} credits` },
        },
      },
    ],
    adaptive_pricing: { enabled: false },
    success_url: back.paidUrl,
    cancel_url: back.cancelledUrl,
    expires_at: Math.floor(back.expiresAtMs / 1000),
  }
}

function opened(answer: unknown): Result<Checkout, 'processor'> {
  const session = openedShape.safeParse(answer)
  if (!session.success) return refuse('processor', `${malformed('a page', session.error).says} ${TELL}`)
  const { id, url, expires_at } = session.data
  if (!url) return refuse('processor', `Stripe has closed the page for this order. ${BUY_ANEW}`)
  return done({ checkoutId: id, url, expiresAtMs: expires_at })
}

/** A refund that has not failed is on its way or there. */
function refunded(answer: unknown): Result<void, 'processor'> {
  const refund = refundShape.safeParse(answer)
  if (!refund.success)
    return refuse('processor', `${malformed('a refund', refund.error).says} ${SEE_DASHBOARD}`)
  if (!UNDONE.has(refund.data.status ?? '')) return done(undefined)
  return refuse('processor', `Stripe could not give the money back. ${SEE_DASHBOARD}`)
}

const UNDONE: ReadonlySet<string> = new Set(['failed', 'canceled'])

function isRefundedAlready(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'charge_already_refunded'
}

/** A request within a list, which has nobody to refuse to. */
function asking(secretKey: string) {
  return async (request: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await request()
    } catch (error) {
      const { says } = refusedBy(error, { secretKey, advice: '' })
      throw new OutsideFailure(`Stripe did not list what was paid: ${says}`, 'It is asked for again later.')
    }
  }
}
