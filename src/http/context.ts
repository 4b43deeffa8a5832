import type { Order } from '../billing/payments/orders.ts'
import type { Compared } from '../billing/payments/reconcile.ts'
import type { StripeDoor } from '../billing/payments/stripe.ts'
import type { Config } from '../config.ts'
import type { Result } from '../failure.ts'
import type { Cipher } from '../llm/keys/cipher.ts'
import type { Route } from '../llm/route.ts'
import type { Metrics } from '../metrics.ts'
import type { Parts } from '../projects/parts.ts'
import type { Previews } from '../projects/preview/previews.ts'

/** What the routes stand on. */
export type Context = {
  parts: Parts
  config: Config
  /** What the keys of providers are sealed with. */
  cipher: Cipher
  /** Whose projects these are: until there is sign-in by person, the one owner of this installation. */
  userId: string
  metrics: Metrics
  /** Who takes the money. */
  buying: {
    stripe: Pick<StripeDoor, 'checkout' | 'read'> | null
    /** The chat in which credits are sold for Stars. */
    telegram(): string | null
    /** Asks the processor of an order whether it was paid. */
    look(order: Order): Promise<void>
    reconcile(sinceMs: number): Promise<Compared[]>
    /** Has a payment given back by its processor. */
    refund(paymentId: string): Promise<Result<void>>
  }
  /** Who answers now. */
  models: {
    route(): Route
    /** Descriptions that may be tried at once. */
    examples(): readonly { name: string; title: string; description: string; toolchain: string }[]
    /** Looks again: keys came or went. A refusal says what does not fit and changes nothing. */
    refresh(): Promise<Result<void>>
  }
  /** Brings the prices up to date; refused when the provider's list cannot be had. */
  syncPrices(): Promise<Result<{ looked: number; changed: number }>>
  /** Delivered apps that run for a while. */
  previews: Previews
  /** Where browsers reach the page; null while none is let in. */
  port(): number | null
  /** False while the process drains. */
  ready(): Promise<boolean>
}
