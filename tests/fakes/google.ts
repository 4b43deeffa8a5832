import { z } from 'zod'
import { type FakeServer, json, type Received, type Reply, startServer } from './server.ts'

/** The Gemini API as documented at ai.google.dev/api/generate-content, as far as it is used: text in, text out. */

/** The keywords of JSON Schema that `responseJsonSchema` documents. */
const KEYWORDS = new Set(
  [
    '$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum',
    'anyOf oneOf properties additionalProperties required propertyOrdering',
  ]
    .join(' ')
    .split(' '),
)

const parts = z.array(z.strictObject({ text: z.string().min(1) })).min(1)

const requestSchema = z
  .strictObject({
    contents: z.array(z.strictObject({ role: z.enum(['user', 'model']), parts })).min(1),
    systemInstruction: z.strictObject({ parts }).optional(),
    generationConfig: z.strictObject({
      maxOutputTokens: z.int().min(1).max(65_536),
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
  if (method !== 'POST' || path !== `/v1beta/models/${model}:generateContent`)
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

export function googleAnswer(answer: {
  text: string
  thought?: string
  finishReason?: string
  usage: GoogleUsage
  modelVersion?: string
}): Reply {
  const thought = answer.thought === undefined ? [] : [{ text: answer.thought, thought: true }]
  const parts = [...thought, { text: answer.text }]
  return json(200, {
    candidates: [
      { content: { role: 'model', parts }, finishReason: answer.finishReason ?? 'STOP', index: 0 },
    ],
    usageMetadata: answer.usage,
    modelVersion: answer.modelVersion ?? 'gemini-fake-001',
    responseId: 'response-1',
  })
}

/** A prompt that was blocked: no candidate, and status 200. */
export function googleBlocked(blockReason: string): Reply {
  return json(200, {
    promptFeedback: { blockReason },
    usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 },
    modelVersion: 'gemini-fake-001',
  })
}

export function googleError(
  code: number,
  status: string,
  message: string,
  details?: readonly Record<string, unknown>[],
  httpStatus = code,
): Reply {
  return json(httpStatus, { error: { code, message, status, details } })
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
