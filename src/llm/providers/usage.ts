import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import type { Usage } from '../model.ts'

type Told = Awaited<ReturnType<LanguageModelV4['doGenerate']>>['usage']

/**
 * Token counts in our terms: input includes cached, output includes thinking. Only totals are taken and no parts are
 * summed: OpenRouter's cached, uncached and written tokens do not add up to its total. A part is never above its whole.
 */
export function usageFrom({ inputTokens: input, outputTokens: output }: Told): Usage {
  const inputTokens = count(input.total)
  const outputTokens = count(output.total)
  return {
    inputTokens,
    cachedTokens: Math.min(count(input.cacheRead), inputTokens),
    outputTokens,
    thinkingTokens: Math.min(count(output.reasoning), outputTokens),
  }
}

/** What is no count of tokens counts as none. */
function count(told: number | undefined): number {
  return Number.isSafeInteger(told) && told !== undefined && told > 0 ? told : 0
}
