import { afterEach, beforeEach, expect, test } from 'vitest'
import { newMaker } from '../../../tests/set-up/books.ts'
import { freshDatabase } from '../../../tests/set-up/database.ts'
import {
  addKeys,
  cipherUnder,
  doctorCall,
  newMaster,
  type StillClock,
  stillClock,
} from '../../../tests/set-up/keys.ts'
import { type Database, openDatabase } from '../../db/database.ts'
import { calls } from '../../db/schema.ts'
import { listKeys } from './list.ts'

const DAY_MS = 24 * 3_600_000

let database: Database
let drop: () => Promise<void>
let clock: StillClock
const cipher = cipherUnder(newMaster())

beforeEach(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  database = await openDatabase({ url: fresh.url, dataDir: '' })
  clock = stillClock()
})
afterEach(async () => {
  await database.close()
  await drop()
})

const list = () => listKeys(database.sql, clock)
const warnings = async () => (await list()).map(({ warning }) => warning)

test('the list holds neither a key nor what it is sealed in', async () => {
  await addKeys(database, { clock, cipher }, ['abcdef'])
  const [listed] = await list()
  expect(listed).toMatchObject({ lastFour: 'cdef', calls: 0, failures: 0, costPicoUsd: 0n, lastUsedAt: null })
  expect(Object.keys(listed ?? {}).filter(name => /sealed|fingerprint/i.test(name))).toEqual([])
})

test('the use of a key is what its calls used, those without an answer included', async () => {
  const [a = '', b = ''] = await addKeys(database, { clock, cipher }, ['a', 'b'])
  const { userId } = await newMaker({ database, clock, close: drop }, { grantMicro: 1n })
  const ended = { answer: 'yes', endedAt: new Date(clock.nowMs()) }
  const done = { ...ended, status: 'completed', inputTokens: 10, outputTokens: 4, costPicoUsd: 700n } as const
  await database.sql
    .insert(calls)
    .values([
      doctorCall(userId, a, clock, done),
      doctorCall(userId, a, clock, { ...done, lostPicoUsd: 30n }),
      doctorCall(userId, a, clock, { status: 'failed', endedAt: ended.endedAt, lostPicoUsd: 5n }),
      doctorCall(userId, b, clock),
    ])
  expect(await list()).toMatchObject([
    { id: a, calls: 3, failures: 1, inputTokens: 20, outputTokens: 8, costPicoUsd: 1_435n },
    { id: b, calls: 1, failures: 0, inputTokens: 0, outputTokens: 0, costPicoUsd: 0n },
  ])
})

test('a key older than 90 days is to be replaced', async () => {
  await addKeys(database, { clock, cipher }, ['a'])
  clock.pass(91 * DAY_MS - 2)
  expect(await list()).toMatchObject([{ ageDays: 90, warning: null }])
  clock.pass(1)
  expect(await list()).toMatchObject([{ ageDays: 91, warning: 'It is 91 days old: replace it.' }])
})

test('a key that ends within 7 days says so, and one that has ended too', async () => {
  await addKeys(database, { clock, cipher }, ['a'], new Date(clock.nowMs() + 8 * DAY_MS + 1))
  clock.pass(DAY_MS - 1)
  expect(await warnings()).toEqual([null])
  clock.pass(1)
  expect(await warnings()).toEqual(['It expires in 7 days.'])
  clock.pass(6 * DAY_MS)
  expect(await warnings()).toEqual(['It expires in 1 day.'])
  clock.pass(DAY_MS)
  expect(await warnings()).toEqual(['It has expired: add a new key.'])
})
