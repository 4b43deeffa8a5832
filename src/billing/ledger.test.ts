import { eq, type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  failedCall,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { rows, type Sql } from '../db/database.ts'
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

describe('the database itself refuses', () => {
  const set = (userId: string, id = newId()) => ({
    id,
    insert: sql`insert into posting_sets (id, cause, user_id, reason, at)
      values (${id}, 'manual_adjustment', ${userId}, 'by hand', now())`,
  })
  const line = (id: string, number: number, accountId: string, amount: bigint) =>
    sql`insert into postings (set_id, line, account_id, amount_micro_credits)
      values (${id}, ${number}, ${accountId}, ${amount})`
  const attempt = (...statements: SQL[]) =>
    inOne(async tx => {
      for (const statement of statements) await tx.execute(statement)
    })
  const refused = (says: string, ...statements: SQL[]) =>
    expect(attempt(...statements)).rejects.toMatchObject({
      cause: { message: expect.stringContaining(says) },
    })

  test('a balance below zero', async () => {
    const { userId } = await newMaker(books, { grantMicro: 100n })
    const { id, insert } = set(userId)
    const lines = [line(id, 0, `available:${userId}`, -101n), line(id, 1, `held:${userId}`, 101n)]
    await refused('accounts_never_negative', insert, ...lines)
  })

  test('a set that does not add up, when its transaction ends', async () => {
    const { userId } = await newMaker(books, { grantMicro: 100n })
    const { id, insert } = set(userId)
    await refused(`posting set ${id} does not balance`, insert, line(id, 0, `available:${userId}`, 7n))
    expect((await balanceOf(books.database.sql, userId)).availableMicro).toBe(100n)
  })

  test('a posting of nothing', async () => {
    const { userId } = await newMaker(books, { grantMicro: 100n })
    const { id, insert } = set(userId)
    await refused('postings_move_something', insert, line(id, 0, `available:${userId}`, 0n))
  })

  test('a balance that is written by hand', async () => {
    const { userId } = await newMaker(books, { grantMicro: 100n })
    const byHand = sql`update accounts set balance_micro_credits = 1000000 where user_id = ${userId}`
    await refused('is moved by postings only', byHand)
    const rich = sql`insert into accounts (id, kind, balance_micro_credits) values (${newId()}, 'revenue', 1)`
    await refused('is moved by postings only', rich)
  })

  test('an account of nobody that a user should have, and the other way round', async () => {
    const { userId } = await newMaker(books, { grantMicro: 100n })
    const orphan = sql`insert into accounts (id, kind, balance_micro_credits) values (${newId()}, 'held', 0)`
    await refused('accounts_owned', orphan)
    const owned = sql`insert into accounts (id, kind, user_id, balance_micro_credits)
      values (${newId()}, 'revenue', ${userId}, 0)`
    await refused('accounts_owned', owned)
  })

  test.each([
    'update postings set amount_micro_credits = 1',
    'delete from postings',
    'truncate postings',
    `update posting_sets set reason = 'another'`,
    'delete from posting_sets',
    'truncate posting_sets cascade',
    `update events set type = 'another'`,
    'delete from events',
    'truncate events',
  ])('%s', async statement => {
    const { projectId } = await newMaker(books, { grantMicro: 100n })
    await books.database.sql.execute(
      sql`insert into events (project_id, seq, type, data, at) values (${projectId}, 1, 'said', '{}', now())`,
    )
    await refused('is append-only', sql.raw(statement))
  })

  test.each([
    (id: string) => sql`update calls set answer = 'another' where id = ${id}`,
    (id: string) => sql`update calls set status = 'failed', charge_micro_credits = 0 where id = ${id}`,
    (id: string) => sql`delete from calls where id = ${id}`,
  ])('a completed call that is rewritten or deleted', async statement => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    await finish(callId, 45n)
    await refused('is completed and stays as it is', statement(callId))
  })

  test.each([
    ['a charge for a failed call', sql`status = 'failed', charge_micro_credits = 1`, 'calls_failed_are_free'],
    ['a completed call without an answer', sql`status = 'completed'`, 'calls_complete'],
    ['a cost below zero', sql`cost_pico_usd = -1`, 'calls_cost_nothing_or_more'],
    ['more cached tokens than there is input', sql`cached_tokens = 1`, 'calls_count_tokens'],
  ])('%s', async (_, change, constraint) => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await begin(maker, 60n)
    await refused(constraint, sql`update calls set ${change} where id = ${callId}`)
    await giveBack(callId)
  })

  test('but a call that never was may be deleted, and then it is gone', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await inOne(tx => startedCall(tx, maker))
    await attempt(sql`delete from calls where id = ${callId}`)
    expect(await rows(books.database.sql, sql`select 1 from calls where id = ${callId}`)).toEqual([])
  })
})
