import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { openTill, type Till } from '../../tests/set-up/till.ts'
import { refund } from '../billing/ledger.ts'
import { calls } from '../db/schema.ts'
import type { Project } from './project.ts'
import { refundsOfStep, refundsOfTask, totalOf } from './refunds.ts'
import { loadProject } from './store.ts'

let books: Books
let till: Till
let maker: Maker
let project: Project
beforeAll(async () => {
  books = await openBooks()
  till = openTill(books)
})
afterAll(() => books.close())
beforeEach(async () => {
  maker = await newMaker(books, { grantMicro: 1_000n })
  const found = await loadProject(books.database.sql, maker.projectId)
  if (!found) throw new Error('there is a project')
  project = found
})

/** A call that was paid for, of a task or of none. */
async function paid(taskId: string | null, micro: bigint, purse: 'available' | 'tab' = 'available') {
  const callId = await till.held(maker, micro + 10n, { purse })
  await books.database.sql.update(calls).set({ taskId }).where(eq(calls.id, callId))
  await till.finish(callId, micro)
}

async function giveBack(refunds: Awaited<ReturnType<typeof refundsOfTask>>) {
  await till.inOne(async tx => {
    for (const each of refunds) await refund(tx, books.clock, each)
  })
}

test('a task that is given up is returned, and nothing of it a second time', async () => {
  await paid('T1', 30n)
  await paid('T2', 5n)
  const back = await refundsOfTask(books, project, 'T1')
  expect(back).toMatchObject([{ amountMicro: 30n, purse: 'available', reason: 'T1 was given up' }])
  await giveBack(back)
  await giveBack(back)
  expect(await till.balance(maker)).toMatchObject({ availableMicro: 995n })
  expect(await refundsOfTask(books, { ...project, step: 2 }, 'T1')).toEqual([])
  await till.isBalanced()
})

test('what was paid from two purses goes back to both', async () => {
  await paid('T1', 30n)
  await paid('T1', 7n, 'tab')
  const back = await refundsOfTask(books, project, 'T1')
  expect(totalOf(back)).toBe(37n)
  await giveBack(back)
  expect(await till.balance(maker)).toMatchObject({ availableMicro: 1_000n })
  expect(await till.on('tab', maker)).toBe(0n)
  await till.isBalanced()
})

test('answers of a task that could not be used are returned once: giving the task up returns the rest', async () => {
  await paid('T1', 30n)
  const unusable = await refundsOfStep(books, project, 'T1')
  await giveBack(unusable)
  await paid('T1', 4n)
  const rest = await refundsOfTask(books, { ...project, step: 2 }, 'T1')
  expect([totalOf(unusable), totalOf(rest)]).toEqual([30n, 4n])
  await giveBack(rest)
  expect(await till.balance(maker)).toMatchObject({ availableMicro: 1_000n })
})

test('a step that has cost nothing returns nothing', async () => {
  expect(await refundsOfStep(books, project, undefined)).toEqual([])
})
