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

test('above a length of the input other prices hold; what an exception does not name stays', async () => {
  const overrides = [
    { min_prompt_tokens: 200_001, prompt: '0.000006', completion: '0.00003' },
    { min_prompt_tokens: 100_001, prompt: '0.000004' },
  ]
  expect(await listed({ data: [entry('a/b', { ...plain, overrides })] }, ['a/b'])).toMatchObject({
    value: [
      {
        inputPicoUsd: 2_000_000n,
        outputPicoUsd: 10_000_000n,
        tiers: [
          { aboveTokens: 100_000, inputPicoUsd: 4_000_000n, outputPicoUsd: 10_000_000n },
          { aboveTokens: 200_000, inputPicoUsd: 6_000_000n, outputPicoUsd: 30_000_000n },
        ],
      },
    ],
  })
})

test('of prices that change with the hour the dearest counts', async () => {
  const overrides = [
    { utc_start: 100, utc_end: 700, prompt: '0.000001', completion: '0.00002' },
    { utc_start: 700, utc_end: 1_200, min_prompt_tokens: 9, completion: '0.00004', image: '0.5' },
  ]
  expect(await listed({ data: [entry('a/b', { ...plain, overrides })] }, ['a/b'])).toMatchObject({
    value: [
      {
        inputPicoUsd: 2_000_000n,
        outputPicoUsd: 20_000_000n,
        imagePicoUsd: 500_000_000_000n,
        tiers: [{ aboveTokens: 8, inputPicoUsd: 2_000_000n, outputPicoUsd: 40_000_000n }],
      },
    ],
  })
})

test('a cache without a price of its own is paid as input, thinking never below output', async () => {
  const pricing = { ...plain, input_cache_read: '0', input_cache_write: '0', internal_reasoning: '0' }
  expect(await listed({ data: [entry('a/b', pricing)] }, ['a/b'])).toMatchObject({
    value: [{ cachedPicoUsd: 2_000_000n, cacheWrittenPicoUsd: 2_000_000n, thinkingPicoUsd: 10_000_000n }],
  })
  const dear = { ...plain, internal_reasoning: '0.00005' }
  expect(await listed({ data: [entry('a/b', dear)] }, ['a/b'])).toMatchObject({
    value: [{ thinkingPicoUsd: 50_000_000n }],
  })
})

test('a model that costs nothing has a price of zero', async () => {
  const free = { prompt: '0', completion: '0', input_cache_read: '0' }
  expect(await listed({ data: [entry('a/b:free', free)] }, ['a/b:free'])).toMatchObject({
    value: [{ inputPicoUsd: 0n, cachedPicoUsd: 0n, outputPicoUsd: 0n, imagePicoUsd: 0n }],
  })
})

test.each([
  ['that depends on where it is routed', { prompt: '-1', completion: '-1' }],
  ['for each request', { ...plain, request: '0.01' }],
  ['that is no number', { prompt: 'cheap', completion: '0' }],
  ['that is missing', { prompt: '0.1' }],
  ['with a picture of less than nothing', { ...plain, image: '-1' }],
  ['with a cache that is no number', { ...plain, input_cache_read: 'NaN' }],
  ['above a length that is none', { ...plain, overrides: [{ min_prompt_tokens: -1, prompt: '0.1' }] }],
  ['with more exceptions than anybody has', { ...plain, overrides: new Array(33).fill({ prompt: '0' }) }],
])('a price %s is none', async (_, pricing) => {
  expect(await listed({ data: [entry('a/b', pricing)] }, ['a/b'])).toEqual({ ok: true, value: [] })
})

test('a page that is no JSON and a server that is not there are said', async () => {
  const server = await startServer(() => ({ status: 200, body: '<html>Sign in to the network</html>' }))
  expect(await openrouterPrices(new Set(['a/b']), server.origin)).toMatchObject({ reason: 'unreachable' })
  await server[Symbol.asyncDispose]()
  expect(await openrouterPrices(new Set(['a/b']), server.origin)).toMatchObject({ reason: 'unreachable' })
})

test('an odd entry is passed over, an odd list or a failing server is said', async () => {
  expect(await listed({ data: ['odd', entry('a/b', plain)] }, ['a/b'])).toMatchObject({
    value: [{ model: 'a/b' }],
  })
  expect(await listed({ models: [] }, ['a/b'])).toMatchObject({ ok: false, reason: 'unreachable' })
  expect(await listed({ data: [] }, ['a/b'], 500)).toMatchObject({ ok: false, reason: 'unreachable' })
})
