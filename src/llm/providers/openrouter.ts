import { z } from 'zod'
import type { Model } from '../model.ts'
import { answeringModel } from './answer.ts'
import { contextTokensOf } from './catalogue.ts'
import { apiAddress, streamConnection } from './connection.ts'
import { fullCost, generationCost } from './generation.ts'

/** Where the API is when no other address is given, and the path of a bare host. */
export const OPENROUTER_PATH = '/api/v1'
export const OPENROUTER_ADDRESS = `https://openrouter.ai${OPENROUTER_PATH}`

/**
 * Anthropic's models and Alibaba's cache what is marked and nothing else; the others cache by themselves. Source:
 * openrouter.ai/docs/guides/best-practices/prompt-caching.
 */
const CACHED_WHEN_MARKED = /^~?(anthropic|qwen)\//
const CACHE_MARK = { openrouter: { cacheControl: { type: 'ephemeral' } } }

/** A model at OpenRouter, for instance `deepseek/deepseek-v4-pro`. Protocol: openrouter.ai/docs/api. */
export function openrouterModel(options: {
  baseUrl?: string | undefined
  id: string
  idleMs?: number
}): Model {
  const { baseUrl = OPENROUTER_ADDRESS, id, idleMs } = options
  const baseURL = apiAddress(baseUrl, OPENROUTER_PATH)
  return answeringModel({
    provider: 'openrouter',
    id,
    contextTokensMax: contextTokensOf('openrouter', id),
    keyed: true,
    reads: ['image/', 'audio/'],
    structured: true,
    ...(CACHED_WHEN_MARKED.test(id) ? { systemOptions: CACHE_MARK } : {}),
    costPicoUsd: costIn,
    costOf: (generationId, asking) => generationCost(baseURL, generationId, asking),
    open: async (apiKey = '') => {
      const { createOpenRouter } = await import('@openrouter/ai-sdk-provider')
      const openrouter = createOpenRouter({
        apiKey,
        baseURL,
        compatibility: 'strict',
        fetch: streamConnection(idleMs),
      })
      // Not strict: OpenAI's strict mode refuses a schema with optional properties. The answer is validated anyway.
      return openrouter.chat(id, { usage: { include: true }, structuredOutputs: { strict: false } })
    },
  })
}

const usageSchema = z.object({
  cost: z.number(),
  is_byok: z.boolean().nullish(),
  cost_details: z.object({ upstream_inference_cost: z.number().nullish() }).nullish(),
})

/** What a call cost in pico-USD, from OpenRouter's usage, where it names that. */
export function costIn(rawUsage: unknown): bigint | undefined {
  const usage = usageSchema.safeParse(rawUsage).data
  return usage && fullCost(usage.cost, { is_byok: usage.is_byok, ...usage.cost_details })
}
