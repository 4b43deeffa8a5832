import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  failedCall,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
  waitsForLocks,
} from '../../tests/set-up/books.ts'
import type { Sql } from '../db/database.ts'
import { accounts } from '../db/schema.ts'
import { newId } from '../id.ts'
import { audit } from './audit.ts'
import {
  adjust,
  balanceOf,
  capture,
  hold,
  mayHold,
  openAccounts,
  refund,
  release,
  spentMicro,
} from './ledger.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const inOne = <Value>(steps: (tx: Sql) => Promise<Value>) => books.database.transaction(steps)
const balance = ({ userId }: Maker) => balanceOf(books.database.sql, userId)
const spending = ({ projectId }: Maker) => spentMicro(books.database.sql, projectId)

/** A call with its hold, or why there is none. */
function begin(maker: Maker, amountMicro: bigint, capMicro = 1_000n) {
  return inOne(async tx => {
    const order = { ...maker, amountMicro, capMicro }
    const allowed = await mayHold(tx, order)
    if (!allowed.ok) return allowed.reason
    const callId = await startedCall(tx, maker)
    await hold(tx, books.clock, callId, order)
    return callId
  })
}

const finish = (callId: string, chargeMicro: bigint) =>
  inOne(async tx => {
    await answeredCall(tx, callId, chargeMicro)
    return capture(tx, books.clock, callId, chargeMicro)
  })

const giveBack = (callId: string) =>
  inOne(async tx => {
    if (await failedCall(tx, callId)) await release(tx, books.clock, callId, 'no answer')
  })

const platform = async (kind: 'revenue' | 'overrun') => {
  const found = await books.database.sql.select().from(accounts).where(eq(accounts.kind, kind))
  return found.reduce((sum, account) => sum + account.balanceMicro, 0n)
}

const isBalanced = async () => expect((await audit(books.database.sql)).discrepancies).toEqual([])

describe('the initial grant', () => {
  test('is given once, however often the accounts are opened', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    await inOne(tx => openAccounts(tx, books.clock, maker.userId, 100n))
    expect(await balance(maker)).toEqual({ availableMicro: 100n, heldMicro: 0n })
  })

  test('of nothing opens the accounts and posts nothing', async () => {
    const maker = await newMaker(books, { grantMicro: 0n })
    expect(await balance(maker)).toEqual({ availableMicro: 0n, heldMicro: 0n })
  })
})

describe('a hold', () => {
  test('moves credits aside; the exact charge is captured and the rest comes back', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    expect(await balance(maker)).toEqual({ availableMicro: 40n, heldMicro: 60n })
    expect(await finish(callId, 45n)).toBe(45n)
    expect(await balance(maker)).toEqual({ availableMicro: 55n, heldMicro: 0n })
    expect(await spending(maker)).toEqual({ spentMicro: 45n, heldMicro: 0n })
    await isBalanced()
  })

  test('that is released comes back whole, once', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    await Promise.all([giveBack(callId), giveBack(callId)])
    expect(await balance(maker)).toEqual({ availableMicro: 100n, heldMicro: 0n })
    expect(await spending(maker)).toEqual({ spentMicro: 0n, heldMicro: 0n })
    await isBalanced()
  })

  test('of nothing stands for a call that costs nothing, also for somebody without credits', async () => {
    const maker = await newMaker(books, { grantMicro: 0n })
    expect(await finish(await begin(maker, 0n), 0n)).toBe(0n)
    await isBalanced()
  })

  test.each([
    { amount: 100n, cap: 100n, outcome: 'a call' },
    { amount: 101n, cap: 1_000n, outcome: 'too-few-credits' },
    { amount: 51n, cap: 50n, outcome: 'over-cap' },
    { amount: 101n, cap: 50n, outcome: 'over-cap' },
  ])('of $amount of 100 credits under a cap of $cap brings $outcome', async ({ amount, cap, outcome }) => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const begun = await begin(maker, amount, cap)
    if (outcome === 'a call') expect(await balance(maker)).toEqual({ availableMicro: 0n, heldMicro: 100n })
    else expect(begun).toBe(outcome)
  })

  test('counts what the project has spent and holds against its cap, and a refund frees it again', async () => {
    const maker = await newMaker(books, { grantMicro: 1_000n })
    await finish(await begin(maker, 40n, 100n), 40n)
    await begin(maker, 30n, 100n)
    expect(await begin(maker, 31n, 100n)).toBe('over-cap')
    await inOne(tx =>
      refund(tx, books.clock, { ...maker, key: newId(), taskId: 'T1', amountMicro: 1n, reason: 'stuck' }),
    )
    expect(await begin(maker, 31n, 100n)).not.toBe('over-cap')
    await isBalanced()
  })

  test('and another at the same moment cannot spend the same credit', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const begun = await Promise.all(Array.from({ length: 6 }, () => begin(maker, 60n)))
    expect(begun.filter(one => one === 'too-few-credits')).toHaveLength(5)
    expect(await balance(maker)).toEqual({ availableMicro: 40n, heldMicro: 60n })
  })

  test('and another at the same moment cannot exceed the cap together', async () => {
    const maker = await newMaker(books, { grantMicro: 1_000n })
    const begun = await Promise.all(Array.from({ length: 6 }, () => begin(maker, 60n, 100n)))
    expect(begun.filter(one => one === 'over-cap')).toHaveLength(5)
    expect(await spending(maker)).toEqual({ spentMicro: 0n, heldMicro: 60n })
  })

  test('for somebody without accounts is refused', async () => {
    const maker = { ...(await newMaker(books, { grantMicro: 0n })), userId: 'nobody' }
    expect(await begin(maker, 1n)).toBe('too-few-credits')
  })
})

describe('a capture', () => {
  test('above its hold is paid by the platform', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const [revenue, overrun] = [await platform('revenue'), await platform('overrun')]
    expect(await finish(await begin(maker, 60n), 75n)).toBe(60n)
    expect(await balance(maker)).toEqual({ availableMicro: 40n, heldMicro: 0n })
    expect((await platform('revenue')) - revenue).toBe(75n)
    expect((await platform('overrun')) - overrun).toBe(-15n)
    await isBalanced()
  })

  test('after the hold was released is paid by the platform', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const overrun = await platform('overrun')
    const callId = await begin(maker, 60n)
    await giveBack(callId)
    expect(await finish(callId, 45n)).toBe(0n)
    expect(await balance(maker)).toEqual({ availableMicro: 100n, heldMicro: 0n })
    expect((await platform('overrun')) - overrun).toBe(-45n)
    await isBalanced()
  })

  test('is made once', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    await finish(callId, 45n)
    await expect(inOne(tx => capture(tx, books.clock, callId, 45n))).rejects.toThrow('captured once')
    expect(await balance(maker)).toEqual({ availableMicro: 55n, heldMicro: 0n })
  })
})

describe('a release', () => {
  test('after the capture changes nothing', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    await finish(callId, 45n)
    await inOne(tx => release(tx, books.clock, callId, 'too late'))
    expect(await balance(maker)).toEqual({ availableMicro: 55n, heldMicro: 0n })
    await isBalanced()
  })
})

test.each([
  ['a capture', finish],
  ['a release', giveBack],
])('%s and a hold at the same moment never wait for each other', async (_, end) => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const callId = await begin(maker, 60n)
  const { ending } = await inOne(async tx => {
    const lock = (id: string) => tx.select().from(accounts).where(eq(accounts.id, id)).for('update')
    await lock(`available:${maker.userId}`)
    const ending = end(callId, 45n)
    await waitsForLocks(books, 1)
    await lock(`held:${maker.userId}`)
    return { ending }
  })
  await ending
  expect((await balance(maker)).heldMicro).toBe(0n)
})

describe('a key posts once', () => {
  test('an adjustment', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const change = { key: newId(), userId: maker.userId, amountMicro: -80n, reason: 'by mistake' }
    const once = () => inOne(tx => adjust(tx, books.clock, change))
    const left = { ok: true, value: { availableMicro: 20n, heldMicro: 0n } }
    expect(await Promise.all([once(), once(), once()])).toEqual([left, left, left])
  })

  test('a refund', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const given = { ...maker, key: newId(), taskId: 'T1', amountMicro: 5n, reason: 'stuck' }
    const once = () => inOne(tx => refund(tx, books.clock, given))
    await Promise.all([once(), once(), once()])
    expect(await balance(maker)).toEqual({ availableMicro: 105n, heldMicro: 0n })
  })
})

describe('an adjustment', () => {
  test.each([
    { userId: undefined, amountMicro: 0n, reason: 'nothing' },
    { userId: undefined, amountMicro: -101n, reason: 'too-few-credits' },
    { userId: 'nobody', amountMicro: 1n, reason: 'no-user' },
  ])('of $amountMicro is refused: $reason', async ({ userId, amountMicro, reason }) => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const change = { key: newId(), userId: userId ?? maker.userId, amountMicro, reason: 'by hand' }
    expect(await inOne(tx => adjust(tx, books.clock, change))).toMatchObject({ ok: false, reason })
    expect(await balance(maker)).toEqual({ availableMicro: 100n, heldMicro: 0n })
  })

  test('does not reach what is held', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    await begin(maker, 60n)
    const change = { key: newId(), userId: maker.userId, amountMicro: -41n, reason: 'by hand' }
    expect(await inOne(tx => adjust(tx, books.clock, change))).toMatchObject({ reason: 'too-few-credits' })
  })
})

test('a refund takes nothing', async () => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const given = { ...maker, key: newId(), taskId: 'T1', amountMicro: -5n, reason: 'stuck' }
  await expect(inOne(tx => refund(tx, books.clock, given))).rejects.toThrow('takes nothing')
})
