import type { PreCheckoutQuery, StarTransaction, SuccessfulPayment, User } from '@grammyjs/types'
import { type Chats, seconds } from './chats.ts'
import type { HandClock } from './clock.ts'
import type { Params } from './params.ts'
import type { UpdateQueue } from './queue.ts'
import { badLuck, badRequest } from './refused.ts'

/** What an invoice says, whether it lies in a chat or behind a link. */
export type Invoice = {
  payload: string
  total: number
  /** Where it is empty, forwarded copies can be paid. */
  startParameter: string
}

/** How paying ended: what the person reads when it did not come about. */
export type Payment =
  | { paid: true; chargeId: string; updateId: number; checkoutId: string }
  | { paid: false; says: string; checkoutId?: string }

export type Shop = {
  /** Keeps an invoice under its link, or under its chat and message. */
  keep(key: string, invoice: Invoice): void
  invoice(key: string): Invoice | undefined
  pay(userId: number, invoice: Invoice): Promise<Payment>
  answer(params: Params<'answerPreCheckoutQuery'>): true
  refund(userId: number, chargeId: string): number
  /** Gives a payment back without the bot, as Telegram's own support does. Returns the number of the update. */
  refundOutside(chargeId: string): number
  /** In the order of time. */
  transactions: StarTransaction[]
}

/** How long the bot may think about a payment. */
export const CHECKOUT_MS = 10_000

type Checkout = { sentMs: number; answered: boolean; verdict: PromiseWithResolvers<Verdict> }
type Verdict = { ok: boolean; says: string }
type Charge = { payer: User; paid: SuccessfulPayment; refunded: boolean }

export type Surroundings = { clock: HandClock; chats: Chats; queue: UpdateQueue; bot: User }

export function openShop({ clock, chats, queue, bot }: Surroundings): Shop {
  const invoices = new Map<string, Invoice>()
  const checkouts = new Map<string, Checkout>()
  const charges = new Map<string, Charge>()
  const transactions: StarTransaction[] = []

  const checkOut = async (from: User, invoice: Invoice): Promise<Verdict & { id: string }> => {
    const id = `${910_000_000_000 + checkouts.size}`
    const checkout = { sentMs: clock.nowMs(), answered: false, verdict: Promise.withResolvers<Verdict>() }
    checkouts.set(id, checkout)
    queue.add({ pre_checkout_query: { id, from, ...figures(invoice) } satisfies PreCheckoutQuery })
    const over = new AbortController()
    const late = clock.wait(CHECKOUT_MS, over.signal).then(() => ({ ok: false, says: 'Payment timed out.' }))
    const verdict = await Promise.race([checkout.verdict.promise, late])
    over.abort()
    return { id, ...verdict }
  }

  const charge = (payer: User, invoice: Invoice): { chargeId: string; updateId: number } => {
    const chargeId = `stx${payer.id}_${1_000 + charges.size}`
    const paid = {
      ...figures(invoice),
      telegram_payment_charge_id: chargeId,
      provider_payment_charge_id: `${payer.id}_${charges.size}`,
    }
    charges.set(chargeId, { payer, paid, refunded: false })
    transactions.push({ ...moved(chargeId, invoice.total, clock), source: partner(payer, invoice.payload) })
    const message = chats.write(payer.id, payer, { successful_payment: paid })
    return { chargeId, updateId: queue.add({ message }) }
  }

  const giveBack = (chargeId: string, one: Charge): number => {
    const { total_amount, invoice_payload } = one.paid
    one.refunded = true
    chats.person(one.payer.id).stars += total_amount
    transactions.push({
      ...moved(chargeId, total_amount, clock),
      receiver: partner(one.payer, invoice_payload),
    })
    const { provider_payment_charge_id, ...refunded_payment } = one.paid
    const message = chats.write(one.payer.id, bot, { refunded_payment })
    return queue.add({ message })
  }

  return {
    keep: (key, invoice) => {
      invoices.set(key, invoice)
    },
    invoice: key => invoices.get(key),
    pay: async (userId, invoice) => {
      const payer = chats.person(userId)
      if (payer.stars < invoice.total) return { paid: false, says: 'You do not have enough Stars.' }
      const { ok, says, id } = await checkOut(payer.user, invoice)
      if (!ok) return { paid: false, says, checkoutId: id }
      payer.stars -= invoice.total
      payer.started = true
      return { paid: true, checkoutId: id, ...charge(payer.user, invoice) }
    },
    answer: ({ pre_checkout_query_id, ok, error_message = '' }) => {
      const checkout = checkouts.get(pre_checkout_query_id)
      const tooOld = 'query is too old and response timeout expired or query ID is invalid'
      if (!checkout || checkout.answered) throw badRequest(tooOld)
      if (clock.nowMs() - checkout.sentMs >= CHECKOUT_MS) throw badLuck(tooOld)
      checkout.answered = true
      checkout.verdict.resolve({ ok, says: error_message })
      return true
    },
    refund: (userId, chargeId) => {
      const one = charges.get(chargeId)
      if (!one || one.payer.id !== userId) throw badLuck('CHARGE_NOT_FOUND')
      if (one.refunded) throw badLuck('CHARGE_ALREADY_REFUNDED')
      return giveBack(chargeId, one)
    },
    refundOutside: chargeId => {
      const one = charges.get(chargeId)
      if (!one) throw new Error(`there is no charge ${chargeId}`)
      return giveBack(chargeId, one)
    },
    transactions,
  }
}

function figures({ payload, total }: Invoice) {
  return { currency: 'XTR', total_amount: total, invoice_payload: payload }
}

function moved(id: string, amount: number, clock: HandClock) {
  return { id, amount, date: seconds(clock) }
}

function partner(user: User, invoice_payload: string): StarTransaction['source'] {
  return { type: 'user', transaction_type: 'invoice_payment', user, invoice_payload }
}
