import { and, eq, sql } from 'drizzle-orm'
import { raiseAlert } from '../../alerts.ts'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { orders, payments } from '../../db/schema.ts'
import { done, invariant, type Result, refuse } from '../../failure.ts'
import { refreeze } from '../frozen.ts'
import { postPayment } from '../ledger.ts'
import { type Balance, balanceOf } from '../posting.ts'
import type { Notice, PaymentNotice } from './notice.ts'
import { moveOrder } from './orders.ts'
import { paymentId } from './payments.ts'
import { isAsOrdered, type Known, learn, NOTHING_KNOWN, worthMicro } from './worth.ts'

/** What a notice changed for its user, in micro-credits; nothing, when it was known already. */
export type Taken = { userId: string; orderId: string; changeMicro: bigint; balance: Balance }

export type TakeRefusal = 'no-order' | 'other-order' | 'other-method'

/**
 * Takes what a processor says into the books, in the caller's transaction. The same notice again, an older one, or two at
 * once change nothing more: the books follow what is known of the payment, and not the notices. Whose credits they are
 * says the order and nothing else. Refused when it is about no order of ours.
 */
export async function takeNotice(tx: Sql, clock: Clock, notice: Notice): Promise<Result<Taken, TakeRefusal>> {
  const order = await lockOrder(tx, notice)
  if (!order) return refuse('no-order', 'This is about no order of ours.')
  if (order.method !== notice.method) return refuse('other-method', 'This order is not paid for in this way.')
  if (notice.about === 'order') {
    await moveOrder(tx, order.id, notice.status)
    return done(await takenOf(tx, order, 0n))
  }
  const payment = await lockPayment(tx, clock, order, notice)
  if (payment.orderId !== order.id) return refuse('other-order', 'This payment is for another order.')
  return done(await follow(tx, clock, order, payment, notice))
}

type OrderRow = typeof orders.$inferSelect
type PaymentRow = typeof payments.$inferSelect

/** A dispute names its payment only. */
async function lockOrder(tx: Sql, notice: Notice): Promise<OrderRow | undefined> {
  const orderId = notice.orderId ?? (notice.about === 'payment' ? await orderOfPayment(tx, notice) : null)
  if (orderId === null) return undefined
  const [order] = await tx.select().from(orders).where(eq(orders.id, orderId)).for('update')
  return order
}

async function orderOfPayment(tx: Sql, notice: PaymentNotice): Promise<string | null> {
  const found = tx.select({ orderId: payments.orderId }).from(payments)
  const [payment] = await found.where(eq(payments.id, idOf(notice)))
  return payment?.orderId ?? null
}

async function lockPayment(
  tx: Sql,
  clock: Clock,
  { id: orderId, userId }: OrderRow,
  notice: PaymentNotice,
): Promise<PaymentRow> {
  const id = idOf(notice)
  const fresh = { id, orderId, userId, ...NOTHING_KNOWN, creditedMicro: 0n, changes: 0 }
  await tx
    .insert(payments)
    .values({ ...fresh, createdAt: new Date(clock.nowMs()) })
    .onConflictDoNothing()
  const [payment] = await tx.select().from(payments).where(eq(payments.id, id)).for('update')
  invariant(payment !== undefined, `payment ${id} is kept`)
  return payment
}

function idOf({ method, reference }: PaymentNotice): string {
  return paymentId(method, reference)
}

/** Brings the credits of a payment to what it is worth now, and locks or unlocks the account. */
async function follow(
  tx: Sql,
  clock: Clock,
  order: OrderRow,
  payment: PaymentRow,
  notice: PaymentNotice,
): Promise<Taken> {
  const known = learn(payment, notice)
  const creditedMicro = worthMicro(known, order)
  const changeMicro = creditedMicro - payment.creditedMicro
  const changes = payment.changes + (changeMicro === 0n ? 0 : 1)
  await tx
    .update(payments)
    .set({ ...onlyKnown(known), creditedMicro, changes })
    .where(eq(payments.id, payment.id))
  if (changeMicro !== 0n)
    await postPayment(tx, clock, {
      key: `${payment.id}:${changes}`,
      paymentId: payment.id,
      userId: order.userId,
      processor: order.method,
      amountMicro: changeMicro,
      reason: reasonOf(known, payment),
    })
  if (creditedMicro > 0n) await moveOrder(tx, order.id, 'paid')
  await tellOperators(tx, clock, { order, payment, known })
  await refreeze(tx, order.userId)
  return takenOf(tx, order, changeMicro)
}

function onlyKnown({ paidMinor, currency, paidAt, refundedMinor, refundedAt, dispute, disputedAt }: Known) {
  return { paidMinor, currency, paidAt, refundedMinor, refundedAt, dispute, disputedAt }
}

/** In the words that the user sees in their transactions. */
function reasonOf(known: Known, before: Known): string {
  if (known.dispute !== before.dispute && known.dispute === 'won')
    return 'A disputed payment was yours after all'
  if (known.dispute !== before.dispute && known.dispute !== null) return 'A payment is disputed at the bank'
  if (known.refundedMinor > before.refundedMinor) return 'A payment was given back'
  if (known.refundedMinor < before.refundedMinor) return 'A payment could not be given back'
  return 'Credits bought'
}

type Followed = { order: OrderRow; payment: PaymentRow; known: Known }

/** Money that came and is not what was ordered, and disputes, need a person. */
async function tellOperators(tx: Sql, clock: Clock, { order, payment, known }: Followed): Promise<void> {
  const subject = payment.id
  if (known.paidMinor !== null && !isAsOrdered(known, order))
    await raiseAlert(tx, clock, {
      kind: 'payment-mismatch',
      subject,
      says: `Payment ${subject} brought ${known.paidMinor} ${known.currency} for order ${order.id}, which asked for ${order.amountMinor} ${order.currency}: no credits were given. Give the money back, or grant the credits.`,
    })
  if (known.dispute === 'open' && payment.dispute !== 'open')
    await raiseAlert(tx, clock, {
      kind: 'payment-disputed',
      subject,
      says: `Payment ${subject} of user ${order.userId} is disputed; the account is locked. Answer the dispute at the processor.`,
    })
  if (await isPaidTwice(tx, order, payment, known))
    await raiseAlert(tx, clock, {
      kind: 'order-paid-twice',
      subject: order.id,
      says: `Order ${order.id} of user ${order.userId} was paid twice; both payments were credited. Ask the user, or give one back.`,
    })
}

async function isPaidTwice(tx: Sql, order: OrderRow, payment: PaymentRow, known: Known): Promise<boolean> {
  if (payment.paidMinor !== null || known.paidMinor === null) return false
  const others = await tx
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        eq(payments.orderId, order.id),
        sql`${payments.paidMinor} is not null`,
        sql`${payments.id} <> ${payment.id}`,
      ),
    )
  return others.length > 0
}

async function takenOf(tx: Sql, { userId, id: orderId }: OrderRow, changeMicro: bigint): Promise<Taken> {
  return { userId, orderId, changeMicro, balance: await balanceOf(tx, userId) }
}
