import { z } from 'zod'
import type { Asking } from '../model.ts'
import { connection } from './connection.ts'
import { PICO_PLACES, scaledUp } from './decimal.ts'

const generationSchema = z.object({ data: z.object({ total_cost: z.number() }) })

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
    const body: unknown = await response.json()
    if (response.status === 404) return 0n
    const found = response.ok ? generationSchema.safeParse(body).data : undefined
    return scaledUp(found?.data.total_cost, PICO_PLACES)
  } catch {
    // Whatever it was, the cost stays unknown and may be asked for again.
    return undefined
  }
}
