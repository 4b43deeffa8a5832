import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../../tests/set-up/books.ts'
import { openAlerts } from '../../alerts.ts'
import type { Sql } from '../../db/database.ts'
import { orders, payments, users } from '../../db/schema.ts'
import { newId } from '../../id.ts'
import { audit } from '../audit.ts'
import { adjust } from '../ledger.ts'
import { balanceOf } from '../posting.ts'
import { transactionsOf } from '../transactions.ts'
import type { Notice, PaymentNotice } from './notice.ts'
import { type Order, openOrder } from './orders.ts'
import { endPackage, type Package, sellPackage } from './packages.ts'
import { takeNotice } from './take.ts'

const SOLD: Package = {
  id: 'some',
  name: 'Some',
  creditsMicro: 1_000n,
  priceMinor: 500n,
  currency: 'usd',
  stars: 385,
}

let books: Books
beforeAll(async () => {
  books = await openBooks()
  await inOne(tx => sellPackage(tx, books.clock, SOLD))
})
afterAll(() => books.close())

const inOne = <Value>(steps: (tx: Sql) => Promise<Value>) => books.database.transaction(steps)

async function ordered(userId: string, method: 'stripe' | 'stars' = 'stripe'): Promise<Order> {
  const opened = await inOne(tx => openOrder(tx, books.clock, { userId, packageId: 'some', method }))
  if (!opened.ok) throw new Error(opened.says)
  return opened.value
}

type Said = Partial<PaymentNotice>

function noticeOf(order: Order, said: Said, reference = `pi_${order.id}`): PaymentNotice {
  return { about: 'payment', method: order.method, reference, orderId: order.id, atMs: 1_000, ...said }
}

const PAID = { paid: { amountMinor: 500n, currency: 'usd' } }
const take = (notice: Notice) => inOne(tx => takeNotice(tx, books.clock, notice))

async function maker(grantMicro = 0n): Promise<string> {
  return (await newMaker(books, { grantMicro })).userId
}

const balance = (userId: string) => balanceOf(books.database.sql, userId)
const statusOf = async ({ id }: Order) =>
  (await books.database.sql.select().from(orders).where(eq(orders.id, id)))[0]?.status
const frozenOf = async (userId: string) =>
  (await books.database.sql.select().from(users).where(eq(users.id, userId)))[0]?.frozen

async function balances() {
  expect(await audit(books.database.sql)).toMatchObject({ balanced: true })
}

describe('a payment', () => {
  test('credits its order once, however often and by however many at once it is said', async () => {
    const userId = await maker()
    const order = await ordered(userId)
    const notice = noticeOf(order, PAID)
    const taken = await Promise.all(Array.from({ length: 8 }, () => take(notice)))
    expect(taken.map(each => each.ok && each.value.changeMicro).sort()).toEqual([
      ...Array(7).fill(0n),
      1_000n,
    ])
    expect(await balance(userId)).toMatchObject({ availableMicro: 1_000n, owedMicro: 0n })
    expect(await statusOf(order)).toBe('paid')
    await balances()
  })

  test('is told to its user as a purchase with its payment', async () => {
    const userId = await maker()
    const order = await ordered(userId)
    await take(noticeOf(order, PAID))
    const page = await transactionsOf(books.database.sql, userId, { limit: 10 })
    expect(page).toMatchObject({
      value: {
        transactions: [{ type: 'purchase', amountMicro: 1_000n, paymentId: `stripe:pi_${order.id}` }],
      },
    })
  })

  test('that is given back takes what is there; what is gone is owed and locks the account until it is paid', async () => {
    const userId = await maker()
    const order = await ordered(userId)
    await take(noticeOf(order, PAID))
    await inOne(tx =>
      adjust(tx, books.clock, { key: newId(), userId, amountMicro: -700n, reason: 'gone', actor: userId }),
    )
    await take(noticeOf(order, { refundedMinor: 500n }))
    expect(await balance(userId)).toEqual({ availableMicro: 0n, heldMicro: 0n, owedMicro: 700n })
    expect(await frozenOf(userId)).toBe('debt')
    await balances()
    const next = await ordered(userId)
    await take(noticeOf(next, PAID))
    expect(await balance(userId)).toEqual({ availableMicro: 300n, heldMicro: 0n, owedMicro: 0n })
    expect(await frozenOf(userId)).toBeNull()
    await balances()
  })

  test('that is disputed is taken back and locks the account; won, it is given again and unlocks it', async () => {
    const userId = await maker()
    const order = await ordered(userId)
    await take(noticeOf(order, PAID))
    const disputed = { ...noticeOf(order, { dispute: 'open', atMs: 2_000 }), orderId: null }
    expect(await take(disputed)).toMatchObject({ value: { changeMicro: -1_000n } })
    expect(await frozenOf(userId)).toBe('dispute')
    expect(await openAlerts(books.database.sql)).toContainEqual(
      expect.objectContaining({ kind: 'payment-disputed', subject: `stripe:pi_${order.id}` }),
    )
    const refused = await inOne(tx =>
      openOrder(tx, books.clock, { userId, packageId: 'some', method: 'stripe' }),
    )
    expect(refused).toMatchObject({ ok: false, reason: 'locked' })
    await balances()
    await take(noticeOf(order, { dispute: 'won', atMs: 3_000 }))
    expect(await balance(userId)).toMatchObject({ availableMicro: 1_000n, owedMicro: 0n })
    expect(await frozenOf(userId)).toBeNull()
    await balances()
  })

  test.each<[string, Said]>([
    ['too little', { paid: { amountMinor: 499n, currency: 'usd' } }],
    ['too much', { paid: { amountMinor: 501n, currency: 'usd' } }],
    ['another currency', { paid: { amountMinor: 500n, currency: 'zzz' } }],
  ])('of %s brings no credits, and operators are told', async (_, said) => {
    const userId = await maker()
    const order = await ordered(userId)
    expect(await take(noticeOf(order, said))).toMatchObject({ ok: true, value: { changeMicro: 0n } })
    expect(await statusOf(order)).toBe('open')
    expect(await openAlerts(books.database.sql)).toContainEqual(
      expect.objectContaining({ kind: 'payment-mismatch', subject: `stripe:pi_${order.id}` }),
    )
    await balances()
  })

  test('is the order owner’s, whoever else orders the same; the payment of one is not for another', async () => {
    const [ada, bob] = [await maker(), await maker()]
    const [hers, his] = [await ordered(ada), await ordered(bob)]
    await take(noticeOf(hers, PAID))
    const again = { ...noticeOf(his, PAID), reference: `pi_${hers.id}` }
    expect(await take(again)).toMatchObject({ ok: false, reason: 'other-order' })
    expect(await balance(bob)).toMatchObject({ availableMicro: 0n })
  })

  test('for an order that nobody made, or that is paid for in another way, is refused', async () => {
    const order = await ordered(await maker())
    expect(await take(noticeOf({ ...order, id: 'nobody' }, PAID))).toMatchObject({ reason: 'no-order' })
    expect(await take({ ...noticeOf(order, PAID), method: 'stars' })).toMatchObject({
      reason: 'other-method',
    })
    const unknown = { ...noticeOf(order, { dispute: 'open' as const }, 'pi_unknown'), orderId: null }
    expect(await take(unknown)).toMatchObject({ reason: 'no-order' })
  })

  test('a second one for the same order is credited too, and operators are told', async () => {
    const userId = await maker()
    const order = await ordered(userId)
    await take(noticeOf(order, PAID))
    await take(noticeOf(order, PAID, `pi_again_${order.id}`))
    expect(await balance(userId)).toMatchObject({ availableMicro: 2_000n })
    expect(await openAlerts(books.database.sql)).toContainEqual(
      expect.objectContaining({ kind: 'order-paid-twice', subject: order.id }),
    )
  })
})

describe('an order', () => {
  test('keeps the price it was made at, also when its package is not sold any more', async () => {
    const userId = await maker()
    await inOne(tx => sellPackage(tx, books.clock, { ...SOLD, id: 'brief' }))
    const opened = await inOne(tx =>
      openOrder(tx, books.clock, { userId, packageId: 'brief', method: 'stripe' }),
    )
    if (!opened.ok) throw new Error(opened.says)
    await inOne(tx => sellPackage(tx, books.clock, { ...SOLD, id: 'brief', priceMinor: 900n }))
    await inOne(tx => endPackage(tx, books.clock, 'brief'))
    await take(noticeOf(opened.value, PAID))
    expect(await balance(userId)).toMatchObject({ availableMicro: 1_000n })
    const gone = await inOne(tx =>
      openOrder(tx, books.clock, { userId, packageId: 'brief', method: 'stripe' }),
    )
    expect(gone).toMatchObject({ ok: false, reason: 'no-package' })
  })

  test.each(['failed', 'expired', 'pending'] as const)(
    'that is %s brings nothing, and is paid all the same when money comes',
    async status => {
      const userId = await maker()
      const order = await ordered(userId)
      await take({ about: 'order', method: 'stripe', orderId: order.id, status })
      expect(await statusOf(order)).toBe(status)
      expect(await balance(userId)).toMatchObject({ availableMicro: 0n })
      await take(noticeOf(order, PAID))
      await take({ about: 'order', method: 'stripe', orderId: order.id, status })
      expect(await statusOf(order)).toBe('paid')
      expect(await balance(userId)).toMatchObject({ availableMicro: 1_000n })
    },
  )

  test('is refused to nobody, for what is not sold, for Stars where there is no price in them, and too often', async () => {
    const userId = await maker()
    const open = (wanted: Partial<Parameters<typeof openOrder>[2]>) =>
      inOne(tx => openOrder(tx, books.clock, { userId, packageId: 'some', method: 'stripe', ...wanted }))
    expect(await open({ userId: 'nobody' })).toMatchObject({ reason: 'no-user' })
    expect(await open({ packageId: 'none' })).toMatchObject({ reason: 'no-package' })
    await inOne(tx => sellPackage(tx, books.clock, { ...SOLD, id: 'card-only', stars: null }))
    expect(await open({ packageId: 'card-only', method: 'stars' })).toMatchObject({ reason: 'not-sold-so' })
    for (let made = 0; made < 20; made++) expect(await open({})).toMatchObject({ ok: true })
    expect(await open({})).toMatchObject({ reason: 'too-many' })
  })
})

test.each<[string, Partial<Package>, string]>([
  ['no credits', { creditsMicro: 0n }, 'credits'],
  ['negative credits', { creditsMicro: -5n }, 'credits'],
  ['endless credits', { creditsMicro: 10n ** 18n }, 'credits'],
  ['a price of zero', { priceMinor: 0n }, 'price'],
  ['a negative price', { priceMinor: -1n }, 'price'],
  ['a huge price', { priceMinor: 10n ** 12n }, 'price'],
  ['a currency that nobody knows', { currency: 'abc' }, 'currency'],
  ['a currency without hundredths', { currency: 'jpy' }, 'currency'],
  ['half a Star', { stars: 0.5 }, 'stars'],
  ['no number of Stars', { stars: Number.NaN }, 'stars'],
  ['too many Stars', { stars: 25_001 }, 'stars'],
  ['a name that is none', { id: 'A B' }, 'package-id'],
])('a package with %s is not sold', async (_, wrong, reason) => {
  const sold = await inOne(tx => sellPackage(tx, books.clock, { ...SOLD, ...wrong }))
  expect(sold).toMatchObject({ ok: false, reason })
})

test('whatever processors say in whatever order, at once and twice, the books balance', async () => {
  const said = fc.oneof(
    fc.constant<Said>(PAID),
    fc.record({ refundedMinor: fc.bigInt(0n, 500n), atMs: fc.integer({ min: 1, max: 9 }) }),
    fc.record({
      dispute: fc.constantFrom('open' as const, 'won' as const, 'lost' as const),
      atMs: fc.integer({ min: 1, max: 9 }),
    }),
    fc.record({ spend: fc.bigInt(1n, 900n) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 2, maxLength: 8 }), async story => {
      const userId = await maker(500n)
      const order = await ordered(userId)
      const done = async (each: (typeof story)[number]) => {
        if (!('spend' in each)) return take(noticeOf(order, each))
        const change = { key: newId(), userId, amountMicro: -each.spend, reason: 'spent', actor: userId }
        return inOne(tx => adjust(tx, books.clock, change))
      }
      await Promise.all(story.map(done))
      const { availableMicro, owedMicro } = await balance(userId)
      expect(availableMicro >= 0n && owedMicro >= 0n).toBe(true)
      expect((await frozenOf(userId)) !== null).toBe(owedMicro > 0n || (await isDisputed(order)))
    }),
    { numRuns: 30 },
  )
  await balances()
})

async function isDisputed({ id }: Order): Promise<boolean> {
  const found = await books.database.sql.select().from(payments).where(eq(payments.orderId, id))
  return found.some(payment => payment.dispute === 'open')
}
