import { eq } from 'drizzle-orm'
import type { Order } from '../billing/payments/orders.ts'
import { type Processor, type Reconciled, reconcile } from '../billing/payments/reconcile.ts'
import { openStripe, type StripeDoor } from '../billing/payments/stripe.ts'
import type { Config } from '../config.ts'
import { payments } from '../db/schema.ts'
import { type Result, refuse } from '../failure.ts'
import { takePayment } from '../projects/funds.ts'
import type { Parts } from '../projects/parts.ts'

/** Telegram's part, where a bot is set up. */
export type StarsDoor = Processor & {
  /** The chat in which credits are sold. */
  address(): string | null
  refund(reference: string): Promise<Result<void>>
}

/** What the fronts know of those who take the money. */
export type Buying = {
  stripe: StripeDoor | null
  telegram(): string | null
  /** Asks the processor of an order whether it was paid, at most once in LOOK_MS for everybody. */
  look(order: Order): Promise<void>
  reconcile(sinceMs: number): Promise<Reconciled[]>
  /** Has all of a payment given back, and takes its credits back. */
  refund(paymentId: string): Promise<Result<void>>
}

type Needs = Pick<Parts, 'database' | 'clock' | 'queue' | 'tariff' | 'log'>

/** A person who looks again and again asks the processor no more often than this. */
const LOOK_MS = 5_000

/** Opens those who take money, by the settings. `stars`: Telegram, where a bot is set up. */
export function openBuying({ stripe: set }: Config, parts: Needs, stars: StarsDoor | null): Buying {
  const { clock, database } = parts
  const { secretKey, webhookSecrets, apiBase } = set
  const stripe = secretKey === undefined ? null : openStripe({ secretKey, webhookSecrets, apiBase }, clock)
  const processors = (): Processor[] => {
    const card: Processor[] = stripe ? [{ method: 'stripe', list: stripe.list }] : []
    return stars ? [...card, stars] : card
  }
  const against = (processor: Processor, options: { sinceMs: number; quiet: boolean }) =>
    reconcile({ database, clock, take: notice => takePayment(parts, notice) }, processor, options)
  let lookedMs = 0
  return {
    stripe,
    telegram: () => stars?.address() ?? null,
    look: async order => {
      const processor = processors().find(each => each.method === order.method)
      if (!processor || clock.nowMs() < lookedMs + LOOK_MS) return
      lookedMs = clock.nowMs()
      await against(processor, { sinceMs: order.createdAtMs, quiet: true }).catch(thrown => {
        parts.log.warn({ error: String(thrown) }, 'a processor could not be asked')
      })
    },
    reconcile: async sinceMs => {
      const found: Reconciled[] = []
      for (const processor of processors()) found.push(await against(processor, { sinceMs, quiet: false }))
      return found
    },
    refund: async paymentId => {
      const [method, ...reference] = paymentId.split(':')
      const door = method === 'stripe' ? stripe : stars
      if (!door) return refuse('not-now', `No account of ${method} is set up here.`)
      const given = await door.refund(reference.join(':'), paymentId)
      if (given.ok) await takeRefund(parts, paymentId)
      return given
    },
  }
}

/** What was given back from here is known here: Telegram sends no notice of it, and Stripe's may not reach this server. */
async function takeRefund(parts: Needs, paymentId: string): Promise<void> {
  const [payment] = await parts.database.sql.select().from(payments).where(eq(payments.id, paymentId))
  if (!payment?.paidMinor) return
  await takePayment(parts, {
    about: 'payment',
    method: paymentId.startsWith('stripe:') ? 'stripe' : 'stars',
    reference: paymentId.slice(paymentId.indexOf(':') + 1),
    orderId: payment.orderId,
    atMs: parts.clock.nowMs(),
    refundedMinor: payment.paidMinor,
  })
}
