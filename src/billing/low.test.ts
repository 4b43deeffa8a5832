import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks, waitsForLocks } from '../../tests/set-up/books.ts'
import { openTill, type Till } from '../../tests/set-up/till.ts'
import { users } from '../db/schema.ts'
import { newId } from '../id.ts'
import { adjust } from './ledger.ts'
import { justLow, noLongerLow } from './low.ts'

let books: Books
let till: Till
beforeAll(async () => {
  books = await openBooks()
  till = openTill(books)
})
afterAll(() => books.close())

const LOW = 50n
const maker = (grantMicro: bigint) => newMaker(books, { grantMicro })
const look = ({ userId }: Pick<Maker, 'userId'>) => till.inOne(tx => justLow(tx, books.clock, userId, LOW))
const change = ({ userId }: Maker, amountMicro: bigint) =>
  till.inOne(tx =>
    adjust(tx, books.clock, { key: newId(), userId, amountMicro, reason: 'by hand', actor: userId }),
  )
const forget = ({ userId }: Maker) => till.inOne(tx => noLongerLow(tx, userId, LOW))

describe('credits that fell below the threshold', () => {
  test('are told once, with what is left', async () => {
    const ada = await maker(100n)
    expect(await look(ada)).toBeUndefined()
    await change(ada, -51n)
    expect(await look(ada)).toBe(49n)
    expect(await look(ada)).toBeUndefined()
    await change(ada, -9n)
    expect(await look(ada)).toBeUndefined()
  })

  test('are told again after they were above it', async () => {
    const ada = await maker(49n)
    expect(await look(ada)).toBe(49n)
    await change(ada, 1n)
    expect(await look(ada)).toBeUndefined()
    await change(ada, -2n)
    expect(await look(ada)).toBe(48n)
  })

  test('are told again after they came back to it, also when nobody looked meanwhile', async () => {
    const ada = await maker(49n)
    await look(ada)
    await change(ada, 1n)
    await forget(ada)
    await change(ada, -1n)
    expect(await look(ada)).toBe(49n)
  })

  test('are not told again when what came was too little', async () => {
    const ada = await maker(40n)
    await look(ada)
    await change(ada, 9n)
    await forget(ada)
    expect(await look(ada)).toBeUndefined()
  })

  test('are told once, also by two who look at the same time', async () => {
    const ada = await maker(40n)
    const { looks } = await till.inOne(async tx => {
      await tx.select().from(users).where(eq(users.id, ada.userId)).for('update')
      const looks = Promise.all([look(ada), look(ada)])
      await waitsForLocks(books, 2)
      return { looks }
    })
    expect((await looks).toSorted()).toEqual([40n, undefined])
  })

  test('are told again when the word of it was taken back', async () => {
    const ada = await maker(40n)
    const failed = till.inOne(async tx => {
      await justLow(tx, books.clock, ada.userId, LOW)
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await look(ada)).toBe(40n)
  })
})

test('what is set aside still counts, what is charged does not', async () => {
  const ada = await maker(100n)
  const callId = await till.held(ada, 60n)
  expect(await look(ada)).toBeUndefined()
  await till.finish(callId, 60n)
  expect(await look(ada)).toBe(40n)
})

test('what is on the tab says nothing about credits', async () => {
  const ada = await maker(50n)
  await till.finish(await till.held(ada, 60n, { purse: 'tab' }), 60n)
  expect(await look(ada)).toBeUndefined()
})

test('nobody is not low', async () => {
  expect(await look({ userId: 'nobody' })).toBeUndefined()
})
