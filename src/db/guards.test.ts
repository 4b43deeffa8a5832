import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answeredCall, type Books, newMaker, openBooks, startedCall } from '../../tests/set-up/books.ts'
import { newId } from '../id.ts'
import { rows } from './database.ts'

/** What migrations/0001_guards.sql holds, whatever code runs. */

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

describe('the database itself refuses', () => {
  const set = (userId: string, id = newId()) => ({
    id,
    insert: sql`insert into posting_sets (id, cause, user_id, actor, reason, at)
      values (${id}, 'manual_adjustment', ${userId}, ${userId}, 'by hand', now())`,
  })
  const line = (id: string, number: number, accountId: string, amount: bigint) =>
    sql`insert into postings (set_id, line, account_id, amount_micro_credits)
      values (${id}, ${number}, ${accountId}, ${amount})`
  const attempt = (...statements: SQL[]) =>
    books.database.transaction(async tx => {
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
    const stored = sql`select 1 from posting_sets where id = ${id}`
    expect(await rows(books.database.sql, stored)).toEqual([])
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
    const callId = await startedCall(books.database.sql, maker)
    await answeredCall(books.database.sql, callId, 45n)
    await refused('is completed and stays as it is', statement(callId))
  })

  test.each([
    ['a charge for a failed call', sql`status = 'failed', charge_micro_credits = 1`, 'calls_failed_are_free'],
    ['a completed call without an answer', sql`status = 'completed'`, 'calls_complete'],
    ['a cost below zero', sql`cost_pico_usd = -1`, 'calls_cost_nothing_or_more'],
    ['more cached tokens than there is input', sql`cached_tokens = 1`, 'calls_count_tokens'],
  ])('%s', async (_, change, constraint) => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await startedCall(books.database.sql, maker)
    await refused(constraint, sql`update calls set ${change} where id = ${callId}`)
  })

  test('but a call that never was may be deleted, and then it is gone', async () => {
    const maker = await newMaker(books, { grantMicro: 100n })
    const callId = await startedCall(books.database.sql, maker)
    await attempt(sql`delete from calls where id = ${callId}`)
    expect(await rows(books.database.sql, sql`select 1 from calls where id = ${callId}`)).toEqual([])
  })
})
