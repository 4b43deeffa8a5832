import { z } from 'zod'
import { events, type FakeServer, json, pieces, type Received, type Reply, startServer } from './server.ts'

/** The Gemini API as documented at ai.google.dev/api/generate-content, as far as it is used: streams. */

/** The keywords of JSON Schema that `responseJsonSchema` documents. */
const KEYWORDS = new Set(
  [
    '$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum',
    'anyOf oneOf properties additionalProperties required propertyOrdering',
  ]
    .join(' ')
    .split(' '),
)

const textPart = z.strictObject({ text: z.string().min(1) })
const name = z.string().regex(/^[\w.:-]{1,128}$/)
const part = z.union([
  textPart,
  z.strictObject({ inlineData: z.strictObject({ mimeType: z.string(), data: z.base64() }) }),
  z.strictObject({
    functionCall: z.strictObject({ id: z.string().optional(), name, args: z.looseObject({}) }),
    thoughtSignature: z.string().optional(),
  }),
  z.strictObject({
    functionResponse: z.strictObject({ id: z.string().optional(), name, response: z.looseObject({}) }),
  }),
])
const tool = z.strictObject({
  functionDeclarations: z.array(
    z.strictObject({ name, description: z.string(), parametersJsonSchema: z.looseObject({}) }),
  ),
})

const requestSchema = z
  .strictObject({
    contents: z
      .array(z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(part).min(1) }))
      .min(1),
    systemInstruction: z.strictObject({ parts: z.array(textPart).min(1) }).optional(),
    tools: z.array(tool).min(1).optional(),
    toolConfig: z
      .strictObject({ functionCallingConfig: z.strictObject({ mode: z.enum(['AUTO', 'VALIDATED']) }) })
      .optional(),
    generationConfig: z.strictObject({
      maxOutputTokens: z.int().min(1).max(65_536),
      temperature: z.number().min(0).max(2).optional(),
      responseMimeType: z.literal('application/json').optional(),
      responseJsonSchema: z
        .unknown()
        .refine(schema => schema === undefined || keywords(schema).every(word => KEYWORDS.has(word)))
        .optional(),
    }),
  })
  .refine(({ contents }) => contents[0]?.role === 'user')

export type GoogleUsage = {
  promptTokenCount: number
  candidatesTokenCount?: number
  thoughtsTokenCount?: number
  cachedContentTokenCount?: number
  totalTokenCount: number
}

/** Starts a Gemini API that knows one key and one model. */
export function startGoogle(known: { key: string; model: string }): Promise<FakeServer> {
  return startServer(received => complaint(received, known))
}

function complaint(received: Received, { key, model }: { key: string; model: string }): Reply | undefined {
  const { method, path, headers, body } = received
  if (headers['x-goog-api-key'] !== key)
    return googleError(400, 'INVALID_ARGUMENT', 'API key not valid.', BAD_KEY)
  if (method !== 'POST' || path !== `/v1beta/models/${model}:streamGenerateContent?alt=sse`)
    return googleError(404, 'NOT_FOUND', `${path} is not found for API version v1beta.`)
  const parsed = requestSchema.safeParse(body)
  return parsed.success ? undefined : googleError(400, 'INVALID_ARGUMENT', z.prettifyError(parsed.error))
}

const BAD_KEY = [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'API_KEY_INVALID',
    domain: 'googleapis.com',
  },
]

export type GoogleAnswer = {
  text?: string
  thought?: string
  calls?: readonly { name: string; args: Record<string, unknown> }[]
  /** Null: the stream ends without saying so. */
  finishReason?: string | null
  usage: GoogleUsage
  modelVersion?: string
  /** Comes in the middle of the stream, after the text. */
  error?: Record<string, unknown>
}

/** An answer in chunks: thoughts, the text in two, calls of functions, the end. Each chunk counts so far. */
export function googleAnswer(answer: GoogleAnswer): Reply {
  const { text = '', thought, calls = [], finishReason = 'STOP', usage, error } = answer
  const { modelVersion = 'gemini-fake-001' } = answer
  const { promptTokenCount, totalTokenCount } = usage
  const chunk = (parts: readonly unknown[], ends: string | null, usageMetadata: GoogleUsage) => ({
    candidates: [
      { content: { role: 'model', parts }, ...(ends === null ? {} : { finishReason: ends }), index: 0 },
    ],
    usageMetadata,
    modelVersion,
    responseId: 'response-1',
  })
  const parts = [
    ...(thought === undefined ? [] : [{ text: thought, thought: true }]),
    ...pieces(text).map(piece => ({ text: piece })),
    ...calls.map(functionCall => ({ functionCall, thoughtSignature: 'c2lnbmVk' })),
  ]
  const soFar = { promptTokenCount, totalTokenCount }
  const end = error ? { error } : chunk([{ text: '' }], finishReason, usage)
  return events([...parts.map(part => chunk([part], null, soFar)), end])
}

/** A prompt that was blocked: no candidate, and status 200. */
export function googleBlocked(blockReason: string): Reply {
  return events([
    {
      promptFeedback: { blockReason },
      usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
      modelVersion: 'gemini-fake-001',
    },
  ])
}

export function googleError(
  code: number,
  status: string,
  message: string,
  details?: readonly Record<string, unknown>[],
  http: { status?: number; headers?: Record<string, string> } = {},
): Reply {
  return json(http.status ?? code, { error: { code, message, status, details } }, http.headers)
}

/** Every keyword used as such in a schema; the names of properties are not keywords. */
function keywords(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keywords)
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([name, value]) => [name, ...keywordsBelow(name, value)])
}

function keywordsBelow(name: string, value: unknown): string[] {
  if (name === 'enum' || name === 'required') return []
  if (name === 'properties' || name === '$defs') return Object.values(Object(value)).flatMap(keywords)
  return keywords(value)
}
