import { Hono } from 'hono'
import { z } from 'zod'
import { credits, millionths } from '../billing/money.ts'
import { endPackage, packagesOf, sellPackage } from '../billing/payments/packages.ts'
import { paymentOf, paymentsOf } from '../billing/payments/payments.ts'
import { priceDecimal, priceMinor } from '../billing/payments/price.ts'
import { lockAccount } from '../projects/funds.ts'
import { packageOf } from './buying.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'

const packageId = z
  .string()
  .regex(/^[a-z\d-]{1,30}$/, 'A package is named by small letters, digits and dashes.')
const sellSchema = z.object({
  id: packageId,
  name: z.string().trim().min(1, 'A package has a name.').max(60, 'A name has at most 60 characters.'),
  credits: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/, 'Credits are a number with at most 6 places, for instance 500.')
    .transform(millionths),
  price: z
    .string()
    .transform(priceMinor)
    .refine(minor => minor !== undefined, 'A price is written like 5.00.'),
  currency: z.string().toLowerCase().default('usd'),
  stars: z.coerce
    .number('Stars are a whole number.')
    .int('Stars are a whole number.')
    .nullable()
    .default(null),
})
const endSchema = z.object({ id: packageId })
const lockSchema = z.object({ user: z.string().max(100), locked: z.boolean() })
const refundSchema = z.object({ payment: z.string().max(300) })
const DAYS_MAX = 90
const DAY_MS = 86_400_000
const reconcileSchema = z.object({ days: z.number().int().min(1).max(DAYS_MAX).default(7) })

export type PaymentView = Awaited<ReturnType<typeof listed>>[number]

/** The operator's part of what is sold: packages, payments, locked accounts. */
export function paymentsApi({ parts, buying }: Pick<Context, 'parts' | 'buying'>): Hono {
  const { database, clock } = parts
  const routes = new Hono()
  routes.get('/api/operator/packages', async c =>
    c.json({ packages: (await packagesOf(database.sql)).map(packageOf) }),
  )
  routes.post('/api/operator/packages', async c => {
    const asked = sellSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    const { credits: creditsMicro, price, ...named } = asked.data
    if (price === undefined) return c.json({ reason: 'price', says: 'A price is written like 5.00.' }, 400)
    const sold = await database.transaction(tx =>
      sellPackage(tx, clock, { ...named, creditsMicro, priceMinor: price }),
    )
    return sold.ok ? c.json(packageOf(sold.value)) : c.json({ reason: sold.reason, says: sold.says }, 400)
  })
  routes.post('/api/operator/packages/end', async c => {
    const asked = endSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    const ended = await database.transaction(tx => endPackage(tx, clock, asked.data.id))
    return ended.ok ? c.json({ id: asked.data.id }) : c.json({ reason: ended.reason, says: ended.says }, 404)
  })
  routes.get('/api/operator/payments', async c => c.json({ payments: await listed(database.sql) }))
  routes.post('/api/operator/payments/refund', async c => {
    const asked = refundSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    const { payment } = asked.data
    if (!(await paymentOf(database.sql, payment)))
      return c.json({ reason: 'not-found', says: `There is no payment "${payment}".` }, 404)
    const given = await buying.refund(payment)
    return given.ok ? c.json({ payment }) : c.json({ reason: given.reason, says: given.says }, 502)
  })
  routes.post('/api/operator/payments/reconcile', async c => {
    const asked = reconcileSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    return c.json({ processors: await buying.reconcile(clock.nowMs() - asked.data.days * DAY_MS) })
  })
  routes.post('/api/operator/locks', async c => {
    const asked = lockSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    const { user, locked } = asked.data
    const done = await lockAccount(parts, user, locked)
    return done.ok
      ? c.json({ user, locked: done.value })
      : c.json({ reason: 'not-found', says: done.says }, 404)
  })
  return routes
}

/** Payments, newest first. */
async function listed(on: Context['parts']['database']['sql']) {
  return (await paymentsOf(on)).map(({ payment, order }) => {
    const currency = payment.currency ?? order.currency
    return {
      id: payment.id,
      user: payment.userId,
      order: order.id,
      package: order.packageId,
      paid: payment.paidMinor === null ? null : priceDecimal(payment.paidMinor, currency),
      refunded: priceDecimal(payment.refundedMinor, currency),
      currency,
      dispute: payment.dispute,
      credits: credits(payment.creditedMicro),
      atMs: payment.createdAt.getTime(),
    }
  })
}
