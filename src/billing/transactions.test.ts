import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  failedCall,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import type { Sql } from '../db/database.ts'
import { rows } from '../db/database.ts'
import { users } from '../db/schema.ts'
import { newId } from '../id.ts'
import { capture, hold, release } from './holds.ts'
import { adjust, openAccounts, refund } from './ledger.ts'
import { transactionsOf } from './transactions.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const inOne = <Value>(steps: (tx: Sql) => Promise<Value>) => books.database.transaction(steps)

async function begin(maker: Maker, amountMicro: bigint): Promise<string> {
  return inOne(async tx => {
    const callId = await startedCall(tx, maker)
    await hold(tx, books.clock, callId, { ...maker, amountMicro, capMicro: 1_000n, purse: 'available' })
    return callId
  })
}

const byHand = ({ userId }: Maker) => ({ key: newId(), userId, reason: 'by hand', actor: userId })

async function page(maker: Maker, limit = 50, after?: string) {
  const found = await transactionsOf(books.database.sql, maker.userId, { limit, after })
  if (!found.ok) throw new Error(found.says)
  return found.value
}

const shownBalance = async ({ userId }: Maker) => {
  const [user] = await books.database.sql.select().from(users).where(eq(users.id, userId))
  return user?.creditBalanceMicro
}

test('a user sees what changed their credits, newest first, and nothing of what was only set aside', async () => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const paid = await begin(maker, 60n)
  await inOne(async tx => {
    await answeredCall(tx, paid, 45n)
    await capture(tx, books.clock, paid, { micro: 45n, costMicro: 45n })
  })
  const failed = await begin(maker, 20n)
  await inOne(async tx => {
    await failedCall(tx, failed)
    await release(tx, books.clock, failed, 'no answer')
  })
  await inOne(tx =>
    refund(tx, books.clock, {
      ...maker,
      key: newId(),
      taskId: 'T1',
      amountMicro: 5n,
      reason: 'stuck',
      purse: 'available',
    }),
  )
  const key = newId()
  await inOne(tx =>
    adjust(tx, books.clock, {
      key,
      userId: maker.userId,
      amountMicro: -7n,
      reason: 'by hand',
      actor: maker.userId,
    }),
  )
  expect((await page(maker)).transactions).toMatchObject([
    { type: 'manual_adjustment', amountMicro: -7n, reason: 'by hand', actor: maker.userId, usageId: null },
    {
      type: 'refund',
      amountMicro: 5n,
      reason: 'stuck',
      actor: null,
      taskId: 'T1',
      projectId: maker.projectId,
    },
    { type: 'usage_deduction', amountMicro: -45n, usageId: paid, idempotencyKey: `capture:${paid}` },
    { type: 'initial_grant', amountMicro: 100n, paymentId: null },
  ])
  expect(await shownBalance(maker)).toBe(53n)
})

test('what the platform pays of a call is not what the user sees', async () => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const callId = await begin(maker, 60n)
  await inOne(async tx => {
    await answeredCall(tx, callId, 75n)
    await capture(tx, books.clock, callId, { micro: 75n, costMicro: 75n })
  })
  expect((await page(maker)).transactions[0]).toMatchObject({ type: 'usage_deduction', amountMicro: -60n })
})

test('an adjustment by nobody that is known is refused by the database', async () => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const change = { ...byHand(maker), amountMicro: 1n, actor: 'nobody' }
  await expect(inOne(tx => adjust(tx, books.clock, change))).rejects.toMatchObject({
    cause: { message: expect.stringContaining('posting_sets_actor_users_id_fk') },
  })
})

test('pages of any size show every transaction once, also of the same moment and when more come meanwhile', async () => {
  const maker = await newMaker(books, { grantMicro: 1_000n })
  const frozen = { ...books.clock, nowMs: () => 1_800_000_000_000 }
  const give = (tx: Sql) => adjust(tx, frozen, { ...byHand(maker), amountMicro: 1n })
  for (let each = 0; each < 11; each++) await inOne(give)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 14 }), async limit => {
      const all = (await page(maker, 1_000)).transactions.map(({ id }) => id)
      const seen: string[] = []
      let next: string | null | undefined
      for (let pages = 0; next !== null && pages < 100; pages++) {
        const found = await page(maker, limit, next)
        expect(found.transactions.length).toBeLessThanOrEqual(limit)
        seen.push(...found.transactions.map(({ id }) => id))
        next = found.next
      }
      expect(seen).toEqual(all)
    }),
    { numRuns: 14 },
  )
  const first = await page(maker, 3)
  await inOne(tx => adjust(tx, books.clock, { ...byHand(maker), amountMicro: 2n, reason: 'later' }))
  const rest = await page(maker, 1_000, first.next ?? '')
  expect(rest.transactions).toHaveLength(9)
  expect(rest.next).toBeNull()
})

test.each(['', 'nowhere', '1.', '9999999999999999.x', "1.x'; drop table users"])(
  '%j is no place in the list',
  async after => {
    const maker = await newMaker(books, { grantMicro: 0n })
    const found = await transactionsOf(books.database.sql, maker.userId, { limit: 1, after })
    expect(found).toMatchObject({ ok: false, reason: 'cursor' })
  },
)

test('the balance in the row of a user cannot be written by hand', async () => {
  const maker = await newMaker(books, { grantMicro: 100n })
  const refused = (statement: ReturnType<typeof sql>) =>
    expect(rows(books.database.sql, statement)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is moved by postings only') },
    })
  await refused(sql`update users set credit_balance = 1000000 where id = ${maker.userId}`)
  await refused(
    sql`insert into users (id, name, role, credit_balance, created_at) values (${newId()}, 'Eve', 'maker', 1, now())`,
  )
  await inOne(tx => openAccounts(tx, books.clock, maker.userId, 100n))
  expect(await shownBalance(maker)).toBe(100n)
})
