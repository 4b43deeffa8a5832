import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { calls, events, projects } from '../db/schema.ts'
import { historyOf } from './history.ts'
import { capture, hold, release } from './holds.ts'
import { refund } from './ledger.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

/** Times are in ms after this one. */
const MONDAY = Date.UTC(2026, 10, 23)
const PLANNED = 1_000
const HELD = 10_000n

type Made = Partial<typeof calls.$inferInsert> & {
  /** Tokens of input, and micro-credits. */
  charge: bigint
  at?: number
  /** `late`: the answer came when the hold was given back. */
  ends?: 'charged' | 'late' | 'failed'
}

/** A call as the journal keeps it: written, paid for or not. */
function made(of: Maker, { charge, at = PLANNED + 1, ends = 'charged', ...also }: Made): Promise<void> {
  const clock = clockAt(at)
  return books.database.transaction(async tx => {
    const callId = await startedCall(tx, of)
    await hold(tx, clock, callId, { ...of, amountMicro: HELD, capMicro: 10n * HELD, purse: 'available' })
    const inputTokens = Number(charge)
    await tx
      .update(calls)
      .set({ ...also, inputTokens })
      .where(eq(calls.id, callId))
    if (ends !== 'charged') await release(tx, clock, callId, 'no answer')
    if (ends === 'failed') {
      await tx.update(calls).set({ status: 'failed', lostPicoUsd: charge }).where(eq(calls.id, callId))
      return
    }
    await answeredCall(tx, callId, charge, MONDAY + at)
    await capture(tx, clock, callId, { micro: charge, costMicro: charge })
  })
}

const clockAt = (at: number) => ({ ...books.clock, nowMs: () => MONDAY + at })

type Back = { amountMicro: bigint; at: number; taskId?: string; step?: number }

/** What a task or a step gives back; a step that is not named is none that anything was made in. */
const giveBack = (of: Maker, { at, step = 99, ...back }: Back) =>
  books.database.transaction(tx => {
    const key = `${of.projectId}:${step}`
    return refund(tx, clockAt(at), { ...of, ...back, key, purse: 'available', reason: 'came to nothing' })
  })

/** A project that was planned with so many tasks at each of these times, and made these calls. */
async function project(
  given: readonly Made[],
  { plans = [{ at: PLANNED, tasks: 9 }], state = 'completed', updated = PLANNED } = {},
): Promise<Maker> {
  const of = await newMaker(books, { grantMicro: 10n * HELD })
  for (const call of given) await made(of, call)
  const planned = plans.map(({ at, tasks }, seq) => ({
    projectId: of.projectId,
    seq,
    type: 'planned',
    data: { tasks },
    at: new Date(MONDAY + at),
  }))
  await books.database.sql.insert(events).values(planned)
  const ended = { state, updatedAt: new Date(MONDAY + updated) }
  await books.database.sql.update(projects).set(ended).where(eq(projects.id, of.projectId))
  return of
}

const DOCUMENTS = { kind: 'documents', role: 'architect', model: 'strong', charge: 100n } as const
const WRITTEN = { taskId: 'T1', charge: 10n } as const
const REVIEWED = { kind: 'verify', role: 'verifier', model: 'strong', taskId: 'T1', charge: 20n } as const

const history = (played = false) => historyOf(books.database.sql, played)

/** The tokens of input in each part of each project. */
async function inputs(played = false) {
  const found = await history(played)
  return found
    .map(({ fixed, onTasks, tasks }) => ({
      fixed: [fixed.architect.inputTokens, fixed.implementer.inputTokens],
      onTasks: [onTasks.architect.inputTokens, onTasks.implementer.inputTokens],
      tasks,
    }))
    .sort((one, other) => one.tasks - other.tasks)
}

test('an empty house has no history', async () => {
  expect(await history()).toEqual([])
})

test('what a project used up is added up by what it was for and by whose price it is paid at', async () => {
  const parts = { cachedTokens: 3, cacheWrittenTokens: 2, outputTokens: 8, thinkingTokens: 5, images: 1 }
  await project([
    DOCUMENTS,
    WRITTEN,
    { ...WRITTEN, ...parts },
    { ...WRITTEN, taskId: 'T2', ...parts },
    REVIEWED,
  ])
  const nothing = { cachedTokens: 0, cacheWrittenTokens: 0, outputTokens: 0, thinkingTokens: 0, images: 0 }
  const none = { calls: 0, inputTokens: 0, ...nothing }
  expect(await history()).toEqual([
    {
      fixed: { architect: { calls: 1, inputTokens: 100, ...nothing }, implementer: none },
      onTasks: {
        architect: { calls: 1, inputTokens: 20, ...nothing },
        implementer: {
          calls: 3,
          inputTokens: 30,
          cachedTokens: 6,
          cacheWrittenTokens: 4,
          outputTokens: 16,
          thinkingTokens: 10,
          images: 2,
        },
      },
      tasks: 2,
    },
  ])
})

test('only what was charged after the last plan counts', async () => {
  const plans = [PLANNED, 2 * PLANNED].map(at => ({ at, tasks: 9 }))
  const at = (ms: number) => ({ ...DOCUMENTS, at: ms })
  await project([at(PLANNED + 1), at(2 * PLANNED), { ...DOCUMENTS, charge: 7n, at: 2 * PLANNED + 1 }], {
    plans,
  })
  expect(await inputs()).toEqual([{ fixed: [7, 0], onTasks: [0, 0], tasks: 0 }])
})

test('a task that was given up does not count, what it cost when it was taken up again does', async () => {
  const of = await project([DOCUMENTS, WRITTEN, REVIEWED, { ...WRITTEN, taskId: 'T2', charge: 40n }])
  await made(of, { ...WRITTEN, at: PLANNED + 2 })
  await giveBack(of, { taskId: 'T1', amountMicro: 40n, at: PLANNED + 2 })
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 40], tasks: 1 }])
  await made(of, { ...WRITTEN, charge: 5n, at: PLANNED + 3 })
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 45], tasks: 2 }])
})

test('a project all of whose tasks were given up has none', async () => {
  const of = await project([DOCUMENTS, WRITTEN])
  await giveBack(of, { taskId: 'T1', amountMicro: 10n, at: PLANNED + 2 })
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 0], tasks: 0 }])
})

test.each([{ taskId: 'T1' }, {}])(
  'of a step that gave its cost back only its own calls do not count',
  async back => {
    const of = await project([DOCUMENTS, WRITTEN, { ...REVIEWED, step: 4 }])
    await giveBack(of, { ...back, step: 4, amountMicro: 20n, at: PLANNED + 2 })
    expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 10], tasks: 1 }])
  },
)

test('a step without a task that gave its cost back does not count, what else is of no task does', async () => {
  const of = await project([DOCUMENTS, { ...DOCUMENTS, step: 4, charge: 7n }])
  await giveBack(of, { step: 4, amountMicro: 7n, at: PLANNED + 2 })
  await giveBack(of, { amountMicro: 100n, at: PLANNED + 3 })
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 0], tasks: 0 }])
})

test('calls that failed do not count, nor do answers that came too late to be charged', async () => {
  await project([DOCUMENTS, { ...WRITTEN, ends: 'failed' }, { ...WRITTEN, ends: 'late' }])
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 0], tasks: 0 }])
})

test('what a free model used up counts: it may have a price one day', async () => {
  await project([{ ...WRITTEN, charge: 0n, outputTokens: 6 }])
  const [found] = await history()
  expect(found).toMatchObject({ onTasks: { implementer: { calls: 1, outputTokens: 6 } }, tasks: 1 })
})

test('tasks that a review added count to those that were planned, and of a part only what was paid for', async () => {
  const tasks = ['T1', 'T2', 'T3'].map(taskId => ({ ...WRITTEN, taskId }))
  await project(tasks, { plans: [{ at: PLANNED, tasks: 2 }] })
  await project(tasks, { plans: [{ at: PLANNED, tasks: 8 }] })
  expect((await inputs()).map(found => [found.tasks, found.onTasks])).toEqual([
    [2, [0, 30]],
    [3, [0, 30]],
  ])
})

test("tries that the Architect's model wrote for an Implementer are paid like the Architect", async () => {
  const strong = { ...WRITTEN, model: 'strong', charge: 40n, at: PLANNED + 2 }
  await project([DOCUMENTS, WRITTEN, { ...WRITTEN, model: 'second' }, strong])
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [40, 20], tasks: 1 }])
})

test('an Implementer of the same model as the Architect stays one', async () => {
  await project([
    DOCUMENTS,
    { ...WRITTEN, model: 'strong' },
    { ...WRITTEN, model: 'strong', at: PLANNED + 2 },
  ])
  expect(await inputs()).toEqual([{ fixed: [100, 0], onTasks: [0, 20], tasks: 1 }])
})

test('the rehearsal is a history of its own, and what it had a part in belongs to neither', async () => {
  await project([DOCUMENTS])
  await project([{ ...DOCUMENTS, provider: 'rehearsal', charge: 7n }])
  await project([{ ...DOCUMENTS, provider: 'rehearsal', at: PLANNED - 1 }, DOCUMENTS])
  expect((await inputs()).map(found => found.fixed)).toEqual([[100, 0]])
  expect((await inputs(true)).map(found => found.fixed)).toEqual([[7, 0]])
})

test.each(['implementing', 'cancelled', 'failed'])('a project that is %s is no history', async state => {
  await project([DOCUMENTS], { state })
  expect(await history()).toEqual([])
})

test('the newest hundred projects are looked at', async () => {
  for (let age = 1; age <= 101; age++)
    await project([{ ...DOCUMENTS, charge: BigInt(age) }], { updated: PLANNED - age })
  const found = (await inputs()).map(({ fixed }) => fixed[0] ?? 0)
  expect(found.sort((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1))
})
