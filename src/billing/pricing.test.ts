import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NO_USAGE } from '../../tests/fakes/model.ts'
import { type Books, ONE_TO_ONE, openBooks, priceLike, waitsForLocks } from '../../tests/set-up/books.ts'
import { newId } from '../id.ts'
import {
  allPrices,
  chargeFor,
  endPrice,
  type ListedPrice,
  listPrices,
  type PriceSource,
  priceOf,
  rateFromJson,
  rateToJson,
} from './pricing.ts'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const price = priceLike({ inputPicoUsd: 5n, cachedPicoUsd: 1n, outputPicoUsd: 9n })
const named = () => ({ provider: 'scripted', model: newId() })
const usage = { ...NO_USAGE, inputTokens: 3, cachedTokens: 1, outputTokens: 2, thinkingTokens: 1 }

async function recordOf(model: string) {
  const all = await allPrices(books.database.sql, books.clock)
  return all.filter(row => row.model === model)
}

async function historyOf(model: string) {
  return (await recordOf(model)).map(row => row.inputPicoUsd)
}

function list(listed: ListedPrice, source: PriceSource, clock = books.clock): Promise<number> {
  return books.database.transaction(tx => listPrices(tx, clock, [listed], source))
}

function end(named: { provider: string; model: string }) {
  return books.database.transaction(tx => endPrice(tx, books.clock, named))
}

test('a model without a price is not called, and the reason names it', async () => {
  const found = await priceOf(books.database.sql, books.clock, { provider: 'scripted', model: 'unheard-of' })
  expect(found).toMatchObject({ ok: false, reason: 'no-price', says: expect.stringContaining('unheard-of') })
})

test('a price of zero is a price', async () => {
  const free = { ...named(), ...priceLike({ inputPicoUsd: 0n, outputPicoUsd: 0n }) }
  await list(free, 'catalogue')
  expect(await priceOf(books.database.sql, books.clock, free)).toMatchObject({ ok: true })
})

test('listing the same price again adds no row; a new price keeps the old one on record', async () => {
  const listed = { ...named(), ...price }
  await list(listed, 'catalogue')
  await list(listed, 'catalogue')
  expect(await historyOf(listed.model)).toEqual([5n])
  await list({ ...listed, inputPicoUsd: 6n }, 'catalogue')
  expect(await historyOf(listed.model)).toEqual([6n, 5n])
  const found = await priceOf(books.database.sql, books.clock, listed)
  expect(found.ok && found.value.inputPicoUsd).toBe(6n)
})

test('a price counts from its time on, not before', async () => {
  const listed = { ...named(), ...price }
  const tomorrow = { ...books.clock, nowMs: () => books.clock.nowMs() + 86_400_000 }
  await list(listed, 'catalogue', tomorrow)
  expect((await priceOf(books.database.sql, books.clock, listed)).ok).toBe(false)
  expect((await priceOf(books.database.sql, tomorrow, listed)).ok).toBe(true)
})

test('of two prices in the same millisecond the later wins', async () => {
  const listed = { ...named(), ...price }
  const still = { ...books.clock, nowMs: () => 1_800_000_000_000 }
  await list(listed, 'catalogue', still)
  await list({ ...listed, inputPicoUsd: 7n }, 'catalogue', still)
  expect(await historyOf(listed.model)).toEqual([7n])
})

test('the cost that a provider names wins over the computed one, also when it is zero', () => {
  expect(chargeFor(usage, { ...ONE_TO_ONE, ...price })).toEqual({ picoUsd: 29n, micro: 29n, costMicro: 29n })
  expect(chargeFor(usage, { ...ONE_TO_ONE, ...price }, 40n)).toEqual({
    picoUsd: 40n,
    micro: 40n,
    costMicro: 40n,
  })
  expect(chargeFor(usage, { ...ONE_TO_ONE, ...price }, 0n)).toEqual({ picoUsd: 0n, micro: 0n, costMicro: 0n })
})

test('what the provider takes of a charge is its cost without the markup', () => {
  const doubled = { ...ONE_TO_ONE, ...price, markupMillionths: 2_000_000n }
  expect(chargeFor(usage, doubled)).toEqual({ picoUsd: 29n, micro: 58n, costMicro: 29n })
})

test('what an operator says stands; what a provider says stands before the catalogue', async () => {
  const listed = { ...named(), ...price }
  const say = (inputPicoUsd: bigint, source: PriceSource) => list({ ...listed, inputPicoUsd }, source)
  expect(await say(1n, 'catalogue')).toBe(1)
  expect(await say(2n, 'provider')).toBe(1)
  expect(await say(1n, 'catalogue')).toBe(0)
  expect(await say(3n, 'operator')).toBe(1)
  expect(await say(4n, 'provider')).toBe(0)
  expect(await historyOf(listed.model)).toEqual([3n, 2n, 1n])
})

test('what an operator says stands also where a list had said the same', async () => {
  const listed = { ...named(), ...price }
  expect(await list(listed, 'catalogue')).toBe(1)
  expect(await list(listed, 'operator')).toBe(0)
  expect(await list({ ...listed, inputPicoUsd: 6n }, 'provider')).toBe(0)
  expect(await recordOf(listed.model)).toMatchObject([
    { inputPicoUsd: 5n, source: 'operator', standing: 'in force' },
    { inputPicoUsd: 5n, source: 'catalogue', standing: 'replaced' },
  ])
})

test('a list that is brought up to date while an operator sets a price does not replace it', async () => {
  const listed = { ...named(), ...price }
  await list(listed, 'catalogue')
  const [set, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const operator = books.database.transaction(async tx => {
    await listPrices(tx, books.clock, [{ ...listed, inputPicoUsd: 6n }], 'operator')
    set.resolve()
    await seen.promise
  })
  await set.promise
  const lists = list({ ...listed, inputPicoUsd: 7n }, 'provider')
  await waitsForLocks(books, 1)
  seen.resolve()
  await Promise.all([operator, lists])
  expect(await historyOf(listed.model)).toEqual([6n, 5n])
})

test('the record says how each price stands', async () => {
  const listed = { ...named(), ...price }
  const tomorrow = { ...books.clock, nowMs: () => books.clock.nowMs() + 86_400_000 }
  await list(listed, 'catalogue')
  await list({ ...listed, inputPicoUsd: 6n }, 'catalogue')
  await list({ ...listed, inputPicoUsd: 7n }, 'catalogue', tomorrow)
  const standings = async () => (await recordOf(listed.model)).map(row => row.standing)
  expect(await standings()).toEqual(['to come', 'in force', 'replaced'])
  await end(listed)
  expect(await standings()).toEqual(['to come', 'ended', 'replaced', 'replaced'])
})

test('a price that an operator ended is none, whatever lists say, until an operator sets one', async () => {
  const listed = { ...named(), ...price }
  const { sql } = books.database
  await list(listed, 'catalogue')
  expect(await end(listed)).toMatchObject({ ok: true })
  expect(await end(listed)).toMatchObject({ ok: false, reason: 'no-price' })
  await list(listed, 'provider')
  expect(await priceOf(sql, books.clock, listed)).toMatchObject({
    ok: false,
    says: expect.stringContaining(`./botwright pricing set scripted:${listed.model} --input`),
  })
  await list(listed, 'operator')
  expect(await priceOf(sql, books.clock, listed)).toMatchObject({ ok: true })
})

const amount = fc.bigInt(1n, 10n ** 20n)
const tokenPrices = {
  inputPicoUsd: amount,
  cachedPicoUsd: amount,
  cacheWrittenPicoUsd: amount,
  outputPicoUsd: amount,
  thinkingPicoUsd: amount,
}

test('a rate that goes through JSON is the same rate, and nothing of the row it came with goes along', () => {
  const rates = fc.record({
    ...tokenPrices,
    imagePicoUsd: amount,
    tiers: fc.array(fc.record({ aboveTokens: fc.nat(), ...tokenPrices }), { maxLength: 3 }),
    creditPicoUsd: amount,
    markupMillionths: amount,
  })
  fc.assert(
    fc.property(rates, rate => {
      const json = JSON.parse(JSON.stringify(rateToJson({ ...rate, ...{ model: 'model' } })))
      expect(rateFromJson(json)).toEqual({ ok: true, value: rate })
    }),
  )
})

test('a rate of three prices is read as what it meant', () => {
  const old = {
    inputPicoUsd: '5',
    cachedPicoUsd: '1',
    outputPicoUsd: '9',
    creditPicoUsd: '7',
    markupMillionths: '3',
  }
  expect(rateFromJson(old)).toEqual({
    ok: true,
    value: { ...price, creditPicoUsd: 7n, markupMillionths: 3n },
  })
})

test.each([
  ['nothing', null],
  ['a price that is missing', { ...rateToJson(ONE_TO_ONE), cachedPicoUsd: undefined }],
  ['a price that is empty', { ...rateToJson(ONE_TO_ONE), inputPicoUsd: '' }],
  ['a price below zero', { ...rateToJson(ONE_TO_ONE), inputPicoUsd: '-1' }],
  ['a credit that is worth nothing', { ...rateToJson(ONE_TO_ONE), creditPicoUsd: '0' }],
])('%s is no rate', (_, json) => {
  expect(rateFromJson(json)).toMatchObject({ ok: false, reason: 'no-rate' })
})
