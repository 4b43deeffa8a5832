import type { Notice } from '../billing/payments/notice.ts'
import type { Order } from '../billing/payments/orders.ts'
import { partsOf, paymentOf } from '../billing/payments/payments.ts'
import { type Compared, type Processor, reconcile } from '../billing/payments/reconcile.ts'
import { openStripe, type StripeDoor } from '../billing/payments/stripe.ts'
import type { Config } from '../config.ts'
import { messageOf, OutsideFailure, type Result, refuse } from '../failure.ts'
import { takePayment } from '../projects/funds.ts'
import type { Parts } from '../projects/parts.ts'

/** One of those who take money, as operators use them. `key` makes a refund that is asked for twice one. */
export type Door = Processor & { refund(reference: string, key: string): Promise<Result<void>> }

/** What the fronts know of those who take the money. */
export type Buying = {
  stripe: StripeDoor | null
  /** The chat in which credits are sold for Stars. */
  telegram(): string | null
  /** Asks the processor of an order whether it was paid, at most once in LOOK_MS for everybody. */
  look(order: Order): Promise<void>
  /** Compares the books with the list of each processor; one that cannot be asked is named, and the others go on. */
  reconcile(sinceMs: number): Promise<Compared[]>
  /** Has all of a payment given back, and takes its credits back. */
  refund(paymentId: string): Promise<Result<void>>
}

type Needs = Pick<Parts, 'database' | 'clock' | 'queue' | 'tariff' | 'log'>

/** A person who looks again and again asks the processor no more often than this. */
const LOOK_MS = 5_000

/** Opens those who take money, by the settings. `stars`: Telegram, where a bot is set up. */
export function openBuying(
  { stripe: set }: Config,
  parts: Needs,
  stars: (Door & { address(): string | null }) | null,
): Buying {
  const { clock, database, log } = parts
  const { secretKey, webhookSecrets, apiBase } = set
  const stripe = secretKey === undefined ? null : openStripe({ secretKey, webhookSecrets, apiBase }, clock)
  const card: Door[] = stripe ? [{ method: 'stripe', list: stripe.list, refund: stripe.refund }] : []
  const doors: readonly Door[] = stars ? [...card, stars] : card
  const needs = { database, clock, take: (notice: Notice) => takePayment(parts, notice) }
  const compare = async (door: Door, options: { sinceMs: number; quiet: boolean }): Promise<Compared> => {
    try {
      return { ok: true, ...(await reconcile(needs, door, options)) }
    } catch (thrown) {
      if (!(thrown instanceof OutsideFailure)) throw thrown
      log.warn({ method: door.method, says: messageOf(thrown) }, 'a processor could not be asked')
      return { ok: false, method: door.method, says: `${messageOf(thrown)} ${thrown.advice}` }
    }
  }
  let lookedMs = 0
  return {
    stripe,
    telegram: () => stars?.address() ?? null,
    look: async order => {
      const door = doors.find(each => each.method === order.method)
      if (!door || clock.nowMs() < lookedMs + LOOK_MS) return
      lookedMs = clock.nowMs()
      await compare(door, { sinceMs: order.createdAtMs, quiet: true })
    },
    reconcile: async sinceMs => {
      const found: Compared[] = []
      for (const door of doors) found.push(await compare(door, { sinceMs, quiet: false }))
      return found
    },
    refund: async id => {
      const { method, reference } = partsOf(id)
      const door = doors.find(each => each.method === method)
      if (!door) return refuse('not-now', `No account of ${method} is set up here.`)
      const given = await door.refund(reference, id).catch(refusedOutside)
      if (given.ok) await takeRefund(parts, id)
      return given
    },
  }
}

function refusedOutside(thrown: unknown): Result<never> {
  if (thrown instanceof OutsideFailure) return refuse('processor', `${thrown.message} ${thrown.advice}`)
  throw thrown
}

/** What was given back from here is known here: Telegram sends no notice of it, and Stripe's may not reach this server. */
async function takeRefund(parts: Needs, id: string): Promise<void> {
  const found = await paymentOf(parts.database.sql, id)
  if (!found?.payment.paidMinor) return
  const { orderId, paidMinor: refundedMinor } = found.payment
  const atMs = parts.clock.nowMs()
  await takePayment(parts, { about: 'payment', ...partsOf(id), orderId, atMs, refundedMinor })
}
