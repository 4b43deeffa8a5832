import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answered, scriptedModel, unanswered, waitingModel } from '../../tests/fakes/model.ts'
import { waitsForLocks } from '../../tests/set-up/books.ts'
import { type Calls, CHARGE, openCalls, WORST } from '../../tests/set-up/calls.ts'
import { accounts, projects } from '../db/schema.ts'
import { abandonCalls } from './finish.ts'

let on: Calls
beforeAll(async () => {
  on = await openCalls()
})
beforeEach(() => on.next())
afterAll(() => on.books.close())

const saying = (text: string) => scriptedModel(() => answered(text))
const abandon = () =>
  on.books.database.transaction(tx => abandonCalls(tx, on.books.clock, on.maker().projectId))

describe('a call in doubt', () => {
  test('is made again once, marked, and charged once', async () => {
    await on.dieIn()
    expect((await on.balance()).heldMicro).toBe(WORST)
    const model = saying('done')
    expect(await on.call(model)).toMatchObject({ ok: true, text: 'done' })
    expect(await on.call(model)).toMatchObject({ ok: true, text: 'done' })
    expect(model.asked).toHaveLength(1)
    expect(await on.journal()).toMatchObject([{ status: 'completed', tryNumber: 1, repeats: 1 }])
    await on.stands(CHARGE)
  })

  test('is not made again for a project that has moved on', async () => {
    await on.dieIn()
    const model = saying('never')
    expect(await on.call(model, { epoch: 0 })).toEqual({
      ok: false,
      stop: expect.objectContaining({ kind: 'stale' }),
    })
    expect(model.asked).toEqual([])
  })

  test('is charged at the rate of its row, whatever the price is by then', async () => {
    const named = { model: 'rising' }
    await on.list(named)
    await on.dieIn('rising')
    await on.list({ ...named, inputPicoUsd: 3n, cachedPicoUsd: 3n, outputPicoUsd: 6n })
    await on.call(scriptedModel(() => answered('done'), 'rising'))
    await on.stands(CHARGE)
  })

  test('is given up when another model was chosen meanwhile', async () => {
    await on.dieIn()
    await on.list({
      provider: 'scripted',
      model: 'other',
      inputPicoUsd: 2n,
      cachedPicoUsd: 2n,
      outputPicoUsd: 4n,
    })
    await on.call(scriptedModel(() => answered('done'), 'other'))
    expect(await on.journal()).toMatchObject([
      { status: 'failed', model: 'model', tryNumber: 1 },
      { status: 'completed', model: 'other', tryNumber: 2, chargeMicro: 2n * CHARGE },
    ])
    await on.stands(2n * CHARGE)
  })

  test('that is cut off again and again stops, free, and may be asked for anew', async () => {
    for (let deaths = 0; deaths < 11; deaths++) await on.dieIn()
    const model = saying('done')
    expect(await on.call(model)).toMatchObject({ stop: { kind: 'failed', failure: { retry: true } } })
    expect(model.asked).toEqual([])
    await on.stands(0n)
    expect(await on.call(model)).toMatchObject({ ok: true, text: 'done' })
    expect(await on.journal()).toMatchObject([{ repeats: 10 }, { tryNumber: 2, repeats: 0 }])
    await on.stands(CHARGE)
  })
})

describe('two workers with the same call', () => {
  const begin = async () => {
    const { model, asked, answer } = waitingModel()
    const one = on.call(model)
    await asked(1)
    const other = on.call(model)
    await asked(2)
    return { one, other, answer }
  }

  test('that start at the same moment get the same text and one charge', async () => {
    const { model, asked, answer } = waitingModel()
    const { userId } = on.maker()
    const both = await on.books.database.transaction(async tx => {
      await tx.select().from(accounts).where(eq(accounts.userId, userId)).for('update')
      const calls = [on.call(model), on.call(model)]
      await waitsForLocks(on.books, 2)
      return { calls }
    })
    await asked(2)
    answer(0, answered('one'))
    answer(1, answered('other'))
    const [one, other] = await Promise.all(both.calls)
    expect(one).toMatchObject({ ok: true })
    expect(other).toEqual(one)
    expect(await on.journal()).toMatchObject([{ status: 'completed', repeats: 1, chargeMicro: CHARGE }])
    await on.stands(CHARGE)
  })

  test('keep the first answer', async () => {
    const { one, other, answer } = await begin()
    answer(1, answered('second worker'))
    expect(await other).toMatchObject({ ok: true, text: 'second worker' })
    answer(0, answered('first worker'))
    expect(await one).toMatchObject({ ok: true, text: 'second worker' })
    await on.stands(CHARGE)
  })

  test('use the answer that one of them got when the other got none', async () => {
    const { one, other, answer } = await begin()
    answer(0, answered('done'))
    await one
    answer(1, unanswered({ retry: false }))
    expect(await other).toMatchObject({ ok: true, text: 'done' })
    await on.stands(CHARGE)
  })

  test("of which the first failed: the answer of the second is kept, and is not the user's cost", async () => {
    const { one, other, answer } = await begin()
    answer(0, unanswered({ retry: false }))
    await one
    answer(1, answered('late'))
    expect(await other).toMatchObject({ ok: true, text: 'late' })
    await on.stands(0n)
  })
})

describe('a project that ends', () => {
  test("gives its holds back; an answer that still arrives is kept at the platform's cost", async () => {
    const { model, asked, answer } = waitingModel()
    const late = on.call(model)
    await asked(1)
    await abandon()
    await on.stands(0n)
    answer(0, answered('late'))
    expect(await late).toMatchObject({ ok: true, text: 'late' })
    expect(await on.journal()).toMatchObject([{ status: 'completed', failure: null, chargeMicro: CHARGE }])
    await on.stands(0n)
  })

  test('and a call that fails after it keep why it was given up', async () => {
    const { model, asked, answer } = waitingModel()
    const late = on.call(model)
    await asked(1)
    await abandon()
    answer(0, unanswered({ retry: false }))
    await late
    expect(await on.journal()).toMatchObject([{ status: 'failed', failure: { says: 'The project ended.' } }])
    await on.stands(0n)
  })

  test.each([
    ['an answer', answered('done')],
    ['a failure', unanswered({ retry: false })],
  ])('at the moment of %s does not lock it out', async (_, result) => {
    const { model, asked, answer } = waitingModel()
    const late = on.call(model)
    await asked(1)
    await on.books.database.transaction(async tx => {
      await tx.select().from(projects).where(eq(projects.id, on.maker().projectId)).for('update')
      answer(0, result)
      await waitsForLocks(on.books, 1)
      await abandonCalls(tx, on.books.clock, on.maker().projectId)
    })
    expect((await late).ok).toBe(result.ok)
    await on.stands(0n)
  })
})
