import { z } from 'zod'
import type { Asking } from '../model.ts'
import { connection } from './connection.ts'
import { PICO_PLACES, scaledUp } from './decimal.ts'

const generationSchema = z.object({
  data: z.object({
    total_cost: z.number(),
    is_byok: z.boolean().nullish(),
    upstream_inference_cost: z.number().nullish(),
  }),
})

/**
 * What a generation at OpenRouter cost in pico-USD: 0 for one that it does not know, undefined when that cannot be
 * learnt now. Source: openrouter.ai/docs/api-reference/get-a-generation.
 */
export async function generationCost(
  baseUrl: string,
  generationId: string,
  { signal, apiKey = '' }: Asking,
): Promise<bigint | undefined> {
  const url = `${baseUrl}/generation?id=${encodeURIComponent(generationId)}`
  try {
    const response = await connection(url, { signal, headers: { authorization: `Bearer ${apiKey}` } })
    if (response.status === 404) {
      await response.body?.cancel()
      return 0n
    }
    const found = response.ok ? generationSchema.safeParse(await response.json()).data : undefined
    return found && fullCost(found.data.total_cost, found.data)
  } catch {
    // Whatever it was, the cost stays unknown and may be asked for again.
    return undefined
  }
}

/** With a key of one's own at the upstream provider, who sends a bill as well. */
type OwnKey = { is_byok?: boolean | null | undefined; upstream_inference_cost?: number | null | undefined }

/**
 * What was paid in all, in pico-USD. `cost` in USD is what OpenRouter's account is charged. With a key of one's own
 * upstream that is OpenRouter's fee only, and the upstream bill comes on top; when that bill is not named, neither is
 * the cost, and the list price holds.
 */
export function fullCost(cost: number | undefined, ownKey: OwnKey): bigint | undefined {
  const charged = scaledUp(cost, PICO_PLACES)
  if (charged === undefined || ownKey.is_byok !== true) return charged
  const upstream = scaledUp(ownKey.upstream_inference_cost, PICO_PLACES)
  return upstream === undefined ? undefined : charged + upstream
}
