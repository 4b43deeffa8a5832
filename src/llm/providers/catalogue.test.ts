import { findProvider } from '@pydantic/genai-prices'
import { describe, expect, test } from 'vitest'
import { catalogPrice, contextTokensOf, outputTokensOf } from './catalogue.ts'

const NOW_MS = Date.UTC(2026, 10, 22)

describe('the price of a model', () => {
  test('is in whole pico-USD a token', () => {
    expect(catalogPrice('google', 'gemini-2.5-flash', NOW_MS)).toEqual({
      provider: 'google',
      model: 'gemini-2.5-flash',
      inputPicoUsd: 300_000n,
      cachedPicoUsd: 30_000n,
      outputPicoUsd: 2_500_000n,
    })
  })

  test('is the one below the first tier', () => {
    expect(catalogPrice('google', 'gemini-2.5-pro', NOW_MS)).toMatchObject({
      inputPicoUsd: 1_250_000n,
      cachedPicoUsd: 125_000n,
      outputPicoUsd: 10_000_000n,
    })
  })

  test('changes on the day that the catalogue names', () => {
    const before = catalogPrice('google', 'gemini-3.8-flash', Date.UTC(2026, 11, 31))
    const after = catalogPrice('google', 'gemini-3.8-flash', Date.UTC(2027, 0, 1))
    expect([before?.inputPicoUsd, after?.inputPicoUsd]).toEqual([750_000n, 1_500_000n])
  })

  test('of cached tokens is that of input where there is no other', () => {
    expect(catalogPrice('openrouter', 'qwen/qwen3-coder', NOW_MS)).toMatchObject({
      inputPicoUsd: 220_000n,
      cachedPicoUsd: 220_000n,
    })
  })

  test.each([
    ['local', 'qwen3-coder:30b'],
    ['openrouter', 'qwen/qwen3-coder:free'],
  ] as const)('is zero at %s for %s', (provider, id) => {
    expect(catalogPrice(provider, id, NOW_MS)).toMatchObject({ inputPicoUsd: 0n, outputPicoUsd: 0n })
  })

  test.each([
    ['google', 'gemini-99-ultra'],
    ['google', 'gemma-4-31b-it'],
    ['openrouter', 'nobody/nothing'],
    ['openrouter', 'gemini-2.5-flash'],
  ] as const)('is missing at %s for %s, which is not a price of zero', (provider, id) => {
    expect(catalogPrice(provider, id, NOW_MS)).toBeUndefined()
  })

  test.each(['google', 'openrouter'] as const)('of everything at %s is an amount or missing', provider => {
    const ids = findProvider({ providerId: provider })?.models.map(model => model.id) ?? []
    const prices = ids.flatMap(id => catalogPrice(provider, id, NOW_MS) ?? [])
    expect(prices.length).toBeGreaterThan(ids.length / 2)
    for (const { cachedPicoUsd, inputPicoUsd, outputPicoUsd } of prices)
      expect([inputPicoUsd, outputPicoUsd, cachedPicoUsd].every(amount => amount >= 0n)).toBe(true)
  })
})

describe('the limits of a model', () => {
  test.each([
    ['google', 'gemini-2.5-flash', 1_048_576],
    ['google', 'gemini-2.5-pro', 200_000],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 200_000],
    ['openrouter', 'nobody/nothing', 128_000],
  ] as const)('%s reads with %s at most %i tokens at one price', (provider, id, tokens) => {
    expect(contextTokensOf(provider, id)).toBe(tokens)
  })

  test.each([
    ['google', 'gemini-2.0-flash', 8_192],
    ['google', 'gemini-3.8-flash', 65_536],
    ['openrouter', 'google/gemini-2.5-pro', undefined],
  ] as const)('%s writes with %s at most %s tokens', (provider, id, tokens) => {
    expect(outputTokensOf(provider, id)).toBe(tokens)
  })
})
