import { afterEach, beforeEach, expect, test } from 'vitest'
import { json, startServer } from '../../tests/fakes/server.ts'
import { type Books, openBooks, priceLike } from '../../tests/set-up/books.ts'
import { allPrices, listPrices, type PriceSource } from '../billing/pricing.ts'
import type { NamedModel } from '../llm/providers/name.ts'
import { syncPrices } from './prices.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const CONFIGURED: readonly NamedModel[] = [
  { provider: 'google', id: 'gemini-2.5-flash' },
  { provider: 'openrouter', id: 'vendor/new' },
]
const entry = (id: string) => ({ id, pricing: { prompt: '0.000002', completion: '0.00001' } })
const LIST = { data: ['vendor/new', 'vendor/known', 'vendor/set', 'vendor/other'].map(entry) }

async function synced(body: unknown, configured = CONFIGURED) {
  await using server = await startServer(({ path }) =>
    path === '/api/v1/models' ? json(200, body) : json(404, {}),
  )
  const models = { named: () => configured }
  const result = await syncPrices({ ...books, models, openrouterBaseUrl: server.origin })
  return { result, asked: server.received.length }
}

function say(model: string, source: PriceSource) {
  const listed = { provider: 'openrouter', model, ...priceLike({ inputPicoUsd: 1n, outputPicoUsd: 1n }) }
  return books.database.transaction(tx => listPrices(tx, books.clock, [listed], source))
}

async function inForce() {
  const all = await allPrices(books.database.sql, books.clock)
  const standing = all.filter(price => price.standing === 'in force')
  return Object.fromEntries(standing.map(price => [price.model, [price.inputPicoUsd, price.source]]))
}

test('models that are configured or have a price get the one of the list, others none, an operator the last word', async () => {
  await say('vendor/known', 'catalogue')
  await say('vendor/set', 'operator')
  const { result } = await synced(LIST)
  expect(result).toEqual({ ok: true, value: { looked: 4, changed: 3 } })
  expect(await inForce()).toEqual({
    'gemini-2.5-flash': [300_000n, 'catalogue'],
    'vendor/new': [2_000_000n, 'provider'],
    'vendor/known': [2_000_000n, 'provider'],
    'vendor/set': [1n, 'operator'],
  })
  expect((await synced(LIST)).result).toEqual({ ok: true, value: { looked: 4, changed: 0 } })
})

test('when the list cannot be had, nothing changes', async () => {
  await say('vendor/known', 'catalogue')
  const { result } = await synced({ error: 'down' })
  expect(result).toMatchObject({ ok: false, reason: 'unreachable' })
  expect(await inForce()).toEqual({ 'vendor/known': [1n, 'catalogue'] })
})

test('without a model of OpenRouter its list is not asked for', async () => {
  const { result, asked } = await synced(LIST, CONFIGURED.slice(0, 1))
  expect(result).toEqual({ ok: true, value: { looked: 1, changed: 1 } })
  expect(asked).toBe(0)
})
