import { and, desc, eq, gt } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import { orders, payments, users } from '../../db/schema.ts'
import { METHODS, type Method } from './notice.ts'

/** What is kept of payments: each is known by its method and the processor's own id of it. */
export type Payment = typeof payments.$inferSelect

const LISTED_MAX = 200
const PURCHASES_MAX = 20

/** All payments with their orders, newest first. */
export function paymentsOf(on: Sql) {
  return on
    .select({ payment: payments, order: orders })
    .from(payments)
    .innerJoin(orders, eq(orders.id, payments.orderId))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(LISTED_MAX)
}

/** A payment with the id that its payer has in Telegram, where they have one. */
export async function paymentOf(
  on: Sql,
  id: string,
): Promise<{ payment: Payment; telegramId: number | null } | undefined> {
  const [found] = await on
    .select({ payment: payments, telegramId: users.telegramId })
    .from(payments)
    .innerJoin(users, eq(users.id, payments.userId))
    .where(eq(payments.id, id))
  return found
}

/** What a user has bought and what it is worth now, newest first; `number` is the processor's, which the payer was told. */
export async function purchasesOf(
  on: Sql,
  userId: string,
): Promise<{ atMs: number; amountMicro: bigint; number: string }[]> {
  const found = await on
    .select()
    .from(payments)
    .where(and(eq(payments.userId, userId), gt(payments.paidMinor, 0n)))
    .orderBy(desc(payments.createdAt), desc(payments.id))
    .limit(PURCHASES_MAX)
  return found.map(({ id, createdAt, creditedMicro }) => ({
    atMs: createdAt.getTime(),
    amountMicro: creditedMicro,
    number: partsOf(id).reference,
  }))
}

export function paymentId(method: Method, reference: string): string {
  return `${method}:${reference}`
}

/** The method of a payment and its id at the processor. Throws on what `paymentId` has not made. */
export function partsOf(id: string): { method: Method; reference: string } {
  const at = id.indexOf(':')
  const method = METHODS.find(each => each === id.slice(0, at))
  if (method === undefined) throw new Error(`"${id}" is no id of a payment`)
  return { method, reference: id.slice(at + 1) }
}
