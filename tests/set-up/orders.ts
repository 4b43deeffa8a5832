import type { Method, PaymentNotice } from '../../src/billing/payments/notice.ts'
import { takeNotice } from '../../src/billing/payments/take.ts'
import { orders, packages } from '../../src/db/schema.ts'
import { newId } from '../../src/id.ts'
import type { Books, Maker } from './books.ts'

/** An order and its one payment: a micro-credit costs a cent, or a Star. */
export type Ordered = {
  orderId: string
  paymentId: string
  /** A word of the processor about the payment, said now unless the words say when. */
  notice(words: Partial<PaymentNotice>): PaymentNotice
  /** The words that the payment came whole. */
  whole: Pick<PaymentNotice, 'paid'>
  /** Takes what the processor says of the payment; returns the micro-credits that it changed. */
  says(words: Partial<PaymentNotice>): Promise<bigint>
  /** The payment came whole. */
  paid(): Promise<bigint>
  /** All but this much of it was given back. */
  kept(minor: bigint): Promise<bigint>
}

const CURRENCY = { stripe: 'usd', stars: 'xtr' } as const

export async function newOrder(
  { database, clock }: Books,
  { userId }: Maker,
  creditsMicro: bigint,
  method: Method = 'stripe',
): Promise<Ordered> {
  const [orderId, reference, currency] = [newId(), newId(), CURRENCY[method]]
  const at = new Date(clock.nowMs())
  await database.sql
    .insert(packages)
    .values({ ...PACKAGE, changedAt: at })
    .onConflictDoNothing()
  await database.sql.insert(orders).values({
    id: orderId,
    userId,
    packageId: PACKAGE.id,
    creditsMicro,
    method,
    amountMinor: creditsMicro,
    currency,
    status: 'open',
    createdAt: at,
  })
  const about = { about: 'payment', method, reference, orderId } as const
  const notice: Ordered['notice'] = words => ({ ...about, atMs: clock.nowMs(), ...words })
  const whole = { paid: { amountMinor: creditsMicro, currency } }
  const says: Ordered['says'] = words =>
    database.transaction(async tx => {
      const taken = await takeNotice(tx, clock, notice(words))
      if (!taken.ok) throw new Error(taken.says)
      return taken.value.changeMicro
    })
  return {
    orderId,
    paymentId: `${method}:${reference}`,
    notice,
    whole,
    says,
    paid: () => says(whole),
    kept: minor => says({ refundedMinor: creditsMicro - minor }),
  }
}

const PACKAGE = {
  id: 'small',
  name: 'Small',
  creditsMicro: 1n,
  priceMinor: 1n,
  currency: 'usd',
  stars: 1,
  active: true,
}
