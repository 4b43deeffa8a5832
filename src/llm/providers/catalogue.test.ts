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
      cacheWrittenPicoUsd: 300_000n,
      outputPicoUsd: 2_500_000n,
      thinkingPicoUsd: 2_500_000n,
      imagePicoUsd: 0n,
      tiers: [],
    })
  })

  test('has a tier for each length of input at which it changes', () => {
    expect(catalogPrice('google', 'gemini-2.5-pro', NOW_MS)).toMatchObject({
      inputPicoUsd: 1_250_000n,
      cachedPicoUsd: 125_000n,
      outputPicoUsd: 10_000_000n,
      tiers: [
        {
          aboveTokens: 200_000,
          inputPicoUsd: 2_500_000n,
          cachedPicoUsd: 250_000n,
          cacheWrittenPicoUsd: 2_500_000n,
          outputPicoUsd: 15_000_000n,
          thinkingPicoUsd: 15_000_000n,
        },
      ],
    })
  })

  test('of what is written to a cache is never below that of the input', () => {
    expect(catalogPrice('openrouter', 'anthropic/claude-sonnet-5', NOW_MS)).toMatchObject({
      inputPicoUsd: 2_000_000n,
      cacheWrittenPicoUsd: 2_500_000n,
    })
    expect(catalogPrice('openrouter', 'google/gemini-3.1-pro-preview', NOW_MS)).toMatchObject({
      inputPicoUsd: 2_000_000n,
      cacheWrittenPicoUsd: 2_000_000n,
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
    ['google', 'gemini-2.5-pro', 1_048_576],
    ['openrouter', 'anthropic/claude-sonnet-4.5', 1_000_000],
    ['openrouter', 'nobody/nothing', 128_000],
  ] as const)('%s reads with %s at most %i tokens', (provider, id, tokens) => {
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
