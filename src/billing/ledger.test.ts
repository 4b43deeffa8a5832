import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { newOrder } from '../../tests/set-up/orders.ts'
import { openTill, type Till } from '../../tests/set-up/till.ts'
import { postingSets } from '../db/schema.ts'
import { newId } from '../id.ts'
import { adjust, collect, giveBonus, openAccounts, postPayment, refund } from './ledger.ts'

let books: Books
let till: Till
beforeAll(async () => {
  books = await openBooks()
  till = openTill(books)
})
afterAll(() => books.close())

const has = (availableMicro: bigint, { heldMicro = 0n, owedMicro = 0n } = {}) => ({
  availableMicro,
  heldMicro,
  owedMicro,
})
const maker = (grantMicro = 100n) => newMaker(books, { grantMicro })

describe('the initial grant', () => {
  test('is given once, however often the accounts are opened', async () => {
    const ada = await maker()
    const again = () => till.inOne(tx => openAccounts(tx, books.clock, ada.userId, 100n))
    await Promise.all([again(), again()])
    expect(await till.balance(ada)).toEqual(has(100n))
    await till.isBalanced()
  })

  test('of nothing opens the accounts and posts nothing', async () => {
    expect(await till.balance(await maker(0n))).toEqual(has(0n))
  })
})

describe('an adjustment', () => {
  const by = (amountMicro: bigint, { userId }: Maker) =>
    till.inOne(tx =>
      adjust(tx, books.clock, { key: newId(), userId, amountMicro, reason: 'by hand', actor: userId }),
    )

  test.each([
    { amountMicro: 0n, reason: 'nothing' },
    { amountMicro: -101n, reason: 'too-few-credits' },
  ])('of $amountMicro is refused: $reason', async ({ amountMicro, reason }) => {
    const ada = await maker()
    expect(await by(amountMicro, ada)).toMatchObject({ ok: false, reason })
    expect(await till.balance(ada)).toEqual(has(100n))
  })

  test('of nobody is refused', async () => {
    const nobody = { ...(await maker()), userId: 'nobody' }
    expect(await by(1n, nobody)).toMatchObject({ ok: false, reason: 'no-user' })
  })

  test('does not reach what is held', async () => {
    const ada = await maker()
    await till.held(ada, 60n)
    expect(await by(-41n, ada)).toMatchObject({ reason: 'too-few-credits' })
    expect(await by(-40n, ada)).toEqual({ ok: true, value: has(0n, { heldMicro: 60n }) })
  })

  test('is made once under its key, also at the same moment', async () => {
    const { userId } = await maker()
    const change = { key: newId(), userId, amountMicro: -80n, reason: 'by mistake', actor: userId }
    const once = () => till.inOne(tx => adjust(tx, books.clock, change))
    const left = { ok: true, value: has(20n) }
    expect(await Promise.all([once(), once(), once()])).toEqual([left, left, left])
  })

  test('pays what is owed first', async () => {
    const ada = await maker(0n)
    await owe(ada, 70n)
    expect(await by(50n, ada)).toEqual({ ok: true, value: has(0n, { owedMicro: 20n }) })
    expect(await by(50n, ada)).toEqual({ ok: true, value: has(30n) })
    await till.isBalanced()
  })

  test('that takes leaves what is owed alone', async () => {
    const ada = await maker()
    await owe(ada, 70n)
    await till.inOne(tx => refund(tx, books.clock, { ...ada, ...REFUND, key: newId(), amountMicro: 10n }))
    expect(await by(-10n, ada)).toEqual({ ok: true, value: has(0n, { owedMicro: 70n }) })
  })
})

const REFUND = { taskId: 'T1', reason: 'stuck', purse: 'available' } as const

describe('a refund', () => {
  const back = (ada: Maker, amountMicro: bigint, key = newId()) =>
    till.inOne(tx => refund(tx, books.clock, { ...ada, ...REFUND, key, amountMicro }))

  test('that came twice is posted once', async () => {
    const ada = await maker()
    const key = newId()
    await Promise.all([back(ada, 5n, key), back(ada, 5n, key), back(ada, 5n, key)])
    expect(await till.balance(ada)).toEqual(has(105n))
  })

  test('of nothing posts nothing', async () => {
    const key = newId()
    await back(await maker(), 0n, key)
    expect(await postedAs(`refund:${key}`)).toEqual([])
  })

  test('takes nothing', async () => {
    await expect(back(await maker(), -5n)).rejects.toThrow('takes nothing')
  })

  test('takes nothing off a tab that has less on it: the database refuses it', async () => {
    const ada = await maker()
    await till.finish(await till.held(ada, 10n, { purse: 'tab' }), 10n)
    const wanted = { ...ada, ...REFUND, purse: 'tab', key: newId(), amountMicro: 11n } as const
    await expect(till.inOne(tx => refund(tx, books.clock, wanted))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('accounts_never_positive') },
    })
  })
})

const postedAs = (key: string) => books.database.sql.select().from(postingSets).where(eq(postingSets.id, key))

/** A payment that was spent, and then taken back. */
async function owe(ada: Maker, amountMicro: bigint): Promise<void> {
  const { availableMicro } = await till.balance(ada)
  const order = await newOrder(books, ada, amountMicro)
  await order.paid()
  const spentMicro = availableMicro + amountMicro
  await till.finish(await till.held(ada, spentMicro), spentMicro)
  await order.kept(0n)
}

describe('a payment', () => {
  test.each(['stripe', 'stars'] as const)('is credited against what %s took in for us', async method => {
    const ada = await maker()
    const before = await till.on(method)
    const order = await newOrder(books, ada, 500n, method)
    expect(await order.paid()).toBe(500n)
    expect(await till.balance(ada)).toEqual(has(600n))
    expect((await till.on(method)) - before).toBe(-500n)
    await till.isBalanced()
  })

  test('pays what is owed first', async () => {
    const ada = await maker(0n)
    await owe(ada, 70n)
    expect(await till.balance(ada)).toEqual(has(0n, { owedMicro: 70n }))
    await (await newOrder(books, ada, 50n)).paid()
    expect(await till.balance(ada)).toEqual(has(0n, { owedMicro: 20n }))
    await (await newOrder(books, ada, 50n)).paid()
    expect(await till.balance(ada)).toEqual(has(30n))
    await till.isBalanced()
  })

  test('that is taken back takes what is there, and the rest is owed: nobody is below zero', async () => {
    const ada = await maker(0n)
    const order = await newOrder(books, ada, 100n)
    await order.paid()
    await till.finish(await till.held(ada, 70n), 70n)
    await order.kept(80n)
    expect(await till.balance(ada)).toEqual(has(10n))
    await order.kept(0n)
    expect(await till.balance(ada)).toEqual(has(0n, { owedMicro: 70n }))
    await till.isBalanced()
    await order.kept(100n)
    expect(await till.balance(ada)).toEqual(has(30n))
    await till.isBalanced()
  })

  test('that is taken back does not reach what is held', async () => {
    const ada = await maker(0n)
    const order = await newOrder(books, ada, 100n)
    await order.paid()
    await till.held(ada, 60n)
    await order.kept(0n)
    expect(await till.balance(ada)).toEqual(has(0n, { heldMicro: 60n, owedMicro: 60n }))
    await till.isBalanced()
  })

  test('changes the books once under its key, also at the same moment', async () => {
    const ada = await maker(0n)
    const { paymentId, paid } = await newOrder(books, ada, 100n)
    await paid()
    const change = { key: `${paymentId}:1`, paymentId, userId: ada.userId, processor: 'stripe' } as const
    const again = () =>
      till.inOne(tx => postPayment(tx, books.clock, { ...change, amountMicro: 100n, reason: 'again' }))
    await Promise.all([again(), again()])
    expect(await till.balance(ada)).toEqual(has(100n))
    await till.isBalanced()
  })

  test('of somebody without accounts is a bug', async () => {
    const { paymentId } = await newOrder(books, await maker(0n), 100n)
    const change = { key: 'x', paymentId, userId: 'nobody', processor: 'stripe', reason: 'x' } as const
    const posted = till.inOne(tx => postPayment(tx, books.clock, { ...change, amountMicro: 1n }))
    await expect(posted).rejects.toThrow('nobody has accounts')
  })
})

describe('a bonus', () => {
  const give = ({ userId }: Pick<Maker, 'userId'>, amountMicro: bigint, key = newId()) =>
    till.inOne(tx => giveBonus(tx, books.clock, { key, userId, amountMicro, reason: 'A friend came' }))

  test('is given once under its key, also at the same moment', async () => {
    const ada = await maker(0n)
    const before = await till.on('referrals')
    const key = newId()
    await Promise.all([give(ada, 40n, key), give(ada, 40n, key), give(ada, 40n, key)])
    expect(await till.balance(ada)).toEqual(has(40n))
    expect((await till.on('referrals')) - before).toBe(-40n)
    await till.isBalanced()
  })

  test('pays what is owed first', async () => {
    const ada = await maker(0n)
    await owe(ada, 70n)
    await give(ada, 100n)
    expect(await till.balance(ada)).toEqual(has(30n))
    await till.isBalanced()
  })

  test.each([0n, -1n])('of %d is a bug', async amountMicro => {
    await expect(give(await maker(0n), amountMicro)).rejects.toThrow('is given something')
  })

  test('for nobody is a bug', async () => {
    await expect(give({ userId: 'nobody' }, 1n)).rejects.toThrow('nobody is given something')
  })
})

describe('what is owed', () => {
  const pay = ({ userId }: Pick<Maker, 'userId'>, key = newId()) =>
    till.inOne(tx => collect(tx, books.clock, userId, key))

  /** Owes this much and has so much, which came back from a hold. */
  async function owing(owedMicro: bigint, backMicro: bigint): Promise<Maker> {
    const ada = await maker(backMicro)
    const order = await newOrder(books, ada, owedMicro)
    await order.paid()
    const [spent, held] = [await till.held(ada, owedMicro), await till.held(ada, backMicro)]
    await till.finish(spent, owedMicro)
    await order.kept(0n)
    await till.giveBack(held)
    expect(await till.balance(ada)).toEqual(has(backMicro, { owedMicro }))
    return ada
  }

  test.each([
    { owedMicro: 70n, backMicro: 100n, left: has(30n) },
    { owedMicro: 70n, backMicro: 70n, left: has(0n) },
    { owedMicro: 70n, backMicro: 50n, left: has(0n, { owedMicro: 20n }) },
  ])('$owedMicro is paid from the $backMicro that came back from a hold', async given => {
    const { owedMicro, backMicro, left } = given
    const ada = await owing(owedMicro, backMicro)
    await pay(ada)
    expect(await till.balance(ada)).toEqual(left)
    await till.isBalanced()
  })

  test('is paid once, also by several at the same moment', async () => {
    const ada = await owing(70n, 100n)
    await Promise.all([pay(ada), pay(ada), pay(ada)])
    expect(await till.balance(ada)).toEqual(has(30n))
    await till.isBalanced()
  })

  test('or has to pay it with is nothing: then nothing is posted', async () => {
    const [ada, poor] = [await maker(), await maker(0n)]
    await owe(poor, 70n)
    const keys = [newId(), newId(), newId()] as const
    await pay(ada, keys[0])
    await pay(poor, keys[1])
    await pay({ userId: 'nobody' }, keys[2])
    for (const key of keys) expect(await postedAs(`collection:${key}`)).toEqual([])
  })
})
