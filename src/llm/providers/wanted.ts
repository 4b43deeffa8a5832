import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import type { Media, ModelRequest, Tool, ToolCall, Turn } from '../model.ts'
import type { Keeping, Keepsake } from './keepsakes.ts'
import { schemaShape } from './schemaShape.ts'

export type Wanted = Parameters<LanguageModelV4['doStream']>[0]
type Message = Wanted['prompt'][number]
type Of<Role extends Message['role']> = Extract<Message, { role: Role }>
type AssistantPart = Of<'assistant'>['content'][number]

/** What a model can do with a request, as far as it changes the request. */
export type Abilities = {
  /** Whether the provider can hold the answer to a JSON Schema. */
  structured: boolean
  /** The most output tokens that the model accepts to be asked for, where that is known. */
  outputTokensMax?: number | undefined
  /** What has to be said with the system text for the provider to cache it, in the SDK's words for the provider. */
  systemOptions?: Of<'system'>['providerOptions']
}

/** A request in the words of the AI SDK. A schema is sent as a constraint where that works, and always in words. */
export function wanted(
  request: ModelRequest,
  abilities: Abilities,
  signal: AbortSignal,
  keeping: Keeping,
): Wanted {
  const { schema, tools, temperature, outputTokensMax } = request
  return {
    prompt: [system(request, abilities), ...messages(request.turns, keeping)],
    maxOutputTokens: Math.min(outputTokensMax, abilities.outputTokensMax ?? outputTokensMax),
    abortSignal: signal,
    // What the SDK leaves out of its parts is read from the chunks: refusals, errors, the version that answers.
    includeRawChunks: true,
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools === undefined || tools.length === 0 ? {} : { tools: tools.map(offered) }),
    ...(schema !== undefined && abilities.structured
      ? { responseFormat: { type: 'json', name: ANSWER_NAME, schema: schemaShape(schema) } }
      : {}),
  }
}

/** OpenAI's protocol wants a name for the schema: letters, digits, `_` and `-`. */
const ANSWER_NAME = 'answer'

function system(request: ModelRequest, { systemOptions }: Abilities): Message {
  const content = systemText(request)
  return { role: 'system', content, ...(systemOptions ? { providerOptions: systemOptions } : {}) }
}

/** Constrained decoding forces the shape but does not tell the model what it is writing, so the schema is also said. */
function systemText({ system, schema }: ModelRequest): string {
  return schema === undefined
    ? system
    : `${system}\n\nThe JSON Schema of the answer:\n${JSON.stringify(schema)}`
}

function offered({ name, description, schema }: Tool): NonNullable<Wanted['tools']>[number] {
  return { type: 'function', name, description, inputSchema: schema }
}

/** Results that follow each other go into one message: Gemini wants those of one turn together. */
function messages(turns: readonly Turn[], keeping: Keeping): Message[] {
  const said: Message[] = []
  for (const [at, turn] of turns.entries()) {
    const last = said.at(-1)
    if (turn.role === 'tool' && last?.role === 'tool') last.content.push(resultPart(turn))
    else said.push(message(turn, call => callPart(call, keeping.of(at, call.id))))
  }
  return said
}

function message(turn: Turn, partOf: (call: ToolCall) => AssistantPart): Message {
  if (turn.role === 'tool') return { role: 'tool', content: [resultPart(turn)] }
  if (turn.role === 'user')
    return { role: 'user', content: [...textParts(turn.text), ...(turn.media ?? []).map(filePart)] }
  return { role: 'assistant', content: [...textParts(turn.text), ...(turn.toolCalls ?? []).map(partOf)] }
}

/** Providers refuse a text without a character. */
function textParts(text: string): { type: 'text'; text: string }[] {
  return text === '' ? [] : [{ type: 'text', text }]
}

function filePart({ mediaType, base64 }: Media): Exclude<Of<'user'>['content'][number], { type: 'text' }> {
  return { type: 'file', mediaType, data: { type: 'data', data: base64 } }
}

function callPart({ id, name, input }: ToolCall, keepsake: Keepsake | undefined): AssistantPart {
  const kept = keepsake ? { providerOptions: keepsake } : {}
  return { type: 'tool-call', toolCallId: id, toolName: name, input: objectIn(input), ...kept }
}

function resultPart(turn: Extract<Turn, { role: 'tool' }>): Of<'tool'>['content'][number] {
  const { callId, name, text } = turn
  return { type: 'tool-result', toolCallId: callId, toolName: name, output: { type: 'text', value: text } }
}

/** Providers take an object only; what a model wrote that is none is shown to it as it was. */
function objectIn(json: string): object {
  try {
    const parsed: unknown = JSON.parse(json)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  } catch {
    // Falls through: it is no JSON.
  }
  return { unreadable: json }
}
