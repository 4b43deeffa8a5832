import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answered, scriptedModel, waitingModel } from '../../tests/fakes/model.ts'
import { waitsForLocks } from '../../tests/set-up/books.ts'
import { type Calls, CHARGE, openCalls, WORST } from '../../tests/set-up/calls.ts'
import { accounts, calls, projects } from '../db/schema.ts'
import { ORPHAN_MS, releaseOrphans } from './orphans.ts'

let on: Calls
beforeAll(async () => {
  on = await openCalls()
})
beforeEach(() => on.next())
afterAll(() => on.books.close())

const sweep = () => releaseOrphans({ ...on.books, ends: ['completed', 'cancelled', 'failed'] })
const change = (to: Partial<typeof projects.$inferInsert>) =>
  on.books.database.sql.update(projects).set(to).where(eq(projects.id, on.maker().projectId))
const begunBefore = (ms: number) =>
  on.books.database.sql
    .update(calls)
    .set({ startedAt: new Date(on.books.clock.nowMs() - ms) })
    .where(eq(calls.projectId, on.maker().projectId))

const LONG_AGO = 2 * ORPHAN_MS

test.each([
  { what: 'whose project has ended', state: 'cancelled', epoch: 1, agoMs: 0, released: true },
  {
    what: 'that its project left behind long ago',
    state: 'implementing',
    epoch: 2,
    agoMs: LONG_AGO,
    released: true,
  },
  { what: 'that its project just left behind', state: 'implementing', epoch: 2, agoMs: 0, released: false },
  {
    what: 'whose project still waits for it',
    state: 'implementing',
    epoch: 1,
    agoMs: LONG_AGO,
    released: false,
  },
])('a call $what: its hold is released = $released', async ({ state, epoch, agoMs, released }) => {
  await on.dieIn()
  await begunBefore(agoMs)
  await change({ state, epoch })
  expect(await sweep()).toBe(released ? 1 : 0)
  expect((await on.balance()).heldMicro).toBe(released ? 0n : WORST)
  expect(await on.journal()).toMatchObject([{ status: released ? 'failed' : 'started' }])
  if (released) await on.stands(0n)
  await change({ state: 'cancelled' })
  await sweep()
})

test('a call from before epochs were kept is known by its step', async () => {
  await on.dieIn()
  await begunBefore(LONG_AGO)
  await on.books.database.sql
    .update(calls)
    .set({ epoch: null })
    .where(eq(calls.projectId, on.maker().projectId))
  await change({ epoch: 2 })
  expect(await sweep()).toBe(0)
  await change({ step: 2 })
  expect(await sweep()).toBe(1)
  await on.stands(0n)
})

test('a call that is taken up again in the present epoch is nobody’s orphan', async () => {
  await on.dieIn()
  await begunBefore(LONG_AGO)
  await change({ epoch: 2 })
  const { model, asked, answer } = waitingModel()
  const again = on.call(model, { epoch: 2 })
  await asked(1)
  expect(await sweep()).toBe(0)
  answer(0, answered('done'))
  expect(await again).toMatchObject({ ok: true, text: 'done' })
  await on.stands(CHARGE)
})

/** A call under way whose project has left it behind long ago; its answer has not come. */
async function leftBehind() {
  const { model, asked, answer } = waitingModel()
  const late = on.call(model)
  await asked(1)
  await begunBefore(LONG_AGO)
  await change({ epoch: 2 })
  return { late, answer: () => answer(0, answered('late')) }
}

/** Both stand at the accounts of the maker, the first before the second, until this lets them go. */
async function inOrder(
  first: () => Promise<unknown> | undefined,
  second: () => Promise<unknown> | undefined,
) {
  const running = await on.books.database.transaction(async tx => {
    await tx.select().from(accounts).where(eq(accounts.userId, on.maker().userId)).for('update')
    const one = first()
    await waitsForLocks(on.books, 1)
    const other = second()
    await waitsForLocks(on.books, 2)
    return [one, other]
  })
  await Promise.all(running)
}

test('an answer that comes just before the sweep is charged, and nothing is released', async () => {
  const { late, answer } = await leftBehind()
  let released: number | undefined
  await inOrder(
    () => {
      answer()
      return late
    },
    async () => {
      released = await sweep()
    },
  )
  expect(released).toBe(0)
  expect(await on.journal()).toMatchObject([{ status: 'completed', chargeMicro: CHARGE }])
  await on.stands(CHARGE)
})

test("an answer that comes just after the sweep is kept at the platform's cost", async () => {
  const { late, answer } = await leftBehind()
  let released: number | undefined
  await inOrder(
    async () => {
      released = await sweep()
    },
    () => {
      answer()
      return late
    },
  )
  expect(released).toBe(1)
  expect(await late).toMatchObject({ ok: true, text: 'late' })
  expect(await on.journal()).toMatchObject([{ status: 'completed', chargeMicro: CHARGE }])
  await on.stands(0n)
})

test('two sweeps at once release each hold once, and a project that begins another call is not locked out', async () => {
  await leftBehind()
  const model = scriptedModel(() => answered('done'))
  const [one, other, call] = await Promise.all([sweep(), sweep(), on.call(model, { epoch: 2, step: 2 })])
  expect(one + other).toBe(1)
  expect(call).toMatchObject({ ok: true })
  await on.stands(CHARGE)
})
