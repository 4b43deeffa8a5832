import { z } from 'zod'
import type { Model } from '../model.ts'
import { answeringModel } from './answer.ts'
import { contextTokensOf } from './catalogue.ts'
import { apiAddress, connection } from './connection.ts'
import { scaledUp } from './decimal.ts'

/** Where the API is when no other address is given, and the path of a bare host. */
const USUAL_PATH = '/api/v1'
const USUAL_ADDRESS = `https://openrouter.ai${USUAL_PATH}`

/** A model at OpenRouter, for instance `deepseek/deepseek-v4-pro`. Protocol: openrouter.ai/docs/api. */
export function openrouterModel(options: {
  apiKey: string
  baseUrl?: string | undefined
  id: string
}): Model {
  const { apiKey, baseUrl = USUAL_ADDRESS, id } = options
  return answeringModel({
    provider: 'openrouter',
    id,
    contextTokensMax: contextTokensOf('openrouter', id),
    structured: true,
    costPicoUsd: costIn,
    open: async () => {
      const { createOpenRouter } = await import('@openrouter/ai-sdk-provider')
      const openrouter = createOpenRouter({
        apiKey,
        baseURL: apiAddress(baseUrl, USUAL_PATH),
        compatibility: 'strict',
        fetch: connection,
      })
      // Not strict: OpenAI's strict mode refuses a schema with optional properties. The answer is validated anyway.
      return openrouter.chat(id, { usage: { include: true }, structuredOutputs: { strict: false } })
    },
  })
}

const PICO_PLACES = 12

const usageSchema = z.object({
  cost: z.number(),
  is_byok: z.boolean().nullish(),
  cost_details: z.object({ upstream_inference_cost: z.number().nullish() }).nullish(),
})

/**
 * What a call cost in pico-USD, from OpenRouter's usage. `cost` is what its account is charged, in USD. With a key of
 * one's own at the upstream provider that is OpenRouter's fee only, and the upstream bill comes on top; when that bill
 * is not named, neither is the cost, and the list price holds.
 */
export function costIn(rawUsage: unknown): bigint | undefined {
  const usage = usageSchema.safeParse(rawUsage).data
  const cost = scaledUp(usage?.cost, PICO_PLACES)
  if (cost === undefined || usage?.is_byok !== true) return cost
  const upstream = scaledUp(usage.cost_details?.upstream_inference_cost, PICO_PLACES)
  return upstream === undefined ? undefined : cost + upstream
}
