import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { newOrder } from '../../tests/set-up/orders.ts'
import { users } from '../db/schema.ts'
import { audit } from './audit.ts'
import { balanceOf } from './posting.ts'
import { noteReferral, settleReferrals } from './referral.ts'

const DAY_MS = 86_400_000

let books: Books
let ada: string
let aheadMs: number
beforeEach(async () => {
  books = await openBooks()
  aheadMs = 0
  const { clock } = books
  books.clock = { ...clock, nowMs: () => clock.nowMs() + aheadMs }
  ada = (await newMaker(books, { grantMicro: 0n })).userId
  await books.database.sql.update(users).set({ referralCode: 'ada' }).where(eq(users.id, ada))
})
afterEach(async () => {
  expect(await audit(books.database.sql)).toMatchObject({ balanced: true })
  await books.close()
})

/** Somebody who came by her code and paid. */
async function newcomer(code = 'ada') {
  const maker = await newMaker(books, { grantMicro: 0n })
  await books.database.transaction(tx => noteReferral(tx, books.clock, maker.userId, code))
  const order = await newOrder(books, maker, 100n)
  await order.paid()
  return { ...maker, order }
}

const settle = () => settleReferrals(books, 7n)
const has = async (userId: string) => (await balanceOf(books.database.sql, userId)).availableMicro

test('both get the bonus, once, when the first payment has stood for two weeks', async () => {
  const bob = await newcomer()
  expect(await settle()).toBe(0)
  aheadMs = 14 * DAY_MS + 60_000
  expect(await settle()).toBe(1)
  expect([await has(ada), await has(bob.userId)]).toEqual([7n, 107n])
  expect(await Promise.all([settle(), settle(), settle()])).toEqual([0, 0, 0])
  expect([await has(ada), await has(bob.userId)]).toEqual([7n, 107n])
})

test('several that settle at once reward each newcomer once', async () => {
  await newcomer()
  await newcomer()
  aheadMs = 15 * DAY_MS
  const rewarded = await Promise.all([settle(), settle(), settle(), settle()])
  expect(rewarded.reduce((sum, each) => sum + each, 0)).toBe(2)
  expect(await has(ada)).toBe(14n)
})

test('a payment that was given back or is disputed brings no bonus', async () => {
  const [back, disputed] = [await newcomer(), await newcomer()]
  await back.order.kept(0n)
  await disputed.order.says({ dispute: 'open' })
  aheadMs = 15 * DAY_MS
  expect(await settle()).toBe(0)
  expect(await has(ada)).toBe(0n)
})

test('of one person ten newcomers a month are rewarded, and the rest never', async () => {
  for (let came = 0; came < 12; came++) await newcomer()
  aheadMs = 15 * DAY_MS
  expect(await settle()).toBe(10)
  expect(await has(ada)).toBe(70n)
  aheadMs = 60 * DAY_MS
  expect(await settle()).toBe(0)
})

test('nobody brings themselves, a code that nobody has counts for nothing, and a bonus of nothing is none', async () => {
  await books.database.transaction(tx => noteReferral(tx, books.clock, ada, 'ada'))
  await newcomer('nobody')
  const bob = await newcomer()
  aheadMs = 15 * DAY_MS
  expect(await settleReferrals(books, 0n)).toBe(0)
  expect(await settle()).toBe(1)
  expect(await has(bob.userId)).toBe(107n)
})
