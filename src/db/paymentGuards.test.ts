import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks, startedCall } from '../../tests/set-up/books.ts'
import { newOrder, type Ordered } from '../../tests/set-up/orders.ts'
import { newId } from '../id.ts'
import { rows } from './database.ts'

/** What migrations/0004_payments.sql holds, whatever code runs. */

let books: Books
let ada: Maker
let order: Ordered

beforeAll(async () => {
  books = await openBooks()
})
beforeEach(async () => {
  ada = await newMaker(books, { grantMicro: 100n })
  order = await newOrder(books, ada, 50n)
})
afterAll(() => books.close())

const attempt = (...statements: SQL[]) =>
  books.database.transaction(async tx => {
    for (const statement of statements) await tx.execute(statement)
  })
const refused = (says: string, ...statements: SQL[]) =>
  expect(attempt(...statements)).rejects.toMatchObject({
    cause: { message: expect.stringContaining(says) },
  })

describe('a set of postings says what it is for', () => {
  const about = {
    nothing: async () => ({}),
    'a call': async () => ({ call_id: await startedCall(books.database.sql, ada) }),
    'a project': async () => ({ project_id: ada.projectId }),
    'a payment': async () => {
      await order.paid()
      return { payment_id: order.paymentId }
    },
    'who did it': async () => ({ actor: ada.userId }),
  } as const
  type About = keyof typeof about

  const setOf = async (cause: string, ...abouts: About[]): Promise<SQL> => {
    const said: Record<string, string> = { id: newId(), cause, user_id: ada.userId, reason: 'by hand' }
    for (const each of abouts) Object.assign(said, await about[each]())
    const names = sql.raw(Object.keys(said).join(', '))
    const values = sql.join(
      Object.values(said).map(value => sql`${value}`),
      sql`, `,
    )
    return sql`insert into posting_sets (at, ${names}) values (now(), ${values})`
  }

  const NEEDS: readonly [cause: string, needs: About][] = [
    ['hold', 'a call'],
    ['release', 'a call'],
    ['usage_deduction', 'a call'],
    ['refund', 'a project'],
    ['purchase', 'a payment'],
    ['manual_adjustment', 'who did it'],
  ]

  test.each(NEEDS)('%s names %s, and nothing else will do', async (cause, needs) => {
    await attempt(await setOf(cause, needs))
    const others = (['a call', 'a project', 'a payment', 'who did it'] as const).filter(one => one !== needs)
    await refused('posting_sets_say_why', await setOf(cause, ...others))
  })

  test.each(['initial_grant', 'referral_bonus', 'collection'])('%s is about its user alone', async cause => {
    await attempt(await setOf(cause, 'nothing'))
  })

  test('there are no other causes', async () => {
    const set = await setOf('gift', 'a call', 'a project', 'a payment', 'who did it')
    await refused('posting_sets_say_why', set)
  })
})

describe('nothing is sold for nothing', () => {
  const PACKAGE = { credits_micro: 1, price_minor: 1, currency: 'usd', stars: 1 }

  const addPackage = (change: Partial<Record<keyof typeof PACKAGE, unknown>> = {}) => {
    const { credits_micro, price_minor, currency, stars } = { ...PACKAGE, ...change }
    return sql`insert into packages (id, name, credits_micro, price_minor, currency, stars, active, changed_at)
      values (${newId()}, 'Small', ${credits_micro}, ${price_minor}, ${currency}, ${stars}, true, now())`
  }

  test.each([
    { credits_micro: 0 },
    { price_minor: 0 },
    { price_minor: -1 },
    { stars: 0 },
    { currency: 'USD' },
    { currency: 'us' },
  ])('a package with %j is refused', async change => {
    await attempt(addPackage(), addPackage({ stars: null }))
    await refused('packages_cost_something', addPackage(change))
  })

  test.each([
    ['credits', sql`0, 1, 'usd'`],
    ['an amount', sql`1, 0, 'usd'`],
    ['a currency', sql`1, 1, ''`],
  ])('an order without %s is refused', async (_, values) => {
    const add = sql`insert into orders (id, user_id, package_id, credits_micro, amount_minor, currency, method, status, created_at)
      values (${newId()}, ${ada.userId}, 'small', ${values}, 'stripe', 'open', now())`
    await refused('orders_cost_something', add)
  })
})

test.each([
  ['user_id', sql`'somebody'`],
  ['package_id', sql`'large'`],
  ['credits_micro', sql`51`],
  ['method', sql`'stars'`],
  ['amount_minor', sql`1`],
  ['currency', sql`'eur'`],
])('the %s of an order stays as it was ordered', async (column, value) => {
  const change = sql`update orders set ${sql.raw(column)} = ${value} where id = ${order.orderId}`
  await refused(`order ${order.orderId} stays as it was ordered`, change)
})

test('what becomes of an order is written down', async () => {
  const { orderId } = order
  await attempt(sql`update orders set status = 'expired', checkout_url = 'https://pay' where id = ${orderId}`)
  const kept = await rows(
    books.database.sql,
    sql`select status, checkout_url from orders where id = ${orderId}`,
  )
  expect(kept).toEqual([{ status: 'expired', checkout_url: 'https://pay' }])
})

describe('a payment', () => {
  const change = (what: SQL) => sql`update payments set ${what} where id = ${order.paymentId}`
  const addPayment = (userId: string, what = sql`null, null, null, 0, 0`) =>
    sql`insert into payments (id, order_id, user_id, paid_minor, currency, paid_at, refunded_minor, credited_micro_credits, changes, created_at)
      values (${newId()}, ${order.orderId}, ${userId}, ${what}, 0, now())`

  test.each([
    ['an amount without a currency', sql`50, null, now(), 0, 0`],
    ['an amount without a time', sql`50, 'usd', null, 0, 0`],
    ['a currency without an amount', sql`null, 'usd', null, 0, 0`],
    ['a time without an amount', sql`null, null, now(), 0, 0`],
    ['an amount of nothing', sql`0, 'usd', now(), 0, 0`],
    ['less than nothing given back', sql`50, 'usd', now(), -1, 0`],
    ['less than nothing credited', sql`50, 'usd', now(), 0, -1`],
  ])('with %s is refused', async (_, what) => {
    await attempt(addPayment(ada.userId, sql`50, 'usd', now(), 60, 0`))
    await refused('payments_whole', addPayment(ada.userId, what))
  })

  test('of somebody else than who ordered is refused, also later', async () => {
    const eve = await newMaker(books, { grantMicro: 0n })
    await refused('is for the order of somebody else', addPayment(eve.userId))
    await order.paid()
    await refused('is for the order of somebody else', change(sql`user_id = ${eve.userId}`))
    const hers = await newOrder(books, eve, 50n)
    await refused('is for the order of somebody else', change(sql`order_id = ${hers.orderId}`))
  })

  test('stays with its order', async () => {
    await order.paid()
    const other = await newOrder(books, ada, 50n)
    await refused('stays as it was paid', change(sql`order_id = ${other.orderId}`))
  })

  test.each([
    sql`paid_minor = 51`,
    sql`currency = 'eur'`,
    sql`paid_minor = null, currency = null, paid_at = null`,
  ])('stays as it was paid', async what => {
    await order.paid()
    await refused('stays as it was paid', change(what))
  })

  test('that was heard of before it was paid is paid once', async () => {
    await order.says({ dispute: 'won' })
    await attempt(change(sql`paid_minor = 50, currency = 'usd', paid_at = now()`))
    await refused('stays as it was paid', change(sql`paid_minor = 49`))
  })

  test('is never deleted, nor is its order', async () => {
    await order.paid()
    await refused('append-only', sql`delete from payments where id = ${order.paymentId}`)
    await refused('append-only', sql`truncate payments cascade`)
    await refused('append-only', sql`truncate orders cascade`)
    await refused('payments_order_id_orders_id_fk', sql`delete from orders where id = ${order.orderId}`)
  })
})

test('nobody is brought here by themselves', async () => {
  const brought = (referrerId: string) =>
    sql`insert into referrals (user_id, referrer_id, at, rewarded) values (${ada.userId}, ${referrerId}, now(), false)`
  await refused('referrals_of_others', brought(ada.userId))
  const eve = await newMaker(books, { grantMicro: 0n })
  await attempt(brought(eve.userId))
})

test.each(['tab', 'owed'])('nobody is above zero on %s', async kind => {
  const id = newId()
  const line = (number: number, account: string, amount: number) =>
    sql`insert into postings (set_id, line, account_id, amount_micro_credits) values (${id}, ${number}, ${account}, ${amount})`
  const set = sql`insert into posting_sets (id, cause, user_id, reason, at) values (${id}, 'collection', ${ada.userId}, 'x', now())`
  const mine = (of: string) => `${of}:${ada.userId}`
  await refused('accounts_never_positive', set, line(0, mine('available'), -1), line(1, mine(kind), 1))
  await attempt(set, line(0, mine('available'), 1), line(1, mine(kind), -1))
})

test.each(['tab', 'owed'])('an account of the kind %s has a user', async kind => {
  const add = sql`insert into accounts (id, kind, balance_micro_credits) values (${newId()}, ${kind}, 0)`
  await refused('accounts_owned', add)
})
