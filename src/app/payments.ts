import type { Order } from '../billing/payments/orders.ts'
import { type Processor, type Reconciled, reconcile } from '../billing/payments/reconcile.ts'
import { openStripe, type StripeDoor } from '../billing/payments/stripe.ts'
import type { Config } from '../config.ts'
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
  /** Has all of a payment given back; the books follow by the processor's notice. */
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
      return door.refund(reference.join(':'), paymentId)
    },
  }
}
