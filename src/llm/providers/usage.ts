import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import type { Usage } from '../model.ts'

type Told = Awaited<ReturnType<LanguageModelV4['doGenerate']>>['usage']

/**
 * Token counts in our terms: input includes cached and written, output includes thinking. Only totals are taken and no
 * parts are summed: OpenRouter's cached, uncached and written tokens do not add up to its total. Parts are never above
 * their whole. `images` is what was sent, since no provider counts pictures.
 */
export function usageFrom({ inputTokens: input, outputTokens: output }: Told, images: number): Usage {
  const inputTokens = count(input.total)
  const cachedTokens = Math.min(count(input.cacheRead), inputTokens)
  const outputTokens = count(output.total)
  return {
    inputTokens,
    cachedTokens,
    cacheWrittenTokens: Math.min(count(input.cacheWrite), inputTokens - cachedTokens),
    outputTokens,
    thinkingTokens: Math.min(count(output.reasoning), outputTokens),
    images,
  }
}

/** What is no count of tokens counts as none. */
function count(told: number | undefined): number {
  return Number.isSafeInteger(told) && told !== undefined && told > 0 ? told : 0
}
