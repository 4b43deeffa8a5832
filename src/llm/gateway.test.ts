import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answered, scriptedModel, unanswered, untilAborted } from '../../tests/fakes/model.ts'
import { ONE_TO_ONE } from '../../tests/set-up/books.ts'
import { type Calls, CHARGE, openCalls, PRICE, REQUEST, WORST } from '../../tests/set-up/calls.ts'
import { projects, users } from '../db/schema.ts'
import { boundOf } from './bound.ts'
import type { CallOrder } from './call.ts'

let on: Calls
beforeAll(async () => {
  on = await openCalls()
})
beforeEach(() => on.next())
afterAll(() => on.books.close())

const saying = (text: string) => scriptedModel(() => answered(text))

describe('a finished call', () => {
  test('is charged exactly and journalled with its usage', async () => {
    expect(await on.call(saying('done'), { taskId: 'T1' })).toMatchObject({ ok: true, text: 'done' })
    const [row] = await on.journal()
    expect(row).toMatchObject({
      status: 'completed',
      answer: 'done',
      taskId: 'T1',
      inputTokens: 10,
      outputTokens: 5,
      rawUsage: { total: 15 },
      chargeMicro: CHARGE,
      costPicoUsd: CHARGE,
      tryNumber: 1,
      repeats: 0,
    })
    await on.stands(CHARGE)
  })

  test('is found again by project, step, ordinal and words, and never made again', async () => {
    await on.call(saying('first'))
    const model = saying('second')
    expect(await on.call(model)).toMatchObject({ ok: true, text: 'first' })
    expect(model.asked).toEqual([])
    await on.stands(CHARGE)
  })

  test.each<[string, Partial<CallOrder>]>([
    ['step', { step: 2 }],
    ['ordinal', { ordinal: 2 }],
    ['role', { role: 'architect' }],
    ['words', { request: { ...REQUEST, turns: [{ role: 'user', text: 'Write another.' }] } }],
    ['schema', { request: { ...REQUEST, schema: { type: 'object' } } }],
  ])('is another one with another %s', async (_, also) => {
    await on.call(saying('first'))
    expect(await on.call(saying('second'), also)).toMatchObject({ ok: true, text: 'second' })
    await on.stands(2n * CHARGE)
  })

  test('is found also when the project has moved on, the credits are gone and the price with them', async () => {
    await on.call(scriptedModel(() => answered('first'), 'model'))
    await on.books.database.sql
      .update(projects)
      .set({ epoch: 2 })
      .where(eq(projects.id, on.maker().projectId))
    expect(await on.call(saying('second'), { capMicro: 0n })).toMatchObject({ ok: true, text: 'first' })
    expect(await on.call(scriptedModel(() => answered('second'), 'unpriced'))).toMatchObject({
      ok: true,
      text: 'first',
    })
  })

  test('is charged what the provider says, where it says so', async () => {
    await on.call(scriptedModel(() => answered('done', { costPicoUsd: 33n })))
    await on.stands(33n)
  })

  test('that costs more than its bound is paid by the platform above it', async () => {
    await on.call(scriptedModel(() => answered('done', { costPicoUsd: 5_000n })))
    expect(await on.journal()).toMatchObject([{ chargeMicro: 5_000n }])
    await on.stands(WORST)
  })

  test('may say anything: what Postgres cannot hold is replaced, now and when it is found again', async () => {
    const odd = answered('a\0b\uD800c', { rawUsage: { note: 'x\0\uDC00' }, generationId: 'g\0' })
    const text = 'a\uFFFDb\uFFFDc'
    expect(await on.call(scriptedModel(() => odd))).toMatchObject({ ok: true, text })
    expect(await on.call(saying('second'))).toMatchObject({ ok: true, text })
    expect(await on.journal()).toMatchObject([
      { rawUsage: { note: 'x\uFFFD\uFFFD' }, generationId: 'g\uFFFD' },
    ])
  })

  test('is charged at the price that it was begun with', async () => {
    const named = { model: 'dearer' }
    await on.list(named)
    const raising = async () => {
      await on.list({ ...named, inputPicoUsd: 100n, cachedPicoUsd: 100n, outputPicoUsd: 200n })
      return answered('done')
    }
    await on.call(scriptedModel(raising, 'dearer'))
    await on.stands(CHARGE)
  })
})

describe('a call that cannot be paid', () => {
  test.each<[string, Partial<CallOrder>, string]>([
    ['over-cap', { capMicro: WORST - 1n }, 'its cap'],
    ['stale', { epoch: 0 }, 'moved on'],
    ['stale', { projectId: 'unknown' }, 'moved on'],
  ])('is refused before the model is asked: %s', async (kind, also, says) => {
    const model = saying('never')
    const refused = { kind, says: expect.stringContaining(says) }
    expect(await on.call(model, also)).toEqual({ ok: false, stop: refused })
    expect(model.asked).toEqual([])
    expect(await on.journal()).toEqual([])
    await on.stands(0n)
  })

  const DEAR = { request: { ...REQUEST, outputTokensMax: 10_000 }, capMicro: 100_000n }

  test('is refused before the model is asked: too few credits, and how many it takes', async () => {
    const model = saying('never')
    const neededMicro = BigInt(boundOf(DEAR.request).inputTokens) + 20_000n
    const refused = { kind: 'too-few-credits', says: expect.stringContaining('Too few credits'), neededMicro }
    expect(await on.call(model, DEAR)).toEqual({ ok: false, stop: refused })
    expect([model.asked, await on.journal()]).toEqual([[], []])
    await on.stands(0n)
  })

  test('is refused before the model is asked: the account is locked', async () => {
    const { userId } = on.maker()
    await on.books.database.sql.update(users).set({ frozen: 'operator' }).where(eq(users.id, userId))
    const model = saying('never')
    const refused = { kind: 'frozen', says: expect.stringContaining('locked') }
    expect(await on.call(model)).toEqual({ ok: false, stop: refused })
    expect([model.asked, await on.journal()]).toEqual([[], []])
    await on.stands(0n)
  })

  test('is refused before the model is asked: no price', async () => {
    const model = scriptedModel(() => answered('never'), 'unpriced')
    expect(await on.call(model)).toEqual({ ok: false, stop: expect.objectContaining({ kind: 'no-price' }) })
    expect([model.asked, await on.journal()]).toEqual([[], []])
    await on.stands(0n)
  })

  test('is the first above the cap: at the cap it is made', async () => {
    expect(await on.call(saying('done'), { capMicro: WORST })).toMatchObject({ ok: true })
  })
})

describe('a failed call', () => {
  test('is free, and the next one is another try', async () => {
    const says = 'busy \0 \uD800'
    const failed = await on.call(scriptedModel(() => unanswered({ says, retry: false })))
    expect(failed).toEqual({
      ok: false,
      stop: { kind: 'failed', says, failure: unanswered({ says, retry: false }).failure },
    })
    await on.stands(0n)
    expect(await on.call(saying('done'))).toMatchObject({ ok: true, text: 'done' })
    expect(await on.journal()).toMatchObject([
      { status: 'failed', tryNumber: 1, chargeMicro: 0n, failure: { kind: 'overloaded' } },
      { status: 'completed', tryNumber: 2, chargeMicro: CHARGE },
    ])
    await on.stands(CHARGE)
  })

  test('that was stopped in the middle gives its hold back', async () => {
    const stop = new AbortController()
    const model = scriptedModel(async (_, signal) => {
      expect((await on.balance()).heldMicro).toBe(WORST)
      stop.abort()
      return untilAborted(signal)
    })
    const result = await on.call(model, {}, stop.signal)
    expect(result).toMatchObject({ stop: { kind: 'failed', failure: { kind: 'cancelled' } } })
    await on.stands(0n)
  })
})

test('the rates of the route are for quotes, with the markup; a missing price is named', async () => {
  const { creditPicoUsd, markupMillionths } = ONE_TO_ONE
  const rate = { ...PRICE, creditPicoUsd, markupMillionths }
  expect(await on.gateway(saying('')).rates()).toMatchObject({ architect: rate, implementer: rate })
  const unpriced = on.gateway(scriptedModel(() => answered(''), 'unpriced'))
  expect(await unpriced.rates()).toEqual({ missing: expect.stringContaining('unpriced') })
})
