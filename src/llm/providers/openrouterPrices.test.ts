import { expect, test } from 'vitest'
import { json, startServer } from '../../../tests/fakes/server.ts'
import { openrouterPrices } from './openrouterPrices.ts'

const entry = (id: string, pricing: object) => ({ id, name: id, context_length: 1_000, pricing })
const plain = { prompt: '0.000002', completion: '0.00001' }

async function listed(body: unknown, ids: readonly string[], status = 200) {
  await using server = await startServer(({ method, path, headers }) => {
    const known = method === 'GET' && path === '/api/v1/models' && headers.authorization === undefined
    return known ? json(status, body) : json(404, {})
  })
  return await openrouterPrices(new Set(ids), server.origin)
}

test('prices are in whole pico-USD a token; parts without a price cost what the whole costs', async () => {
  const body = { data: [entry('a/b', plain), entry('c/d', plain)] }
  expect(await listed(body, ['a/b'])).toEqual({
    ok: true,
    value: [
      {
        provider: 'openrouter',
        model: 'a/b',
        inputPicoUsd: 2_000_000n,
        cachedPicoUsd: 2_000_000n,
        cacheWrittenPicoUsd: 2_000_000n,
        outputPicoUsd: 10_000_000n,
        thinkingPicoUsd: 10_000_000n,
        imagePicoUsd: 0n,
        tiers: [],
      },
    ],
  })
})

test('caches and pictures have prices of their own', async () => {
  const pricing = {
    ...plain,
    input_cache_read: '0.0000002',
    input_cache_write: '0.0000025',
    image: '0.00048',
    request: '0',
  }
  expect(await listed({ data: [entry('a/b', pricing)] }, ['a/b'])).toMatchObject({
    value: [{ cachedPicoUsd: 200_000n, cacheWrittenPicoUsd: 2_500_000n, imagePicoUsd: 480_000_000n }],
  })
})

test.each([
  ['that depends on where it is routed', { prompt: '-1', completion: '-1' }],
  ['for each request', { ...plain, request: '0.01' }],
  ['that is no number', { prompt: 'cheap', completion: '0' }],
  ['that is missing', { prompt: '0.1' }],
])('a price %s is none', async (_, pricing) => {
  expect(await listed({ data: [entry('a/b', pricing)] }, ['a/b'])).toEqual({ ok: true, value: [] })
})

test('an odd entry is passed over, an odd list or a failing server is said', async () => {
  expect(await listed({ data: ['odd', entry('a/b', plain)] }, ['a/b'])).toMatchObject({
    value: [{ model: 'a/b' }],
  })
  expect(await listed({ models: [] }, ['a/b'])).toMatchObject({ ok: false, reason: 'unreachable' })
  expect(await listed({ data: [] }, ['a/b'], 500)).toMatchObject({ ok: false, reason: 'unreachable' })
})
