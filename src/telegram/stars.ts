import { type Api, GrammyError } from 'grammy'
import type { RefundedPayment, StarTransaction, SuccessfulPayment, TransactionPartner } from 'grammy/types'
import type { Notice, PaymentNotice } from '../billing/payments/notice.ts'
import { done, OutsideFailure, type Result, refuse } from '../failure.ts'

const PAGE = 100
const PAGES_MAX = 1_000
/** More transactions than any bot has: 2³⁰. */
const DOUBLINGS_MAX = 30

/** A charge id names a payment here and in the list of transactions. */
export function noticeOfPayment(paid: SuccessfulPayment, dateSeconds: number): PaymentNotice {
  const { currency, total_amount, invoice_payload, telegram_payment_charge_id } = paid
  return {
    ...about(telegram_payment_charge_id, invoice_payload, dateSeconds),
    paid: { amountMinor: BigInt(total_amount), currency: currency.toLowerCase() },
  }
}

/** Stars are given back as a whole. */
export function noticeOfRefund(refund: RefundedPayment, dateSeconds: number): PaymentNotice {
  const { total_amount, invoice_payload, telegram_payment_charge_id } = refund
  return {
    ...about(telegram_payment_charge_id, invoice_payload, dateSeconds),
    refundedMinor: BigInt(total_amount),
  }
}

function about(reference: string, payload: string, dateSeconds: number) {
  const orderId = payload === '' ? null : payload
  return { about: 'payment', method: 'stars', reference, orderId, atMs: dateSeconds * 1_000 } as const
}

/**
 * What Telegram has in its list since then, oldest first. Telegram lists in the order of time and by number only, so the
 * place to begin at is looked for by halves. Throws when there is more than PAGES_MAX pages hold: nothing is left out.
 */
export async function* starPayments(
  api: Pick<Api, 'getStarTransactions'>,
  sinceMs: number,
): AsyncIterable<Notice> {
  const begin = await firstSince(api, sinceMs)
  for (let page = 0; page < PAGES_MAX; page++) {
    const offset = begin + page * PAGE
    const { transactions } = await listed(api, offset, PAGE)
    for (const transaction of transactions) yield* noticesOf(transaction)
    if (transactions.length < PAGE) return
  }
  throw new OutsideFailure(
    `Telegram lists more than ${PAGES_MAX * PAGE} transactions of Stars.`,
    'Look through a shorter time.',
  )
}

/** Without the cause, which may hold the address with the token. */
async function listed(api: Pick<Api, 'getStarTransactions'>, offset: number, limit: number) {
  try {
    return await api.getStarTransactions({ offset, limit })
  } catch {
    throw new OutsideFailure('Telegram did not list the transactions of Stars.', 'It is asked again later.')
  }
}

/** The number of the first transaction since then, or of the one that will come next. */
async function firstSince(api: Pick<Api, 'getStarTransactions'>, sinceMs: number): Promise<number> {
  const isBefore = async (offset: number) => {
    const { transactions } = await listed(api, offset, 1)
    return transactions.some(({ date }) => date * 1_000 < sinceMs)
  }
  let [low, high] = [0, 1]
  for (let doublings = 0; doublings < DOUBLINGS_MAX && (await isBefore(high - 1)); doublings++) {
    low = high
    high *= 2
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (await isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Payments for invoices, and what was given back of them. TDLib reports a refund whose invoice it was not told as one of
 * paid media, which this bot does not sell.
 */
function* noticesOf({ id, amount, date, source, receiver }: StarTransaction): Iterable<PaymentNotice> {
  const [from, to] = [payloadOf(source), payloadOf(receiver)]
  const minor = BigInt(amount)
  if (from !== undefined) yield { ...about(id, from, date), paid: { amountMinor: minor, currency: 'xtr' } }
  if (to !== undefined) yield { ...about(id, to, date), refundedMinor: minor }
}

const OF_INVOICES: ReadonlySet<string> = new Set(['invoice_payment', 'paid_media_payment'])

function payloadOf(partner: TransactionPartner | undefined): string | undefined {
  if (partner?.type !== 'user' || !OF_INVOICES.has(partner.transaction_type)) return undefined
  return partner.invoice_payload ?? partner.paid_media_payload ?? ''
}

/** Gives a payment back; `already` when it was. Telegram then sends the notice from which the books follow. */
export async function refundStars(
  api: Pick<Api, 'refundStarPayment'>,
  telegramUserId: number,
  chargeId: string,
): Promise<Result<'refunded' | 'already', 'charge'>> {
  try {
    await api.refundStarPayment(telegramUserId, chargeId)
    return done('refunded')
  } catch (thrown) {
    if (!(thrown instanceof GrammyError)) throw unreached()
    if (thrown.description.includes('CHARGE_ALREADY_REFUNDED')) return done('already')
    if (thrown.error_code !== 400) throw unreached(`: ${thrown.description}`)
    return refuse('charge', `Telegram does not give this payment back: ${thrown.description}.`)
  }
}

/** Without the cause, which may hold the address with the token. */
function unreached(why = ''): OutsideFailure {
  return new OutsideFailure(
    `Telegram did not answer whether the payment is given back${why}.`,
    'Try again later.',
  )
}
