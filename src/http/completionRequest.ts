import { z } from 'zod'
import { done, type Result, refuse } from '../failure.ts'
import type { Media, ModelRequest, Tool, Turn } from '../llm/model.ts'
import { sentence } from '../projects/malformed.ts'

/**
 * A request of OpenAI's chat protocol as one of ours. Source: platform.openai.com/docs/api-reference/chat/create. Fields
 * that are not named here are ignored, `model` among them: the run decides who answers.
 */
type CompletionAsked = { request: ModelRequest; stream: boolean; includeUsage: boolean }

/** What may be written where the engine does not say how much. */
export const OUTPUT_TOKENS_DEFAULT = 16_000
/** An engine that asks for more gets this much. */
export const OUTPUT_TOKENS_MAX = 32_000
/** OpenAI's own bound. */
const TOOLS_MAX = 128

const DATA_URL = /^data:image\/[\w.+-]+;base64,[A-Za-z0-9+/]+=*$/i
const BASE64 = /^[A-Za-z0-9+/]+=*$/

const textPart = z.object({ type: z.literal('text'), text: z.string() })
const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.object({
    url: z
      .string()
      .regex(DATA_URL, 'A picture is sent as a data: URL in base 64: nothing is fetched from elsewhere.'),
  }),
})
const audioPart = z.object({
  type: z.literal('input_audio'),
  input_audio: z.object({
    data: z.string().regex(BASE64, 'A recording is sent in base 64.'),
    format: z.enum(['wav', 'mp3'], 'A recording is wav or mp3.'),
  }),
})
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() })

/** Content is a text, or a list of parts; a text becomes the only part. */
function content<Part extends z.ZodType>(part: Part) {
  return z.preprocess(
    given => (typeof given === 'string' ? [{ type: 'text', text: given }] : (given ?? [])),
    z.array(part),
  )
}

const instructions = content(textPart)
const calledTool = z.object({
  id: z.string(),
  type: z.literal('function', 'Tools are functions; no other kind is known here.'),
  function: z.object({ name: z.string(), arguments: z.string() }),
})

const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: instructions }),
  z.object({ role: z.literal('developer'), content: instructions }),
  z.object({
    role: z.literal('user'),
    content: content(z.discriminatedUnion('type', [textPart, imagePart, audioPart])),
  }),
  z.object({
    role: z.literal('assistant'),
    content: content(z.discriminatedUnion('type', [textPart, refusalPart])),
    tool_calls: z.array(calledTool).nullish(),
  }),
  z.object({ role: z.literal('tool'), content: instructions, tool_call_id: z.string() }),
])

const jsonSchema = z.record(z.string(), z.unknown())

const requestSchema = z.object({
  messages: z.array(messageSchema),
  tools: z
    .array(
      z.object({
        type: z.literal('function', 'Tools are functions; no other kind is known here.'),
        function: z.object({
          name: z
            .string()
            .regex(/^[\w-]{1,64}$/, 'The name of a tool is 1 to 64 letters, digits, "_" and "-".'),
          description: z.string().nullish(),
          parameters: jsonSchema.nullish(),
        }),
      }),
    )
    .max(TOOLS_MAX, `More than ${TOOLS_MAX} tools cannot be offered.`)
    .nullish(),
  tool_choice: z
    .enum(['auto', 'none'], 'The model cannot be made to call a tool: tool_choice is "auto" or "none".')
    .nullish(),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: jsonSchema.nullish() }) }),
    ])
    .nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
})

type Sent = z.infer<typeof requestSchema>
type Message = Sent['messages'][number]
type UserPart = Extract<Message, { role: 'user' }>['content'][number]

/** Reads the body of a request; what cannot be answered as it is meant is refused with a sentence. */
export function completionAsked(body: unknown): Result<CompletionAsked, 'malformed'> {
  const read = requestSchema.safeParse(body)
  if (!read.success) return refuse('malformed', sentence(read.error))
  const sent = read.data
  const turns = turnsOf(sent.messages)
  if (!turns.ok) return turns
  return done({
    request: {
      kind: 'engine',
      system: systemOf(sent.messages),
      turns: turns.value,
      ...schemaOf(sent),
      ...toolsOf(sent),
      outputTokensMax: outputTokensOf(sent),
      ...(typeof sent.temperature === 'number' ? { temperature: sent.temperature } : {}),
    },
    stream: sent.stream === true,
    includeUsage: sent.stream_options?.include_usage === true,
  })
}

function systemOf(messages: readonly Message[]): string {
  const said = messages.flatMap(message =>
    message.role === 'system' || message.role === 'developer' ? [textOf(message.content)] : [],
  )
  return said.join('\n\n')
}

function turnsOf(messages: readonly Message[]): Result<Turn[], 'malformed'> {
  const turns: Turn[] = []
  const names = new Map<string, string>()
  for (const message of messages) {
    if (message.role === 'system' || message.role === 'developer') continue
    if (message.role === 'assistant')
      for (const called of message.tool_calls ?? []) names.set(called.id, called.function.name)
    const turn = message.role === 'tool' ? toolTurn(message, names) : done(spokenTurn(message))
    if (!turn.ok) return turn
    turns.push(turn.value)
  }
  return turns.length === 0
    ? refuse('malformed', 'There is nothing to answer: send a message of a user.')
    : done(turns)
}

/** The protocol names the tool only where it was called. */
function toolTurn(
  { tool_call_id: callId, content: parts }: Extract<Message, { role: 'tool' }>,
  names: ReadonlyMap<string, string>,
): Result<Turn, 'malformed'> {
  const name = names.get(callId)
  return name === undefined
    ? refuse('malformed', 'A tool answers a call that no message before it makes.')
    : done({ role: 'tool', callId, name, text: textOf(parts) })
}

function spokenTurn(message: Extract<Message, { role: 'user' | 'assistant' }>): Turn {
  if (message.role === 'user') {
    const media = message.content.flatMap(mediaOf)
    return { role: 'user', text: textOf(message.content), ...(media.length === 0 ? {} : { media }) }
  }
  const toolCalls = (message.tool_calls ?? []).map(called => ({
    id: called.id,
    name: called.function.name,
    input: called.function.arguments,
  }))
  const text = textOf(message.content)
  return { role: 'assistant', text, ...(toolCalls.length === 0 ? {} : { toolCalls }) }
}

type TextBearing = { type: string; text?: string; refusal?: string }

function textOf(parts: readonly TextBearing[]): string {
  return parts.flatMap(({ text, refusal }) => text ?? refusal ?? []).join('\n')
}

const AUDIO_TYPES = { wav: 'audio/wav', mp3: 'audio/mpeg' } as const

function mediaOf(part: UserPart): Media[] {
  if (part.type === 'text') return []
  if (part.type === 'input_audio') {
    const { format, data } = part.input_audio
    return [{ mediaType: AUDIO_TYPES[format], base64: data }]
  }
  const { url } = part.image_url
  const mediaType = url.slice('data:'.length, url.indexOf(';')).toLowerCase()
  return [{ mediaType, base64: url.slice(url.indexOf(',') + 1) }]
}

function schemaOf({ response_format: format }: Sent): Pick<ModelRequest, 'schema'> {
  if (!format || format.type === 'text') return {}
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined
  return { schema: schema ?? { type: 'object' } }
}

function toolsOf({ tools, tool_choice: choice }: Sent): Pick<ModelRequest, 'tools'> {
  if (!tools || tools.length === 0 || choice === 'none') return {}
  const offered = tools.map(
    ({ function: { name, description, parameters } }): Tool => ({
      name,
      description: description ?? '',
      schema: parameters ?? { type: 'object', properties: {} },
    }),
  )
  return { tools: offered }
}

function outputTokensOf({ max_completion_tokens: wanted, max_tokens: before }: Sent): number {
  return Math.min(wanted ?? before ?? OUTPUT_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX)
}
