import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  type Maker,
  newMaker,
  ONE_TO_ONE,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { calls, events, projects } from '../db/schema.ts'
import { newId } from '../id.ts'
import { capture, hold, release } from './holds.ts'
import { refund } from './ledger.ts'
import { rateToJson } from './pricing.ts'
import { report } from './report.ts'

let books: Books
let maker: Maker
beforeEach(async () => {
  books = await openBooks()
  maker = await newMaker(books, { grantMicro: 100_000n })
})
afterEach(() => books.close())

const DAY_MS = 86_400_000
const MONDAY = Date.UTC(2026, 10, 23)

type Made = Partial<typeof calls.$inferInsert> & {
  charge?: bigint
  heldMicro?: bigint
  of?: Maker
  dayMs?: number
}

/** A call that was made, at a cost of its charge in pico-USD unless the test says otherwise. */
function made({ charge, heldMicro = 1_000n, of = maker, dayMs = MONDAY, ...also }: Made): Promise<void> {
  return books.database.transaction(async tx => {
    const callId = await startedCall(tx, of)
    await hold(tx, books.clock, callId, {
      ...of,
      amountMicro: heldMicro,
      capMicro: 100_000n,
      purse: 'available',
    })
    const ended = { ...also, endedAt: new Date(dayMs) }
    await tx
      .update(calls)
      .set({ ...ended, status: 'failed' })
      .where(eq(calls.id, callId))
    if (charge === undefined) {
      await release(tx, books.clock, callId, 'no answer')
      return
    }
    await answeredCall(tx, callId, charge, dayMs)
    await capture(tx, { ...books.clock, nowMs: () => dayMs }, callId, {
      micro: charge,
      costMicro: charge,
    })
  })
}

const giveBack = (taskId: string, amountMicro: bigint, dayMs = MONDAY + DAY_MS) =>
  books.database.transaction(tx =>
    refund(
      tx,
      { ...books.clock, nowMs: () => dayMs },
      { ...maker, key: newId(), taskId, amountMicro, reason: 'stuck', purse: 'available' },
    ),
  )

const dear = rateToJson({ ...ONE_TO_ONE, creditPicoUsd: 3_000_000n })

test('cost, revenue and refunds are told by provider; credits count at what one was worth in their call', async () => {
  await made({ charge: 100n, provider: 'google' })
  await made({ charge: 50n, provider: 'openrouter', rate: dear, taskId: 'T1' })
  await giveBack('T1', 50n)
  const found = await report(books.database.sql, {}, 'provider')
  expect(found.rows).toEqual([
    { key: 'google', calls: 1, costPicoUsd: 100n, revenuePicoUsd: 100n, refundsPicoUsd: 0n },
    { key: 'openrouter', calls: 1, costPicoUsd: 50n, revenuePicoUsd: 150n, refundsPicoUsd: 150n },
  ])
  expect(found.total).toMatchObject({
    calls: 2,
    costPicoUsd: 150n,
    revenuePicoUsd: 250n,
    refundsPicoUsd: 150n,
  })
})

test('what the platform paid itself is cost and no revenue: lost generations, and charges above their hold', async () => {
  await made({ lostPicoUsd: 7n })
  await made({ charge: 100n, heldMicro: 60n })
  const found = await report(books.database.sql, {}, 'model')
  expect(found.rows).toEqual([
    { key: 'scripted:model', calls: 2, costPicoUsd: 107n, revenuePicoUsd: 60n, refundsPicoUsd: 0n },
  ])
})

test('the rehearsal is in no total', async () => {
  await made({ charge: 100n })
  await made({ charge: 40n, provider: 'rehearsal', taskId: 'T1' })
  await giveBack('T1', 40n)
  const found = await report(books.database.sql, {}, 'provider')
  expect(found.rows.map(row => row.key)).toEqual(['scripted'])
  expect(found.total).toMatchObject({ calls: 1, costPicoUsd: 100n, revenuePicoUsd: 100n, refundsPicoUsd: 0n })
  expect(found.rehearsal).toMatchObject({
    calls: 1,
    costPicoUsd: 40n,
    revenuePicoUsd: 40n,
    refundsPicoUsd: 40n,
  })
})

test('a refund falls on the calls of its task that were paid by then, by what each was paid', async () => {
  await made({ charge: 30n, provider: 'a', taskId: 'T1' })
  await made({ charge: 10n, provider: 'b', taskId: 'T1' })
  await made({ charge: 99n, provider: 'c', taskId: 'T2' })
  await giveBack('T1', 20n)
  await made({ charge: 50n, provider: 'b', taskId: 'T1', dayMs: MONDAY + 2 * DAY_MS })
  const { rows } = await report(books.database.sql, {}, 'provider')
  expect(rows.map(row => [row.key, row.refundsPicoUsd])).toEqual([
    ['a', 15n],
    ['b', 5n],
    ['c', 0n],
  ])
})

test('a refund of a task that nobody paid for is told without a provider', async () => {
  await made({ charge: 10n })
  await giveBack('T9', 5n)
  const { rows } = await report(books.database.sql, {}, 'provider')
  expect(rows).toMatchObject([{ key: '', calls: 0, refundsPicoUsd: 5n }, { key: 'scripted' }])
})

test.each([
  { period: {}, days: ['2026-11-23', '2026-11-24', '2026-11-25'] },
  { period: { from: '2026-11-24' }, days: ['2026-11-24', '2026-11-25'] },
  { period: { to: '2026-11-24' }, days: ['2026-11-23', '2026-11-24'] },
  { period: { from: '2026-11-24', to: '2026-11-24' }, days: ['2026-11-24'] },
  { period: { from: '2026-12-01' }, days: [] },
])('both days of a period are part of it: $period', async ({ period, days }) => {
  await made({ charge: 1n, dayMs: MONDAY })
  await made({ charge: 2n, dayMs: MONDAY + 2 * DAY_MS - 1 })
  await made({ charge: 4n, dayMs: MONDAY + 2 * DAY_MS })
  const { rows, total } = await report(books.database.sql, period, 'day')
  expect(rows.map(row => row.key)).toEqual(days)
  expect(rows.reduce((sum, row) => sum + row.costPicoUsd, 0n)).toBe(total.costPicoUsd)
})

test('projects and users are told apart', async () => {
  const other = await newMaker(books, { grantMicro: 1_000n })
  await made({ charge: 1n })
  await made({ charge: 2n, of: other })
  const keys = async (by: 'project' | 'user') =>
    (await report(books.database.sql, {}, by)).rows.map(row => [row.key, row.costPicoUsd])
  const sorted = (one: string, two: string) => [[one, 1n] as const, [two, 2n] as const].sort()
  expect(await keys('project')).toEqual(sorted(maker.projectId, other.projectId))
  expect(await keys('user')).toEqual(sorted(maker.userId, other.userId))
})

/** A project that was quoted 10 to 30 after it had spent 5, with a cap of 45, and was then delivered. */
async function delivered(spentMicro: bigint, state = 'completed', provider = 'scripted'): Promise<void> {
  const of = await newMaker(books, { grantMicro: 10_000n })
  await made({ charge: 5n, of, dayMs: MONDAY })
  await made({ charge: spentMicro, of, dayMs: MONDAY + 2_000, provider })
  const happened = (seq: number, type: string, atMs: number) => ({
    projectId: of.projectId,
    seq,
    type,
    data: {},
    at: new Date(atMs),
  })
  await books.database.sql
    .insert(events)
    .values([happened(1, 'planned', MONDAY + 1_000), happened(2, 'ended', MONDAY + DAY_MS)])
  const quote = { fromMicro: '10', toMicro: '30', capMicro: '45' }
  await books.database.sql
    .update(projects)
    .set({ state, file: { quote }, capMicro: 45n })
    .where(eq(projects.id, of.projectId))
}

test('quotes are compared with what delivered projects spent after their plan', async () => {
  for (const spent of [9n, 10n, 30n, 31n, 41n]) await delivered(spent)
  await delivered(20n, 'cancelled')
  await delivered(20n, 'completed', 'rehearsal')
  const { quotes } = await report(books.database.sql, {}, 'provider')
  expect(quotes).toEqual({ projects: 5, below: 1, inside: 2, above: 2, overCap: 1, medianRatio: 3 })
  const later = await report(books.database.sql, { from: '2026-11-25' }, 'provider')
  expect(later.quotes).toEqual({ projects: 0, below: 0, inside: 0, above: 0, overCap: 0, medianRatio: null })
})

test('an empty house reports nothing', async () => {
  expect(await report(books.database.sql, {}, 'day')).toMatchObject({
    total: { calls: 0, costPicoUsd: 0n },
    rows: [],
    quotes: { projects: 0, medianRatio: null },
  })
})
