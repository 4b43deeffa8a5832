import { desc, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answered, scriptedModel, unanswered } from '../../tests/fakes/model.ts'
import { type Calls, openCalls } from '../../tests/set-up/calls.ts'
import { audit } from '../billing/audit.ts'
import { calls } from '../db/schema.ts'
import type { Route } from './route.ts'

let on: Calls
beforeAll(async () => {
  on = await openCalls()
  for (const model of ['good', 'bad']) await on.list({ model })
})
afterAll(() => on.books.close())

const examine = (route: Route) =>
  on.gateway([], { route: () => route }).examine(on.maker().userId, new AbortController().signal)

test('each model is tried once for all its roles, and what it cost is nobody’s charge', async () => {
  const good = scriptedModel(() => answered('OK'), 'good')
  const bad = scriptedModel(() => unanswered({ says: 'It is out of order.' }), 'bad')
  const unpriced = scriptedModel(() => answered('OK'), 'unpriced')
  const before = await on.balance()
  const examined = await examine({ architect: [good, bad], implementer: [unpriced], verifier: [good] })
  expect(examined).toMatchObject([
    { model: 'good', roles: ['architect', 'verifier'], works: true, says: 'answers', costPicoUsd: 20n },
    { model: 'bad', roles: ['architect'], works: false, says: 'It is out of order.', costPicoUsd: 0n },
    {
      model: 'unpriced',
      roles: ['implementer'],
      works: false,
      says: expect.stringContaining('pricing set'),
      price: null,
    },
  ])
  expect([good.asked.length, bad.asked.length, unpriced.asked.length]).toEqual([1, 1, 0])
  const journal = await on.books.database.sql
    .select()
    .from(calls)
    .where(isNull(calls.projectId))
    .orderBy(desc(calls.model))
  expect(journal).toMatchObject([
    {
      kind: 'doctor',
      model: 'good',
      status: 'completed',
      costPicoUsd: 20n,
      chargeMicro: 0n,
      inputTokens: 10,
    },
    { kind: 'doctor', model: 'bad', status: 'failed', chargeMicro: 0n },
  ])
  expect(await on.balance()).toEqual(before)
  expect((await audit(on.books.database.sql)).discrepancies).toEqual([])
})

test('a keyed model without a key is not asked', async () => {
  const keyed = { ...scriptedModel(() => answered('OK'), 'good'), keyed: true }
  expect(await examine({ architect: [keyed], implementer: [], verifier: [] })).toMatchObject([
    { works: false, says: 'There is no key.', latencyMs: null },
  ])
})
