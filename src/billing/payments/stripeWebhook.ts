import Stripe from 'stripe'
import { done, type Result, refuse } from '../../failure.ts'
import type { Notice } from './notice.ts'
import { malformed, noticeOf } from './stripeNotice.ts'
import { eventShape } from './stripeShape.ts'

/** An event that Stripe really sent; `notice` is null where it says nothing about our orders. */
export type Heard = { id: string; type: string; notice: Notice | null }

/**
 * Reads what came to the webhook: `body` as it came, byte for byte, and the header `stripe-signature`. While a secret is
 * being changed there are two; any of them will do. What was signed more than five minutes ago is `forged`: somebody may
 * have kept it. No network is used.
 */
export async function readWebhook(
  body: string,
  signature: string | undefined,
  trust: { secrets: readonly string[]; nowMs: number },
): Promise<Result<Heard, 'forged' | 'malformed'>> {
  const sent = await verified(body, signature, trust)
  if (!sent.ok) return sent
  const event = eventShape.safeParse(sent.value)
  if (!event.success) return malformed('an event', event.error)
  const notice = noticeOf(event.data)
  return notice.ok ? done({ id: event.data.id, type: event.data.type, notice: notice.value }) : notice
}

/** The library's own tolerance of five minutes holds: none is named here. */
async function verified(
  body: string,
  signature = '',
  { secrets, nowMs }: { secrets: readonly string[]; nowMs: number },
): Promise<Result<unknown, 'forged' | 'malformed'>> {
  for (const secret of secrets) {
    try {
      const { webhooks } = Stripe
      return done(await webhooks.constructEventAsync(body, signature, secret, undefined, undefined, nowMs))
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return UNREADABLE
    }
  }
  return FORGED
}

/** The signature is right, and what it is for is no JSON, or an event of the other kind that Stripe has. */
const UNREADABLE = refuse('malformed', 'Stripe sent something that is no event.')

const FORGED = refuse(
  'forged',
  'This does not come from Stripe, or STRIPE_WEBHOOK_SECRET is not the secret of this endpoint, or the clock is wrong.',
)
