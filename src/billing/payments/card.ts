import type { Clock } from '../../clock.ts'
import type { Database } from '../../db/database.ts'
import { done, invariant, type Result } from '../../failure.ts'
import { credits } from '../money.ts'
import { keepCheckout, type Order, type OrderRefusal, openOrder } from './orders.ts'
import { packageOf } from './packages.ts'
import type { StripeDoor } from './stripe.ts'

/** How long a person may take on the processor's page. */
const OPEN_MS = 12 * 3_600_000

type Parts = { database: Database; clock: Clock; stripe: Pick<StripeDoor, 'checkout'> }

/**
 * Orders a package and opens Stripe's page for it. `backUrl` is where the person comes back to, with the order in its
 * query. An order whose page cannot be opened stays open and unpaid.
 */
export async function orderByCard(
  { database, clock, stripe }: Parts,
  { userId, packageId, backUrl }: { userId: string; packageId: string; backUrl: string },
): Promise<Result<{ order: Order; url: string }, OrderRefusal | 'processor'>> {
  const ordered = await database.transaction(tx =>
    openOrder(tx, clock, { userId, packageId, method: 'stripe' }),
  )
  if (!ordered.ok) return ordered
  const order = ordered.value
  const sold = await packageOf(database.sql, packageId)
  invariant(sold !== undefined, `package ${packageId} is sold`)
  const page = await stripe.checkout(
    { id: order.id, name: sold.name, credits: credits(order.creditsMicro), ...priceOf(order) },
    {
      paidUrl: `${backUrl}?order=${order.id}`,
      cancelledUrl: `${backUrl}?order=${order.id}&cancelled=yes`,
      expiresAtMs: order.createdAtMs + OPEN_MS,
    },
  )
  if (!page.ok) return page
  const { url } = page.value
  await keepCheckout(database.sql, order.id, url)
  return done({ order: { ...order, checkoutUrl: url }, url })
}

function priceOf({ amountMinor, currency }: Order) {
  return { amountMinor, currency }
}
