import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { auditAfter as auditBroken, moved, posting } from '../../tests/set-up/broken.ts'
import { newOrder, type Ordered } from '../../tests/set-up/orders.ts'
import { openTill, type Till } from '../../tests/set-up/till.ts'
import { audit } from './audit.ts'

/** Books with one payment of each kind; each test breaks them in a transaction that is then rolled back. */

let books: Books
let till: Till
let ada: Maker
/** 1,000 micro-credits, of which three tenths were given back. */
let bought: Ordered
/** Nothing was paid for it yet. */
let open: Ordered
let debtor: Maker
let disputer: Maker

beforeAll(async () => {
  books = await openBooks()
  till = openTill(books)
  ada = await newMaker(books, { grantMicro: 100n })
  bought = await newOrder(books, ada, 1_000n)
  await bought.paid()
  await bought.kept(700n)
  open = await newOrder(books, ada, 500n)

  debtor = await newMaker(books, { grantMicro: 0n })
  const spent = await newOrder(books, debtor, 50n, 'stars')
  await spent.paid()
  await till.finish(await till.held(debtor, 50n), 50n)
  await spent.kept(0n)

  disputer = await newMaker(books, { grantMicro: 0n })
  const disputed = await newOrder(books, disputer, 50n)
  await disputed.paid()
  await disputed.says({ dispute: 'open' })
})
afterAll(() => books.close())

const auditAfter = (...statements: SQL[]) => auditBroken(books, ...statements)
const payment = (change: SQL, { paymentId } = bought) =>
  sql`update payments set ${change} where id = ${paymentId}`
const order = (change: SQL, { orderId } = bought) => sql`update orders set ${change} where id = ${orderId}`
const postingSet = (id: string, of: Maker, paymentId = bought.paymentId) =>
  sql`insert into posting_sets (id, cause, user_id, payment_id, reason, at)
    values (${id}, 'purchase', ${of.userId}, ${paymentId}, 'Credits bought', now())`
const stripe = sql`(select id from accounts where kind = 'stripe' order by id limit 1)`

const WORTH = 'every payment is credited what it is worth'
const POSTED = 'what a payment was credited is what was posted for it'
const LOCKED = 'who owes something or disputes a payment is locked'

test('books with payments that nobody broke balance', async () => {
  const { discrepancies, checked } = await audit(books.database.sql)
  expect(discrepancies).toEqual([])
  expect(checked).toMatchObject({ payments: 3 })
})

describe('a payment', () => {
  test.each([
    ['of which more was given back', sql`refunded_minor = 301`, 699],
    ['of which more was given back than was paid', sql`refunded_minor = 2000`, 0],
    ['of which nothing was given back', sql`refunded_minor = 0`, 1_000],
    ['that is disputed', sql`dispute = 'open'`, 0],
    ['whose dispute was lost', sql`dispute = 'lost'`, 0],
    ['that is no word of having been paid', sql`paid_minor = null, currency = null, paid_at = null`, 0],
    ['of less than was asked for', sql`paid_minor = 999`, 0],
    ['in another currency', sql`currency = 'eur'`, 0],
  ])('%s and was credited as before is reported', async (_, change, worth) => {
    const { discrepancies } = await auditAfter(payment(change))
    const found = `700 credited, worth ${worth}`
    expect(discrepancies).toContainEqual({ rule: WORTH, subject: bought.paymentId, found })
    expect(discrepancies.filter(({ rule }) => rule === POSTED)).toEqual([])
  })

  test('whose dispute was won is worth what it was', async () => {
    expect((await auditAfter(payment(sql`dispute = 'won'`))).discrepancies).toEqual([])
  })

  test('for an order of more credits is reported', async () => {
    const { discrepancies } = await auditAfter(order(sql`credits_micro = 2000`))
    const found = '700 credited, worth 1400'
    expect(discrepancies).toEqual([{ rule: WORTH, subject: bought.paymentId, found }])
  })

  test('is worth its part exactly and rounded down, also where the amounts are huge', async () => {
    const huge = 9_000_000_000_000_000_000n
    const { discrepancies } = await auditAfter(
      order(sql`credits_micro = ${`${huge}`}::bigint, amount_minor = 7`),
      payment(sql`paid_minor = 7, refunded_minor = 1`),
    )
    const found = `700 credited, worth ${(huge * 6n) / 7n}`
    expect(discrepancies).toEqual([{ rule: WORTH, subject: bought.paymentId, found }])
  })

  test('that is said to be credited otherwise than it was posted is reported', async () => {
    const { discrepancies } = await auditAfter(payment(sql`credited_micro_credits = 701`))
    expect(discrepancies).toEqual([
      { rule: WORTH, subject: bought.paymentId, found: '701 credited, worth 700' },
      { rule: POSTED, subject: bought.paymentId, found: '701 credited, postings say 700' },
    ])
  })

  test('that was posted once more than it was credited is reported', async () => {
    const available = sql`${`available:${ada.userId}`}`
    const { discrepancies } = await auditAfter(
      postingSet('again', ada),
      posting('again', 0, available, 700),
      posting('again', 1, stripe, -700),
      moved(available, 700),
      moved(stripe, -700),
    )
    const found = '700 credited, postings say 1400'
    expect(discrepancies).toEqual([{ rule: POSTED, subject: bought.paymentId, found }])
  })

  test('that was credited and never posted is reported', async () => {
    const { discrepancies } = await auditAfter(
      payment(
        sql`paid_minor = 500, currency = 'usd', credited_micro_credits = 500, order_id = ${open.orderId}`,
      ),
      sql`update posting_sets set cause = 'initial_grant' where payment_id = ${bought.paymentId}`,
    )
    const found = '500 credited, postings say 0'
    expect(discrepancies).toContainEqual({ rule: POSTED, subject: bought.paymentId, found })
  })

  test('that went to somebody else is reported', async () => {
    const { discrepancies } = await auditAfter(
      sql`update posting_sets set user_id = ${debtor.userId} where id = ${`payment:${bought.paymentId}:1`}`,
    )
    const found = `for ${debtor.userId}, its payment is of ${ada.userId}`
    const rule = 'a payment moves the credits of nobody else'
    expect(discrepancies).toContainEqual({ rule, subject: `payment:${bought.paymentId}:1`, found })
  })
})

describe('an order', () => {
  const rule = 'an order that brought credits is paid'

  test.each(['open', 'pending', 'failed', 'expired'])(
    'that brought credits and is %s is reported',
    async status => {
      const { discrepancies } = await auditAfter(order(sql`status = ${status}`))
      expect(discrepancies).toEqual([{ rule, subject: bought.orderId, found: status }])
    },
  )

  test('whose payment was given back whole is paid all the same', async () => {
    const { discrepancies } = await auditAfter(
      sql`update orders set status = 'expired' where user_id = ${debtor.userId}`,
    )
    expect(discrepancies).toEqual([{ rule, subject: expect.any(String), found: 'expired' }])
  })
})

describe('a user', () => {
  const unlocked = ({ userId }: Maker) => sql`update users set frozen = null where id = ${userId}`

  test('who owes something and is not locked is reported', async () => {
    const { discrepancies } = await auditAfter(unlocked(debtor))
    const found = '50 owed, disputes open: 0'
    expect(discrepancies).toEqual([{ rule: LOCKED, subject: debtor.userId, found }])
  })

  test('who disputes a payment and is not locked is reported', async () => {
    const { discrepancies } = await auditAfter(unlocked(disputer))
    const found = '0 owed, disputes open: 1'
    expect(discrepancies).toEqual([{ rule: LOCKED, subject: disputer.userId, found }])
  })

  test('who was locked by hand and owes nothing is in order', async () => {
    const locked = sql`update users set frozen = 'operator' where id = ${ada.userId}`
    expect((await auditAfter(locked)).discrepancies).toEqual([])
  })
})
