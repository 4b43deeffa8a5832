import { expect, test } from 'vitest'
import { usageFrom } from './usage.ts'

test('parts are never above their whole and nothing is summed', () => {
  const usage = usageFrom(
    {
      inputTokens: { total: 100, noCache: 90, cacheRead: 70, cacheWrite: 60 },
      outputTokens: { total: 10, text: 10, reasoning: 25 },
    },
    2,
  )
  expect(usage).toEqual({
    inputTokens: 100,
    cachedTokens: 70,
    cacheWrittenTokens: 30,
    outputTokens: 10,
    thinkingTokens: 10,
    images: 2,
  })
})

test('what is no count counts as none', () => {
  const usage = usageFrom(
    {
      inputTokens: { total: Number.NaN, noCache: undefined, cacheRead: -1, cacheWrite: 1.5 },
      outputTokens: { total: undefined, text: undefined, reasoning: 3 },
    },
    0,
  )
  expect(usage).toEqual({
    inputTokens: 0,
    cachedTokens: 0,
    cacheWrittenTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
    images: 0,
  })
})
