/** Who takes the money: Stripe on the web, Stars inside Telegram. */
export const METHODS = ['stripe', 'stars'] as const
export type Method = (typeof METHODS)[number]

/**
 * What a processor says. Notices arrive twice, late, out of order, or by asking the processor for its list: each says
 * what was so at a time, so that the latest word on each matter counts, whatever came first.
 */
export type Notice = PaymentNotice | OrderNotice

/** Of money that moved. Each part is absent where the notice does not speak of it. */
export type PaymentNotice = {
  about: 'payment'
  method: Method
  /** The processor's own id of the payment: a payment intent of Stripe, a charge id of Telegram. */
  reference: string
  /**
   * Null where the processor does not say it: a dispute of Stripe names the payment only. The order is then the one that
   * `reference` is known to have paid; where none is known the payment is not ours, as one account may sell other things.
   */
  orderId: string | null
  /** When the processor said it, in ms. */
  atMs: number
  /** In the smallest unit of the currency: cents, Stars. Currencies in small letters: `usd`, `xtr`. */
  paid?: { amountMinor: bigint; currency: string }
  /** All that was given back until then, in the smallest unit. */
  refundedMinor?: bigint
  dispute?: 'open' | 'won' | 'lost'
}

/** Of an order that brought no money, or not yet. */
export type OrderNotice = {
  about: 'order'
  method: Method
  orderId: string
  /** `pending`: the person has done their part, and the money is on its way. */
  status: 'pending' | 'failed' | 'expired'
}
