import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  failedCall,
  type Maker,
  newMaker,
  ONE_TO_ONE,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import type { Sql } from '../db/database.ts'
import { type Audit, audit } from './audit.ts'
import { capture, hold, refund, release } from './ledger.ts'
import { rateToJson } from './pricing.ts'

/** Books with one call of each kind; each test breaks them in a transaction that is then rolled back. */

let books: Books
let maker: Maker
let completed: string
let under: string
let failed: string

beforeAll(async () => {
  books = await openBooks()
  maker = await newMaker(books, { grantMicro: 1_000n })
  await books.database.transaction(async tx => {
    ;[completed, under, failed] = [await held(tx), await held(tx), await held(tx)]
    await answeredCall(tx, completed, 45n)
    await capture(tx, books.clock, completed, 45n)
    await failedCall(tx, failed)
    await release(tx, books.clock, failed, 'no answer')
    await refund(tx, books.clock, { ...maker, key: 'one', taskId: 'T1', amountMicro: 5n, reason: 'stuck' })
  })
})
afterAll(() => books.close())

async function held(tx: Sql): Promise<string> {
  const callId = await startedCall(tx, maker)
  await hold(tx, books.clock, callId, { ...maker, amountMicro: 60n, capMicro: 1_000n })
  return callId
}

/** What the audit says of books that these statements have broken, past every trigger and foreign key. */
async function auditAfter(...statements: SQL[]): Promise<Audit> {
  let report: Audit | undefined
  const undone = new Error('undone')
  const breaking = books.database.transaction(async tx => {
    await tx.execute(sql`set local session_replication_role = replica`)
    for (const statement of statements) await tx.execute(statement)
    report = await audit(tx)
    throw undone
  })
  await expect(breaking).rejects.toBe(undone)
  if (!report) throw new Error('the audit did not run')
  return report
}

const available = () => `available:${maker.userId}`
const posting = (set: string, line: number, account: SQL, amount: number) =>
  sql`insert into postings (set_id, line, account_id, amount_micro_credits)
    values (${set}, ${line}, ${account}, ${amount})`
const postingSet = (id: string, cause: string, callId: string) =>
  sql`insert into posting_sets (id, cause, user_id, project_id, call_id, reason, at)
    values (${id}, ${cause}, ${maker.userId}, ${maker.projectId}, ${callId}, 'by hand', now())`
const revenue = sql`(select id from accounts where kind = 'revenue' and balance_micro_credits <> 0)`
/** The account, and what its user is shown of it. */
const moved = (account: SQL, amount: number) =>
  sql`with shown as (update users set credit_balance = credit_balance + ${amount}
      where id = (select user_id from accounts where id = ${account} and kind = 'available'))
    update accounts set balance_micro_credits = balance_micro_credits + ${amount} where id = ${account}`

test('books that nobody broke balance, and the audit says how much it looked at', async () => {
  const report = await audit(books.database.sql)
  expect(report).toEqual({
    balanced: true,
    checked: { accounts: 322, posting_sets: 7, postings: 15, holds: 3, calls: 3 },
    discrepancies: [],
  })
})

test('a posting without its other side is reported', async () => {
  const report = await auditAfter(
    postingSet('odd', 'manual_adjustment', completed),
    posting('odd', 0, sql`${available()}`, 7),
    moved(sql`${available()}`, 7),
  )
  expect(report.balanced).toBe(false)
  expect(report.discrepancies).toEqual([
    { rule: 'every posting set adds up to nothing', subject: 'odd', found: '7' },
  ])
})

test('a balance that was written by hand is reported', async () => {
  const report = await auditAfter(moved(sql`${available()}`, 1))
  expect(report.discrepancies).toEqual([
    {
      rule: 'every balance is the sum of its postings',
      subject: available(),
      found: '901 but postings say 900',
    },
    {
      rule: 'what a user sees adds up to what they have',
      subject: maker.userId,
      found: '961 but transactions say 960',
    },
  ])
})

test('a user who is shown other credits than they have is reported', async () => {
  const report = await auditAfter(sql`update users set credit_balance = 7 where id = ${maker.userId}`)
  expect(report.discrepancies).toEqual([
    {
      rule: 'the credits of a user are those of their account',
      subject: maker.userId,
      found: '7 but available are 900',
    },
  ])
})

test('a transaction that a user cannot see is reported', async () => {
  const report = await auditAfter(sql`update posting_sets set cause = 'hold' where cause = 'refund'`)
  expect(report.discrepancies).toEqual([
    {
      rule: 'what a user sees adds up to what they have',
      subject: maker.userId,
      found: '960 but transactions say 955',
    },
  ])
})

test('an account that owes is reported', async () => {
  const report = await auditAfter(
    sql`alter table accounts drop constraint accounts_never_negative`,
    moved(sql`${available()}`, -901),
  )
  expect(report.discrepancies).toContainEqual({
    rule: 'no user is below zero',
    subject: available(),
    found: '-1',
  })
})

test('a hold that is not what is held is reported', async () => {
  const report = await auditAfter(sql`update holds set amount_micro_credits = 59 where status = 'open'`)
  expect(report.discrepancies).toEqual([
    {
      rule: 'what is held equals the open holds',
      subject: `held:${maker.userId}`,
      found: '60 held, open holds say 59',
    },
  ])
})

test.each(['completed', 'cancelled', 'failed'])('a %s project that still holds is reported', async state => {
  const report = await auditAfter(sql`update projects set state = ${state}`)
  expect(report.discrepancies).toEqual([
    { rule: 'an ended project holds nothing', subject: under, found: '60' },
  ])
})

test.each([
  ['a call under way without a hold', () => under, sql`delete from holds where`, 'started, its hold missing'],
  [
    'a call under way whose hold was released',
    () => under,
    sql`update holds set status = 'released' where`,
    'started, its hold released',
  ],
  [
    'a failed call that still holds',
    () => failed,
    sql`update holds set status = 'open' where`,
    'failed, its hold open',
  ],
  [
    'a completed call that still holds',
    () => completed,
    sql`update holds set status = 'open' where`,
    'completed, its hold open',
  ],
])('%s is reported', async (_, callOf, statement, found) => {
  const report = await auditAfter(sql`${statement} call_id = ${callOf()}`)
  expect(report.discrepancies).toContainEqual({
    rule: 'a call has an open hold while it is under way, and then no more',
    subject: callOf(),
    found,
  })
})

const ONCE = 'every completed call is charged once, exactly'

test('a completed call that nobody was charged for is reported', async () => {
  const report = await auditAfter(
    moved(revenue, -45),
    moved(sql`${available()}`, 45),
    sql`delete from postings where set_id = ${`capture:${completed}`} and account_id not like 'held%'`,
  )
  expect(report.discrepancies).toContainEqual({
    rule: ONCE,
    subject: completed,
    found: '45 charged, postings say 0',
  })
})

test.each([
  ['a call that was charged twice', () => completed, '45 charged, postings say 90'],
  ['a failed call that was charged', () => failed, '0 charged, postings say 45'],
])('%s is reported', async (_, callOf, found) => {
  const report = await auditAfter(
    postingSet('again', 'usage_deduction', callOf()),
    posting('again', 0, sql`${available()}`, -45),
    posting('again', 1, revenue, 45),
    moved(sql`${available()}`, -45),
    moved(revenue, 45),
  )
  expect(report.discrepancies).toEqual([{ rule: ONCE, subject: callOf(), found }])
})

const PRICES = { outputPicoUsd: '1', thinkingPicoUsd: '7' }
const FOLLOWS = 'every charge follows from its usage'

test.each([
  [
    'a usage that costs more',
    sql`input_tokens = 46`,
    ['45 pico-USD, its usage says 46', '45 charged, its usage says 46'],
  ],
  [
    'a cost that the provider named otherwise',
    sql`named_pico_usd = 44`,
    ['45 pico-USD, its usage says 44', '45 charged, its usage says 44'],
  ],
  [
    'another markup',
    sql`rate = jsonb_set(rate, '{markupMillionths}', '"2000000"')`,
    ['45 charged, its usage says 90'],
  ],
  ['a rate without a price', sql`rate = rate - 'inputPicoUsd'`, ['The rate of this call cannot be read.']],
])('%s is reported', async (_, change, found) => {
  const report = await auditAfter(sql`update calls set ${change} where id = ${completed}`)
  const expected = found.map(one => ({ rule: FOLLOWS, subject: completed, found: one }))
  expect(report.discrepancies).toEqual(expected)
})

test('caches, thinking, pictures and the tier of the input are part of what a charge follows from', async () => {
  const tier = { aboveTokens: 44, ...PRICES, inputPicoUsd: '2', cachedPicoUsd: '3', cacheWrittenPicoUsd: '5' }
  const rate = JSON.stringify({ ...rateToJson(ONE_TO_ONE), imagePicoUsd: '11', tiers: [tier] })
  const usage = sql`rate = ${rate}::jsonb, cached_tokens = 4, cache_written_tokens = 6, output_tokens = 9,
    thinking_tokens = 8, images = 2`
  const report = await auditAfter(sql`update calls set ${usage} where id = ${completed}`)
  // 35 × 2 + 4 × 3 + 6 × 5 + 1 × 1 + 8 × 7 + 2 × 11 = 191
  expect(report.discrepancies.map(({ found }) => found)).toEqual([
    '45 pico-USD, its usage says 191',
    '45 charged, its usage says 191',
  ])
})

const trial = (callId: string, change: SQL) =>
  sql`update calls set project_id = null, kind = 'doctor', ${change} where id = ${callId}`

test.each([
  ['that is under way needs no hold', sql`status = 'started'`],
  [
    'is charged to nobody, whatever it costs',
    sql`status = 'completed', answer = 'done', input_tokens = 45, cost_pico_usd = 45`,
  ],
])('a trial of a model %s', async (_, change) => {
  const report = await auditAfter(trial(failed, change), sql`delete from holds where call_id = ${failed}`)
  expect(report.discrepancies).toEqual([])
})

test('a trial of a model that was charged is reported', async () => {
  const allowed = sql`alter table calls drop constraint calls_of_doctors_are_free`
  const report = await auditAfter(allowed, trial(completed, sql`charge_micro_credits = 45`))
  expect(report.discrepancies).toEqual([
    { rule: FOLLOWS, subject: completed, found: '45 charged, its usage says 0' },
  ])
})

test('of one rule a hundred discrepancies are listed', async () => {
  const report = await auditAfter(
    sql`insert into posting_sets (id, cause, user_id, reason, at)
      select 'odd' || n, 'manual_adjustment', ${maker.userId}, 'by hand', now() from generate_series(1, 101) n`,
    sql`insert into postings (set_id, line, account_id, amount_micro_credits)
      select 'odd' || n, 0, ${available()}, 1 from generate_series(1, 101) n`,
    moved(sql`${available()}`, 101),
  )
  expect(report.discrepancies).toHaveLength(100)
})
