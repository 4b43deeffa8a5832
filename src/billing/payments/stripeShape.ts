import { z } from 'zod'

/** What is read of Stripe's objects. Each is far larger and grows with every version: the rest is not looked at. */

/** Twelve digits: more than Stripe takes in any currency. */
export const AMOUNT_MAX = 999_999_999_999
const ID_LENGTH_MAX = 255
const SECONDS_MAX = 99_999_999_999

const amount = z.int().min(0).max(AMOUNT_MAX).transform(BigInt)
const price = z.int().min(1).max(AMOUNT_MAX).transform(BigInt)
const currency = z
  .string()
  .regex(/^[a-z]{3}$/i)
  .transform(code => code.toLowerCase())
const id = z.string().min(1).max(ID_LENGTH_MAX)
const secondsInMs = z
  .int()
  .min(0)
  .max(SECONDS_MAX)
  .transform(seconds => seconds * 1000)

/** Another object by its id, or whole, where that was asked for. */
const idOf = z.union([id, z.object({ id }).transform(whole => whole.id)])

export const eventShape = z.object({
  object: z.literal('event'),
  id,
  type: z.string().min(1).max(ID_LENGTH_MAX),
  created: secondsInMs,
  data: z.object({ object: z.looseObject({}) }),
})

export const sessionShape = z.discriminatedUnion('payment_status', [
  z.object({
    payment_status: z.literal('paid'),
    payment_intent: idOf,
    amount_total: price,
    currency,
  }),
  z.object({ payment_status: z.literal('unpaid') }),
  z.object({ payment_status: z.literal('no_payment_required') }),
])

const refunds = z
  .object({ amount, amount_refunded: amount })
  .refine(charge => charge.amount_refunded <= charge.amount, { path: ['amount_refunded'] })

export const chargeShape = refunds.and(z.object({ payment_intent: idOf.nullable() }))

export const disputeShape = z.object({
  payment_intent: idOf.nullish(),
  status: z.string(),
  /** What it took from the balance is below zero, what came back is above. */
  balance_transactions: z.array(z.object({ amount: z.int() })).default([]),
})

export type DisputeShape = z.infer<typeof disputeShape>

/** A session as `stripeList.ts` asks for it, with its payment intent and the charge of that. */
export const listedSessionShape = z.object({
  payment_intent: z.object({ status: z.string(), latest_charge: refunds.nullable() }).nullable(),
})

/**
 * What Stripe answers when a session was made, when a refund was made, and when it lists things. Each says what it is: the
 * library takes any JSON without an `error` in it for an answer, also that of a server which is not Stripe.
 */
export const openedShape = z.object({
  object: z.literal('checkout.session'),
  id,
  url: z.url({ protocol: /^https?$/ }).nullish(),
  expires_at: secondsInMs,
})
export const refundShape = z.object({ object: z.literal('refund'), id, status: z.string().nullish() })
export const pageShape = z.object({
  object: z.literal('list'),
  data: z.array(z.looseObject({ id })),
  has_more: z.boolean(),
})

const markedShape = z.object({ metadata: z.object({ order: id }) })

/** The order that an object was marked with when it was made here; null for what others made in the same account. */
export function orderOf(object: unknown): string | null {
  return markedShape.safeParse(object).data?.metadata.order ?? null
}
