import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { orders, users } from '../../db/schema.ts'
import { done, invariant, type Result, refuse } from '../../failure.ts'
import { newId } from '../../id.ts'
import type { Method, OrderNotice } from './notice.ts'
import { type Package, packageOf } from './packages.ts'

/** What a person has ordered, at the price of that moment. Credits come with its payment, never with the order. */
export type Order = Omit<typeof orders.$inferSelect, 'createdAt'> & { createdAtMs: number }

export type OrderRefusal = 'no-package' | 'not-sold-so' | 'too-many' | 'locked' | 'no-user'

/** Orders that a person may open in an hour: nobody buys more often by hand. */
const OPENED_MAX = 20
const HOUR_MS = 3_600_000
const LISTED_MAX = 100

/** Opens an order. Refused for what is not sold, not sold in this way, to an account that is locked, or too often. */
export async function openOrder(
  tx: Sql,
  clock: Clock,
  wanted: { userId: string; packageId: string; method: Method },
): Promise<Result<Order, OrderRefusal>> {
  const { userId, packageId, method } = wanted
  const [user] = await tx
    .select({ frozen: users.frozen })
    .from(users)
    .where(eq(users.id, userId))
    .for('no key update')
  if (!user) return refuse('no-user', 'There is no such person.')
  if (user.frozen !== null && user.frozen !== 'debt')
    return refuse('locked', 'This account is locked, so nothing can be bought for it now.')
  const sold = await packageOf(tx, packageId)
  if (!sold) return refuse('no-package', `There is no package called "${packageId}".`)
  const price = priceOf(sold, method)
  if (!price) return refuse('not-sold-so', `${sold.name} is not sold for Stars.`)
  if ((await openedLately(tx, clock, userId)) >= OPENED_MAX)
    return refuse(
      'too-many',
      `That were ${OPENED_MAX} orders within an hour. Pay one of them, or try again later.`,
    )
  const { creditsMicro } = sold
  const row = { id: newId(), userId, packageId, creditsMicro, method, ...price, status: 'open' as const }
  const [opened] = await tx
    .insert(orders)
    .values({ ...row, checkoutUrl: null, createdAt: new Date(clock.nowMs()) })
    .returning()
  return done(toOrder(opened))
}

function priceOf({ priceMinor, currency, stars }: Package, method: Method) {
  if (method === 'stripe') return { amountMinor: priceMinor, currency }
  return stars === null ? null : { amountMinor: BigInt(stars), currency: 'xtr' }
}

async function openedLately(tx: Sql, clock: Clock, userId: string): Promise<number> {
  const since = new Date(clock.nowMs() - HOUR_MS)
  const [found] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(orders)
    .where(and(eq(orders.userId, userId), gt(orders.createdAt, since)))
  return found?.count ?? 0
}

export async function orderOf(on: Sql, id: string): Promise<Order | undefined> {
  const [found] = await on.select().from(orders).where(eq(orders.id, id))
  return found && toOrder(found)
}

/** The orders of a person, newest first. */
export async function ordersOf(on: Sql, userId: string): Promise<Order[]> {
  const found = on.select().from(orders).where(eq(orders.userId, userId))
  return (await found.orderBy(desc(orders.createdAt), desc(orders.id)).limit(LISTED_MAX)).map(toOrder)
}

/** Remembers the processor's page. */
export async function keepCheckout(tx: Sql, id: string, checkoutUrl: string): Promise<void> {
  await tx.update(orders).set({ checkoutUrl }).where(eq(orders.id, id))
}

/** From which states an order comes into another: what is paid is never anything else again. */
const FROM: Readonly<Record<OrderNotice['status'] | 'paid', readonly Order['status'][]>> = {
  pending: ['open'],
  failed: ['open', 'pending'],
  expired: ['open'],
  paid: ['open', 'pending', 'failed', 'expired'],
}

/** Says where an order stands now; a word that comes too late changes nothing. */
export async function moveOrder(tx: Sql, id: string, status: keyof typeof FROM): Promise<void> {
  await tx
    .update(orders)
    .set({ status })
    .where(and(eq(orders.id, id), inArray(orders.status, [...FROM[status]])))
}

function toOrder(row: typeof orders.$inferSelect | undefined): Order {
  invariant(row !== undefined, 'an order was written')
  const { createdAt, ...order } = row
  return { ...order, createdAtMs: createdAt.getTime() }
}
