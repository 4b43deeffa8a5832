import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answered, NO_USAGE, scriptedModel, unanswered, waitingModel } from '../../tests/fakes/model.ts'
import { waitsForLocks } from '../../tests/set-up/books.ts'
import { type Calls, CHARGE, openCalls, WORST } from '../../tests/set-up/calls.ts'
import { TARIFF } from '../../tests/set-up/tariff.ts'
import type { CallOrder } from './call.ts'
import { nextDay, spentToday } from './dayLimit.ts'
import type { Model } from './model.ts'

/** At the prices of the test a call costs as many pico-USD as it is charged micro-credits. */

let on: Calls
beforeEach(async () => {
  on = await openCalls()
})
afterEach(() => on.books.close())

const saying = (text: string) => scriptedModel(() => answered(text))
const clockAt = (nowMs: number) => ({ ...on.books.clock, nowMs: () => nowMs })
const midnightMs = () => nextDay(on.books.clock)
const spent = (nowMs = on.books.clock.nowMs()) => spentToday(on.books.database.sql, clockAt(nowMs))

/** A call in a house where a day may cost so much. */
function call(model: Model, limit: bigint, also: Partial<CallOrder> & { nowMs?: number } = {}) {
  const { nowMs, ...order } = also
  const clock = nowMs === undefined ? on.books.clock : clockAt(nowMs)
  const gateway = on.gateway(model, { clock, tariff: { ...TARIFF, dayLimitPicoUsd: limit } })
  return gateway.call(on.order(order), new AbortController().signal)
}

describe('the limit of a day', () => {
  test('lets a call through whose worst case is within it, and refuses one above it', async () => {
    const never = saying('never')
    expect(await call(never, WORST - 1n)).toEqual({
      ok: false,
      stop: { kind: 'day-limit', says: expect.stringMatching(/^The next call could cost \$/), untilMs: null },
    })
    expect([never.asked, await on.journal()]).toEqual([[], []])
    await on.stands(0n)
    expect(await call(saying('done'), WORST)).toMatchObject({ ok: true })
  })

  test('counts what earlier calls have cost, of whatever project', async () => {
    await call(saying('done'), WORST)
    await on.next()
    expect(await call(saying('never'), CHARGE + WORST - 1n)).toMatchObject({
      stop: { kind: 'day-limit', says: expect.stringMatching(/is spent: \$/), untilMs: midnightMs() },
    })
    expect(await call(saying('done'), CHARGE + WORST)).toMatchObject({ ok: true })
  })

  test('counts calls under way at their worst', async () => {
    const { model, asked, answer } = waitingModel()
    const first = call(model, WORST)
    await asked(1)
    expect(await spent()).toBe(WORST)
    expect(await call(saying('never'), 2n * WORST - 1n, { ordinal: 2 })).toMatchObject({
      stop: { kind: 'day-limit' },
    })
    answer(0, answered('done'))
    await first
    expect(await spent()).toBe(CHARGE)
    expect(await call(saying('done'), 2n * WORST - 1n, { ordinal: 2 })).toMatchObject({ ok: true })
  })

  test('is not shared by two calls at the same moment', async () => {
    const { model, asked, answer } = waitingModel()
    const one = on.maker()
    await on.next()
    const { both } = await on.books.database.transaction(async tx => {
      await tx.execute(sql`lock table calls in exclusive mode`)
      const both = [call(model, 2n * WORST - 1n), call(model, 2n * WORST - 1n, one)]
      await waitsForLocks(on.books, 2)
      return { both }
    })
    await asked(1)
    const refused = await Promise.race(both)
    answer(0, answered('done'))
    expect(refused).toMatchObject({ ok: false, stop: { kind: 'day-limit' } })
    expect((await Promise.all(both)).filter(({ ok }) => ok)).toHaveLength(1)
  })

  test('is no reason to not use an answer that is there', async () => {
    await call(saying('done'), WORST)
    expect(await call(saying('never'), 0n)).toMatchObject({ ok: true, text: 'done' })
  })
})

describe('what a day has cost', () => {
  test('includes what was lost: a failed try may have been paid for', async () => {
    const cut = {
      ...unanswered({ retry: false }),
      spent: { usage: { ...NO_USAGE, inputTokens: 7 }, rawUsage: {} },
    }
    await call(
      scriptedModel(() => cut),
      WORST,
    )
    expect(await spent()).toBe(7n)
    expect(await call(saying('never'), WORST + 6n)).toMatchObject({ stop: { kind: 'day-limit' } })
    expect(await call(saying('done'), WORST + 7n)).toMatchObject({ ok: true })
    expect(await spent()).toBe(7n + CHARGE)
  })

  test('is nothing for a try that cost nothing', async () => {
    await call(
      scriptedModel(() => unanswered({ retry: false })),
      WORST,
    )
    expect(await spent()).toBe(0n)
  })

  test('includes the trials of the operator', async () => {
    await on.gateway(saying('OK')).examine(on.maker().userId, new AbortController().signal)
    expect(await spent()).toBe(CHARGE)
  })

  test('is nothing when the next one begins, in UTC', async () => {
    const nextMs = midnightMs()
    expect(new Date(nextMs).toISOString()).toBe('2027-01-16T00:00:00.000Z')
    await call(saying('done'), WORST, { nowMs: nextMs - 1 })
    expect(await spent(nextMs - 1)).toBe(CHARGE)
    expect(await spent(nextMs)).toBe(0n)
    expect(await call(saying('done'), WORST, { ordinal: 2, nowMs: nextMs - 1 })).toMatchObject({
      stop: { kind: 'day-limit', untilMs: nextMs },
    })
    expect(await call(saying('done'), WORST, { ordinal: 2, nowMs: nextMs })).toMatchObject({ ok: true })
    expect(await spent(nextMs)).toBe(CHARGE)
    expect(nextDay(clockAt(nextMs))).toBe(nextMs + 86_400_000)
  })
})
