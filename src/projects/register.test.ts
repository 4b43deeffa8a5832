import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { TARIFF } from '../../tests/set-up/tariff.ts'
import { balanceOf } from '../billing/posting.ts'
import { referrals, users } from '../db/schema.ts'
import { registerNewcomer } from './register.ts'

let books: Books
let ownerId: string
beforeAll(async () => {
  books = await openBooks()
  ownerId = (await newMaker(books, { grantMicro: 0n })).userId
})
afterAll(() => books.close())

let nextId = 1_000
const person = (also: { telegramId?: number; referral?: string } = {}) => ({
  telegramId: nextId++,
  username: 'bob',
  language: 'es',
  referral: null,
  ...also,
})
const register = (who: ReturnType<typeof person>, owner: number | undefined = undefined) =>
  registerNewcomer({ ...books, tariff: { ...TARIFF, initialMicro: 40n } }, who, {
    userId: ownerId,
    telegramId: owner,
  })
const userOf = async (id: string) =>
  (await books.database.sql.select().from(users).where(eq(users.id, id)))[0]

test('somebody new gets one account with the initial credits, however many ask at once', async () => {
  const bob = person()
  const made = await Promise.all([register(bob), register(bob), register(bob)])
  expect(new Set(made.map(each => each.userId)).size).toBe(1)
  expect(made.filter(each => each.isNew)).toHaveLength(1)
  const { userId } = made[0] ?? { userId: '' }
  expect(await balanceOf(books.database.sql, userId)).toMatchObject({ availableMicro: 40n })
  expect(await userOf(userId)).toMatchObject({ username: 'bob', language: 'es', role: 'maker' })
})

test('the owner is who they named in the settings, and gets nothing for it', async () => {
  const owner = person({ telegramId: 5 })
  expect(await register(owner, 5)).toEqual({ userId: ownerId, isNew: false, grantedMicro: 0n })
  expect(await register(person(), 5)).not.toMatchObject({ userId: ownerId })
})

test('an owner who had an account in Telegram before they were named keeps that one', async () => {
  const early = await register(person({ telegramId: 6 }))
  expect(await register(person({ telegramId: 6 }), 6)).toMatchObject({ userId: early.userId, isNew: false })
})

test('who came by the code of somebody is remembered; by a code of nobody, not', async () => {
  const ada = await register(person())
  const code = (await userOf(ada.userId))?.referralCode ?? ''
  const bob = await register(person({ referral: code }))
  await register(person({ referral: 'nobody' }))
  const noted = await books.database.sql.select().from(referrals)
  expect(noted).toMatchObject([{ userId: bob.userId, referrerId: ada.userId, settledAt: null }])
})
