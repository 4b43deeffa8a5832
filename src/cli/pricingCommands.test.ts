import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Books, openBooks } from '../../tests/set-up/books.ts'
import { pricesFront } from '../../tests/set-up/prices.ts'
import { priceOf } from '../billing/pricing.ts'
import { done, type Result, refuse } from '../failure.ts'
import { type Client, clientOf } from './client.ts'
import { inProcess } from './connection.ts'
import { endPrice, listPrices, setPrice, syncPrices } from './pricingCommands.ts'
import { openTerminal } from './terminal.ts'

const MODEL = 'openrouter:vendor/model:beta'
const named = { provider: 'openrouter', model: 'vendor/model:beta' }

let books: Books
let client: Client
let written: string
let synced: Result<{ looked: number; changed: number }>

beforeEach(async () => {
  books = await openBooks()
  synced = done({ looked: 7, changed: 2 })
  const operator = pricesFront(books, async () => synced)
  client = clientOf(inProcess({ userId: 'owner', operator, work: async () => {}, close: async () => {} }))
  written = ''
})
afterEach(() => books.close())

function stand(json = false) {
  const write = (text: string) => {
    written += text
  }
  return { client, terminal: openTerminal(json, { write }) }
}

function said(): string {
  const text = written
  written = ''
  return text
}

const set = (price: object = {}, model = MODEL) =>
  setPrice(stand(), model, { input: '1.25', output: '10', image: '0', ...price })

test('a price that is set is in force at once, to the last place', async () => {
  await set({ cached: '0.000001', cacheWrite: '1.5', thinking: '12', image: '0.002' })
  expect(said()).toContain(`${MODEL} costs 1.25 in and 10 out from now on`)
  expect(await priceOf(books.database.sql, books.clock, named)).toEqual({
    ok: true,
    value: {
      ...named,
      inputPicoUsd: 1_250_000n,
      cachedPicoUsd: 1n,
      cacheWrittenPicoUsd: 1_500_000n,
      outputPicoUsd: 10_000_000n,
      thinkingPicoUsd: 12_000_000n,
      imagePicoUsd: 2_000_000_000n,
      tiers: [],
    },
  })
})

test('the list shows each price with who says it and how it stands', async () => {
  await listPrices(stand())
  expect(said()).toBe('There are no prices yet.\n')
  await set()
  await set({ input: '2' })
  said()
  await listPrices(stand())
  const text = said()
  expect(text).toMatch(/vendor\/model:beta\s+2\s+2\s+10\s+operator\s+in force/)
  expect(text).toMatch(/vendor\/model:beta\s+1\.25\s+1\.25\s+10\s+operator\s+replaced/)
  await listPrices(stand(true))
  expect(JSON.parse(said()).prices).toMatchObject([
    { ...named, inputUsdPerMillion: '2', source: 'operator', standing: 'in force' },
    { ...named, inputUsdPerMillion: '1.25', source: 'operator', standing: 'replaced' },
  ])
})

test('a model whose price is ended is not called, and the reason says how to set one', async () => {
  await set()
  said()
  await endPrice(stand(), MODEL)
  expect(said()).toContain('is not called')
  expect(await priceOf(books.database.sql, books.clock, named)).toMatchObject({
    ok: false,
    says: expect.stringContaining(`./botwright pricing set ${MODEL} --input USD --output USD`),
  })
  await listPrices(stand(true))
  expect(JSON.parse(said()).prices[0]).toMatchObject({ standing: 'ended' })
})

test('bringing prices up to date says how many changed', async () => {
  await syncPrices(stand())
  expect(said()).toBe('7 prices looked at, 2 changed.\n')
  await syncPrices(stand(true))
  expect(JSON.parse(said())).toEqual({ looked: 7, changed: 2 })
})

describe('refused', () => {
  test.each([
    ['below nothing', { input: '-1' }, '"-1" is no price for input'],
    ['no number', { output: 'NaN' }, '"NaN" is no price for output'],
    ['too large', { thinking: '100001' }, '"100001" is no price for thinking'],
    ['too fine', { cached: '0.0000001' }, '"0.0000001" is no price for cached'],
    ['in another currency', { currency: 'EUR' }, 'Prices are in USD.'],
  ])('a price that is %s', async (_, price, why) => {
    await expect(set(price)).rejects.toThrow(why)
    expect((await priceOf(books.database.sql, books.clock, named)).ok).toBe(false)
  })

  test.each(['gemini-2.5-pro', 'nobody:model', 'google:../keys', 'google:'])(
    'a model called %s',
    async name => {
      await expect(set({}, name)).rejects.toThrow('A model is named PROVIDER:MODEL')
      await expect(endPrice(stand(), name)).rejects.toThrow('A model is named PROVIDER:MODEL')
    },
  )

  test('ending a price that is not in force', async () => {
    await expect(endPrice(stand(), MODEL)).rejects.toThrow('There is no price in force for vendor/model:beta')
  })

  test('a list that cannot be had', async () => {
    synced = refuse('unreachable', 'The price list of OpenRouter cannot be had right now.')
    await expect(syncPrices(stand())).rejects.toThrow('cannot be had right now')
  })
})
