import type { Notice, PaymentNotice } from '../../src/billing/payments/notice.ts'
import type { Package } from '../../src/billing/payments/packages.ts'
import type { Clock } from '../../src/clock.ts'
import { done, type Result, refuse } from '../../src/failure.ts'
import { newId } from '../../src/id.ts'
import type { BuyingParts, Newcomer, Order, Purchase, Taken, Transaction } from '../../src/telegram/parts.ts'

/** Books in memory for the front in Telegram, with what a test does to them. */
export type MemoryShop = BuyingParts & {
  sold: Package[]
  orders: Map<string, Order & { creditsMicro: bigint }>
  newcomers: Newcomer[]
  /** Everything that was asked to be taken, whether it was or not. */
  notices: Notice[]
  availableMicro(telegramId: number): bigint
  /** The next so many of these are out of reach. */
  breaks(what: 'take' | 'order' | 'packages', times: number): void
  /** Looking up an order takes until what is returned is called. */
  stalls(): () => void
}

export const GRANTED_MICRO = 1_000_000_000n
/** Holds what a careless log would repeat. */
export const BROKEN = 'connection refused'

type Account = { userId: string; availableMicro: bigint; transactions: Transaction[] }
type Payment = {
  orderId: string
  userId: string
  paid: boolean
  refunded: boolean
  creditedMicro: bigint
  atMs: number
}

export function openMemoryShop(clock: Clock): MemoryShop {
  const accounts = new Map<number, Account>()
  const payments = new Map<string, Payment>()
  const broken = { take: 0, order: 0, packages: 0 }
  let gate = Promise.resolve()
  const shop: Pick<MemoryShop, 'sold' | 'orders' | 'newcomers' | 'notices'> = {
    sold: [
      {
        id: 'small',
        name: 'Small',
        creditsMicro: 500_000_000n,
        priceMinor: 500n,
        currency: 'usd',
        stars: 385,
      },
      {
        id: 'large',
        name: 'Large',
        creditsMicro: 2_000_000_000n,
        priceMinor: 2_000n,
        currency: 'usd',
        stars: 1_539,
      },
      {
        id: 'card',
        name: 'Card only',
        creditsMicro: 9_000_000_000n,
        priceMinor: 9_000n,
        currency: 'usd',
        stars: null,
      },
    ],
    orders: new Map(),
    newcomers: [],
    notices: [],
  }
  const reached = (what: keyof typeof broken) => {
    if (broken[what] === 0) return
    broken[what] -= 1
    throw new Error(BROKEN)
  }
  const accountOf = (userId: string) => {
    const account = [...accounts.values()].find(each => each.userId === userId)
    if (!account) throw new Error(`there is no user ${userId}`)
    return account
  }
  const takePayment = (notice: PaymentNotice): Result<Taken> => {
    const known = payments.get(notice.reference)
    const order = shop.orders.get(notice.orderId ?? known?.orderId ?? '')
    if (!order) return refuse('no-order', 'This is about no order of ours.')
    const fresh = { orderId: order.id, userId: order.userId, paid: false, refunded: false, creditedMicro: 0n }
    const payment = known ?? { ...fresh, atMs: notice.atMs }
    payments.set(notice.reference, payment)
    payment.paid ||= notice.paid?.amountMinor === order.amountMinor
    payment.refunded ||= notice.refundedMinor !== undefined
    const changeMicro = (payment.paid && !payment.refunded ? order.creditsMicro : 0n) - payment.creditedMicro
    payment.creditedMicro += changeMicro
    if (changeMicro > 0n) order.status = 'paid'
    const account = accountOf(order.userId)
    account.availableMicro += changeMicro
    const type = changeMicro > 0n ? 'purchase' : 'refund'
    const reason = changeMicro > 0n ? 'Credits bought' : 'A payment was given back'
    if (changeMicro !== 0n)
      account.transactions.unshift({ atMs: clock.nowMs(), type, amountMicro: changeMicro, reason })
    return done({ userId: order.userId, changeMicro, availableMicro: account.availableMicro })
  }
  return {
    ...shop,
    packages: async () => {
      reached('packages')
      return shop.sold
    },
    open: async (userId, packageId, method) => {
      const found = shop.sold.find(each => each.id === packageId)
      if (!found || found.stars === null) return refuse('no-package', 'There is no such package.')
      const price = { amountMinor: BigInt(found.stars), currency: 'xtr' }
      const { creditsMicro } = found
      const order = { id: newId(), userId, method, ...price, creditsMicro, status: 'open' as const }
      shop.orders.set(order.id, order)
      return done(order)
    },
    order: async id => {
      reached('order')
      await gate
      return shop.orders.get(id)
    },
    take: async notice => {
      shop.notices.push(notice)
      reached('take')
      if (notice.about === 'order') return refuse('other', 'Stars know no such notice.')
      return takePayment(notice)
    },
    creditsOf: async userId => {
      const { availableMicro, transactions } = accountOf(userId)
      return { availableMicro, heldMicro: 0n, transactions }
    },
    purchasesOf: async userId =>
      [...payments]
        .filter(([, payment]) => payment.userId === userId)
        .map(([number, { atMs, creditedMicro }]): Purchase => ({ atMs, amountMicro: creditedMicro, number }))
        .reverse(),
    register: async person => {
      const known = accounts.get(person.telegramId)
      if (known) return { userId: known.userId, isNew: false, grantedMicro: 0n }
      const account = { userId: newId(), availableMicro: GRANTED_MICRO, transactions: [] }
      accounts.set(person.telegramId, account)
      shop.newcomers.push(person)
      return { userId: account.userId, isNew: true, grantedMicro: GRANTED_MICRO }
    },
    availableMicro: telegramId => accounts.get(telegramId)?.availableMicro ?? 0n,
    breaks: (what, times) => {
      broken[what] = times
    },
    stalls: () => {
      const opened = Promise.withResolvers<void>()
      gate = opened.promise
      return opened.resolve
    },
  }
}
