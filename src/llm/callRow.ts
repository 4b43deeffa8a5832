import type { calls } from '../db/schema.ts'
import type { CallAnswer } from './call.ts'
import { readToolCalls } from './toolCalls.ts'

/** A call as the journal keeps it. */
export type CallRow = typeof calls.$inferSelect

/** The answer of a call that was completed. */
export function answerOf(call: CallRow): CallAnswer {
  const {
    provider,
    model,
    inputTokens,
    cachedTokens,
    cacheWrittenTokens,
    outputTokens,
    thinkingTokens,
    images,
  } = call
  const usage = { inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images }
  return { text: call.answer ?? '', toolCalls: readToolCalls(call.toolCalls), usage, by: { provider, model } }
}
