import { z } from 'zod'
import { events, type FakeServer, json, pieces, type Received, type Reply, startServer } from './server.ts'

/**
 * Chat completions as OpenRouter (openrouter.ai/docs/api) and OpenAI-compatible servers (Ollama, llama.cpp, vLLM)
 * document them, as far as they are used: streams of text and calls of functions.
 */

const text = z.string().min(1)
const textPart = z.strictObject({
  type: z.literal('text'),
  text,
  cache_control: z.strictObject({ type: z.literal('ephemeral') }).optional(),
})
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string().regex(/^data:image\/[a-z]+;base64,/) }),
})
const audioPart = z.strictObject({
  type: z.literal('input_audio'),
  input_audio: z.strictObject({ data: z.base64(), format: z.enum(['wav', 'mp3']) }),
})
const name = z.string().regex(/^[\w-]{1,64}$/)
const toolCall = z.strictObject({
  id: text,
  type: z.literal('function'),
  function: z.strictObject({ name, arguments: z.string() }),
})
/** OpenRouter's only: the model's thoughts, some of them for its provider's eyes. */
const reasoningDetail = z.strictObject({
  type: z.literal('reasoning.encrypted'),
  data: text,
  format: text,
  index: z.int(),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.union([text, z.array(textPart).min(1)]) }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([text, z.array(z.union([textPart, imagePart, audioPart])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullish(),
    tool_calls: z.array(toolCall).min(1).optional(),
    reasoning_details: z.array(reasoningDetail).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: text, name: name.optional(), content: z.string() }),
])
const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({ name, description: z.string(), parameters: z.looseObject({}) }),
})

const common = {
  model: z.string(),
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1),
  temperature: z.number().min(0).max(2).optional(),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.literal(true) }),
  tools: z.array(tool).min(1).optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name,
        strict: z.boolean(),
        schema: z.looseObject({ type: z.literal('object') }),
      }),
    })
    .optional(),
}

const openrouterRequest = z.strictObject({
  ...common,
  usage: z.strictObject({ include: z.literal(true) }),
})
const localRequest = z.strictObject(common)

/** OpenRouter with one key and one model; it also knows the way to look up a generation. */
export function startOpenRouter(known: { key: string; model: string }): Promise<FakeServer> {
  return startServer(received => {
    if (received.headers.authorization !== `Bearer ${known.key}`)
      return openrouterError(401, 'No cookie auth credentials found')
    if (received.method === 'GET' && received.path.startsWith('/api/v1/generation?id=')) return undefined
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

export type ChatAnswer = {
  text?: string
  refusal?: string
  reasoning?: string
  /** OpenRouter's: thoughts that only the model's provider can read, to be sent back with the calls. */
  sealed?: string
  calls?: readonly { id: string; name: string; arguments: string }[]
  /** Null: the stream ends without saying so. */
  finishReason?: string | null
  usage?: ChatUsage
  model?: string
  /** Comes in the middle of the stream, after the text. */
  error?: { code: number | string; message: string }
}

/** An answer in chunks: role, thoughts, the text in two, calls, the end, usage. Comments mean: still at work. */
export function chatAnswer(answer: ChatAnswer): Reply {
  const { text = '', refusal, reasoning, sealed, calls = [], finishReason = 'stop', usage, error } = answer
  const { model = 'fake-1' } = answer
  const head = { id: 'gen-1', object: 'chat.completion.chunk', created: 1_790_000_000, model }
  const chunk = (delta: Record<string, unknown>, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  })
  const end = error ? { ...chunk({ content: '' }, 'error'), error } : chunk({}, finishReason)
  return events(
    [
      chunk({ role: 'assistant', content: '' }),
      ...(reasoning === undefined ? [] : [chunk({ reasoning })]),
      ...(sealed === undefined ? [] : [chunk({ reasoning_details: [sealedDetail(sealed)] })]),
      ...pieces(text).map(content => chunk({ content })),
      ...(refusal === undefined ? [] : [chunk({ refusal })]),
      ...calls.flatMap((call, index) => callDeltas(call, index).map(delta => chunk({ tool_calls: [delta] }))),
      end,
      ...(usage === undefined ? [] : [{ ...head, choices: [], usage }]),
    ],
    { before: ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n', end: 'data: [DONE]\n\n' },
  )
}

function sealedDetail(data: string): z.infer<typeof reasoningDetail> {
  return { type: 'reasoning.encrypted', data, format: 'google-gemini-v1', index: 0 }
}

/** The name of a called function comes first, what it is called with comes in pieces. */
function callDeltas(call: NonNullable<ChatAnswer['calls']>[number], index: number): unknown[] {
  const { id, name, arguments: input } = call
  return [
    { index, id, type: 'function', function: { name, arguments: '' } },
    ...pieces(input).map(piece => ({ index, function: { arguments: piece } })),
  ]
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
