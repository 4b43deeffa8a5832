import Stripe from 'stripe'
import { type Refusal, refuse } from '../../failure.ts'

const NOT_ACCEPTED =
  'Stripe does not accept STRIPE_SECRET_KEY. The operator has to set a valid secret key of the Stripe account.'
const NOT_ALLOWED =
  'Stripe does not allow this with STRIPE_SECRET_KEY. The operator has to let that key write checkout sessions and refunds, and read payments and disputes.'
const NOT_THERE = 'Stripe cannot be reached at the moment. Try again in a few minutes.'

/** By the name of the library's error. All others are about what was asked for, and say what is wrong with it. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['StripeAuthenticationError', NOT_ACCEPTED],
  ['StripePermissionError', NOT_ALLOWED],
  ['StripeConnectionError', NOT_THERE],
  ['StripeAPIError', NOT_THERE],
  ['StripeRateLimitError', NOT_THERE],
])

/** Stripe's own messages are a sentence or two. */
const MESSAGE_LENGTH_MAX = 300

/**
 * What Stripe said to a request, or that it said nothing, for the person; `advice` is what to do where it did not take
 * what was asked for. Anything but an error of the library is thrown on.
 */
export function refusedBy(
  error: unknown,
  { secretKey, advice }: { secretKey: string; advice: string },
): Refusal<'processor'> {
  if (!(error instanceof Stripe.errors.StripeError)) throw error
  const sentence = SENTENCES.get(error.type)
  if (sentence) return refuse('processor', sentence)
  const message = error.message.replaceAll(secretKey, '…').slice(0, MESSAGE_LENGTH_MAX)
  return refuse('processor', `Stripe does not take this: ${message} ${advice}`)
}
