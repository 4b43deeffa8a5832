import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { openAlerts } from '../alerts.ts'
import { calls } from '../db/schema.ts'
import { spikesOf, tellSpikes } from './spikes.ts'

const HOUR_MS = 3_600_000

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

/** A call of theirs that cost this much so long ago. */
async function spent(maker: Maker, picoUsd: bigint, hoursAgo: number): Promise<void> {
  const { sql } = books.database
  const id = await startedCall(sql, maker)
  const startedAt = new Date(books.clock.nowMs() - hoursAgo * HOUR_MS)
  await sql.update(calls).set({ startedAt }).where(eq(calls.id, id))
  await answeredCall(sql, id, picoUsd)
}

const spikes = (from: bigint) => spikesOf(books.database.sql, books.clock, from)
const about = (maker: Maker) => [maker.userId, maker.projectId]

test('an hour that costs ten times the usual is a spike of the user and of the project; a usual one is none', async () => {
  const [steady, wild] = [
    await newMaker(books, { grantMicro: 0n }),
    await newMaker(books, { grantMicro: 0n }),
  ]
  for (let hour = 2; hour < 40; hour++) await spent(steady, 1_000n, hour)
  await spent(steady, 1_000n, 0.5)
  await spent(wild, 168_000n, 30)
  await spent(wild, 9_999n, 0.5)
  const found = async () => (await spikes(900n)).map(spike => spike.id)
  expect((await found()).filter(id => about(wild).includes(id))).toEqual([])
  await spent(wild, 1n, 0.5)
  expect((await found()).filter(id => about(wild).includes(id)).sort()).toEqual(about(wild).sort())
  expect((await spikes(20_000n)).filter(spike => about(wild).includes(spike.id))).toEqual([])
})

test('operators are told once until they have seen it', async () => {
  const maker = await newMaker(books, { grantMicro: 0n })
  await spent(maker, 5_000_000n, 0.1)
  const tell = () => books.database.transaction(tx => tellSpikes(tx, books.clock, 5_000_000n))
  expect(await tell()).toBeGreaterThan(0)
  await tell()
  const told = (await openAlerts(books.database.sql)).filter(
    alert => alert.subject === `user:${maker.userId}`,
  )
  expect(told).toHaveLength(1)
  expect(told[0]?.says).toMatch(/^The user \w+ cost \$0\.000005 within an hour; usual is \$0\.00\./)
})
