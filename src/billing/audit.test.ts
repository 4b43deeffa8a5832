import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answeredAt,
  type Books,
  failedCall,
  MARKED_UP,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { auditAfter as auditBroken, moved, posting } from '../../tests/set-up/broken.ts'
import type { Sql } from '../db/database.ts'
import { audit } from './audit.ts'
import { capture, hold, release } from './holds.ts'
import { refund } from './ledger.ts'
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
    // 45 micro-credits, of which 30 are its provider's.
    await capture(tx, books.clock, completed, await answeredAt(tx, completed, MARKED_UP, 30))
    await failedCall(tx, failed)
    await release(tx, books.clock, failed, 'no answer')
    await refund(tx, books.clock, {
      ...maker,
      key: 'one',
      taskId: 'T1',
      amountMicro: 5n,
      reason: 'stuck',
      purse: 'available',
    })
  })
})
afterAll(() => books.close())

async function held(tx: Sql): Promise<string> {
  const callId = await startedCall(tx, maker)
  await hold(tx, books.clock, callId, { ...maker, amountMicro: 60n, capMicro: 1_000n, purse: 'available' })
  return callId
}

const auditAfter = (...statements: SQL[]) => auditBroken(books, ...statements)

const available = () => `available:${maker.userId}`
const postingSet = (id: string, cause: string, callId: string) =>
  sql`insert into posting_sets (id, cause, user_id, project_id, call_id, actor, reason, at)
    values (${id}, ${cause}, ${maker.userId}, ${maker.projectId}, ${callId}, ${maker.userId}, 'by hand', now())`
const providers = sql`(select id from accounts where kind = 'providers' and balance_micro_credits <> 0)`
const revenue = sql`(select id from accounts where kind = 'revenue' and balance_micro_credits <> 0)`

test('books that nobody broke balance, and the audit says how much it looked at', async () => {
  const report = await audit(books.database.sql)
  expect(report).toEqual({
    balanced: true,
    checked: { accounts: 580, posting_sets: 7, postings: 16, holds: 3, calls: 3, payments: 0 },
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
  const report = await auditAfter(
    sql`update posting_sets set cause = 'hold', call_id = ${under} where cause = 'refund'`,
  )
  expect(report.discrepancies).toEqual([
    {
      rule: 'what a user sees adds up to what they have',
      subject: maker.userId,
      found: '960 but transactions say 955',
    },
  ])
})

test.each([
  ['available', -901, '-1'],
  ['held', -61, '-1'],
])('a user whose %s credits are below zero is reported', async (kind, amount, found) => {
  const account = `${kind}:${maker.userId}`
  const report = await auditAfter(
    sql`alter table accounts drop constraint accounts_never_negative`,
    moved(sql`${account}`, amount),
  )
  expect(report.discrepancies).toContainEqual({ rule: 'no user is below zero', subject: account, found })
})

test.each(['tab', 'owed'])('a user whose %s is above zero is reported', async kind => {
  const account = `${kind}:${maker.userId}`
  const report = await auditAfter(
    sql`alter table accounts drop constraint accounts_never_positive`,
    moved(sql`${account}`, 1),
  )
  expect(report.discrepancies).toContainEqual({
    rule: 'nobody is above zero on the tab or on what is owed',
    subject: account,
    found: '1',
  })
})

test('a user whose tab is below zero is in order', async () => {
  const account = sql`${`tab:${maker.userId}`}`
  const report = await auditAfter(
    postingSet('tab', 'manual_adjustment', completed),
    posting('tab', 0, account, -7),
    posting('tab', 1, sql`${available()}`, 7),
    moved(account, -7),
    moved(sql`${available()}`, 7),
  )
  expect(report.discrepancies).toEqual([])
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
    moved(revenue, -15),
    moved(providers, -30),
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

test('a charge that fell to nobody in full is reported, whoever has the part', async () => {
  const fell = (account: SQL) => [
    sql`update postings set amount_micro_credits = amount_micro_credits - 1 where account_id = ${account}`,
    sql`update postings set amount_micro_credits = amount_micro_credits + 1
      where set_id = ${`capture:${completed}`} and account_id = ${available()}`,
    moved(account, -1),
    moved(sql`${available()}`, 1),
  ]
  for (const account of [revenue, providers])
    expect((await auditAfter(...fell(account))).discrepancies).toContainEqual({
      rule: ONCE,
      subject: completed,
      found: '45 charged, postings say 44',
    })
})

const PRICES = { outputPicoUsd: '1', thinkingPicoUsd: '7' }
const FOLLOWS = 'every charge follows from its usage'

test.each([
  [
    'a usage that costs more',
    sql`input_tokens = 31`,
    [
      '30 pico-USD, its usage says 31',
      '45 charged, its usage says 47',
      '30 for its provider, its usage says 31',
    ],
  ],
  [
    'a cost that the provider named otherwise',
    sql`named_pico_usd = 28`,
    [
      '30 pico-USD, its usage says 28',
      '45 charged, its usage says 42',
      '30 for its provider, its usage says 28',
    ],
  ],
  [
    'another markup',
    sql`rate = jsonb_set(rate, '{markupMillionths}', '"2000000"')`,
    ['45 charged, its usage says 60'],
  ],
  ['a rate without a price', sql`rate = rate - 'inputPicoUsd'`, ['The rate of this call cannot be read.']],
])('%s is reported', async (_, change, found) => {
  const report = await auditAfter(sql`update calls set ${change} where id = ${completed}`)
  const expected = found.map(one => ({ rule: FOLLOWS, subject: completed, found: one }))
  expect(report.discrepancies).toEqual(expected)
})

test('a provider who got more of a charge than the call cost is reported', async () => {
  const more = (account: SQL, by: number) => [
    sql`update postings set amount_micro_credits = amount_micro_credits + ${by} where account_id = ${account}`,
    moved(account, by),
  ]
  const report = await auditAfter(...more(providers, 1), ...more(revenue, -1))
  expect(report.discrepancies).toEqual([
    { rule: FOLLOWS, subject: completed, found: '31 for its provider, its usage says 30' },
  ])
})

test('a charge from before providers had a part of their own is in order', async () => {
  const report = await auditAfter(
    sql`update postings set account_id = ${revenue} where account_id = ${providers} and set_id = ${`capture:${completed}`}`,
    moved(revenue, 30),
    moved(providers, -30),
  )
  expect(report.discrepancies).toEqual([])
})

test('caches, thinking, pictures and the tier of the input are part of what a charge follows from', async () => {
  const tier = { aboveTokens: 29, ...PRICES, inputPicoUsd: '2', cachedPicoUsd: '3', cacheWrittenPicoUsd: '5' }
  const rate = JSON.stringify({ ...rateToJson(MARKED_UP), imagePicoUsd: '11', tiers: [tier] })
  const usage = sql`rate = ${rate}::jsonb, cached_tokens = 4, cache_written_tokens = 6, output_tokens = 9,
    thinking_tokens = 8, images = 2`
  const report = await auditAfter(sql`update calls set ${usage} where id = ${completed}`)
  // 20 × 2 + 4 × 3 + 6 × 5 + 1 × 1 + 8 × 7 + 2 × 11 = 161
  expect(report.discrepancies.map(({ found }) => found)).toEqual([
    '30 pico-USD, its usage says 161',
    '45 charged, its usage says 242',
    '30 for its provider, its usage says 161',
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
    sql`insert into posting_sets (id, cause, user_id, actor, reason, at)
      select 'odd' || n, 'manual_adjustment', ${maker.userId}, ${maker.userId}, 'by hand', now() from generate_series(1, 101) n`,
    sql`insert into postings (set_id, line, account_id, amount_micro_credits)
      select 'odd' || n, 0, ${available()}, 1 from generate_series(1, 101) n`,
    moved(sql`${available()}`, 101),
  )
  expect(report.discrepancies).toHaveLength(100)
})
