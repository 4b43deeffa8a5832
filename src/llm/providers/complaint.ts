import { z } from 'zod'

/** What a provider says went wrong, however it wraps it. Fields that are not as documented are left out. */
const complaintSchema = z.object({
  /** HTTP status (Google, OpenRouter, llama.cpp) or a word (OpenAI, vLLM). */
  code: z.union([z.number(), z.string()]).nullish().catch(null),
  /** Google's RPC status, for instance RESOURCE_EXHAUSTED. */
  status: z.string().nullish().catch(null),
  /** OpenAI's protocol: invalid_request_error and the like. */
  type: z.string().nullish().catch(null),
  message: z.string().catch(''),
  /** Google: `google.rpc` messages such as ErrorInfo and RetryInfo. */
  details: z
    .array(z.object({ reason: z.string().optional().catch(undefined), retryDelay: z.string().optional() }))
    .nullish()
    .catch(null),
  /** OpenRouter: who failed upstream, with what, or what the input was flagged for. */
  metadata: z
    .object({
      raw: z.unknown().optional(),
      reasons: z.array(z.unknown()).optional().catch(undefined),
      limit_source: z.string().optional().catch(undefined),
      error_type: z.string().optional().catch(undefined),
      headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
    })
    .nullish()
    .catch(null),
})
export type Complaint = z.infer<typeof complaintSchema>

/** Where each server puts it; the first that fits is read. */
const WRAPPINGS: readonly z.ZodType<Complaint>[] = [
  z.object({ error: complaintSchema }).transform(body => body.error),
  z.object({ error: z.string() }).transform(body => bare(body.error)),
  z
    .object({ object: z.literal('error') })
    .loose()
    .transform(body => complaintSchema.parse(body)),
  z.object({ detail: z.string() }).transform(body => bare(body.detail)),
  z
    .object({ choices: z.tuple([z.object({ error: complaintSchema })]).rest(z.unknown()) })
    .transform(body => body.choices[0].error),
  z.tuple([z.object({ error: complaintSchema })]).transform(([body]) => body.error),
]

/**
 * The complaint in a body, or undefined when there is none. Also for bodies that came with status 200: OpenRouter
 * sends what went wrong after the model began to work that way, at the top or inside the choice.
 */
export function complaintIn(body: unknown): Complaint | undefined {
  for (const wrapping of WRAPPINGS) {
    const found = wrapping.safeParse(body)
    if (found.success) return found.data
  }
  return undefined
}

function bare(message: string): Complaint {
  return { message }
}
