import { z } from 'zod'
import { type FakeServer, json, type Received, type Reply, startServer } from './server.ts'

/**
 * Chat completions as OpenRouter (openrouter.ai/docs/api) and OpenAI-compatible servers (Ollama, llama.cpp, vLLM)
 * document them, as far as they are used: text in, text out, no streaming.
 */

const text = z.string().min(1)
const parts = z.array(z.strictObject({ type: z.literal('text'), text })).min(1)

const common = {
  model: z.string(),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.union([text, parts]) }))
    .min(1),
  max_tokens: z.int().min(1),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name: z.string().regex(/^[\w-]{1,64}$/),
        strict: z.boolean(),
        schema: z.looseObject({ type: z.literal('object') }),
      }),
    })
    .optional(),
}

const openrouterRequest = z.strictObject({
  ...common,
  usage: z.strictObject({ include: z.boolean() }).optional(),
})
const localRequest = z.strictObject(common)

/** OpenRouter with one key and one model. */
export function startOpenRouter(known: { key: string; model: string }): Promise<FakeServer> {
  return startServer(received => {
    if (received.headers.authorization !== `Bearer ${known.key}`)
      return openrouterError(401, 'No cookie auth credentials found')
    return misuse(received, '/api/v1/chat/completions', known.model, openrouterRequest, openrouterError)
  })
}

/** A local server with one model and no key. */
export function startLocal(known: { model: string }): Promise<FakeServer> {
  return startServer(received => {
    if (received.headers.authorization !== undefined) return localError(401, 'unexpected key', 'auth_error')
    return misuse(received, '/v1/chat/completions', known.model, localRequest, localError)
  })
}

function misuse(
  { method, path, body }: Received,
  at: string,
  model: string,
  request: z.ZodType<{ model: string }>,
  complain: (status: number, message: string) => Reply,
): Reply | undefined {
  if (method !== 'POST' || path !== at) return complain(404, `no such path: ${path}`)
  const parsed = request.safeParse(body)
  if (!parsed.success) return complain(400, z.prettifyError(parsed.error))
  return parsed.data.model === model ? undefined : complain(404, `model ${parsed.data.model} not found`)
}

export type ChatUsage = {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details?: { cached_tokens: number; cache_write_tokens?: number }
  completion_tokens_details?: { reasoning_tokens: number }
  cost?: number
  is_byok?: boolean
  cost_details?: { upstream_inference_cost: number | null }
}

export function chatAnswer(answer: {
  text: string | null
  refusal?: string
  reasoning?: string
  finishReason?: string | null
  usage?: ChatUsage
  model?: string
  error?: { code: number; message: string }
}): Reply {
  const { text: content, refusal, reasoning, finishReason = 'stop', usage, model = 'fake-1', error } = answer
  const message = { role: 'assistant', content, refusal, reasoning }
  return json(200, {
    id: 'gen-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model,
    choices: [{ index: 0, message, finish_reason: finishReason, error }],
    usage,
  })
}

/** OpenRouter's errors name the status in the body; some come with HTTP status 200. */
export function openrouterError(
  code: number,
  message: string,
  metadata?: Record<string, unknown>,
  http: { status?: number; headers?: Record<string, string> } = {},
): Reply {
  return json(http.status ?? code, { error: { code, message, metadata }, user_id: 'user_1' }, http.headers)
}

/** An error as OpenAI-compatible servers send it. */
export function localError(
  status: number,
  message: string,
  type = 'invalid_request_error',
  headers: Record<string, string> = {},
): Reply {
  return json(status, { error: { code: status, message, type, param: null } }, headers)
}
