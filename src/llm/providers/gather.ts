import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import type { Piece, ToolCall } from '../model.ts'
import { asideIn } from './chunk.ts'
import type { Complaint } from './complaint.ts'
import type { Keepsake } from './keepsakes.ts'

type Streamed = Awaited<ReturnType<LanguageModelV4['doStream']>>
type Part = Streamed['stream'] extends ReadableStream<infer Each> ? Each : never
type Finish = Extract<Part, { type: 'finish' }>

/** A stream as it was when it ended: every part of it, not yet judged. */
export type Gathered = {
  text: string
  toolCalls: ToolCall[]
  /** What came with the calls of tools and is to go back with them. */
  keepsakes: { callId: string; keepsake: Keepsake }[]
  generationId?: string
  model?: string
  /** The first complaint of the provider in the middle of the stream. */
  complaint?: Complaint
  declined: boolean
  /** What the SDK reported as an error of the stream; present only when there was one. */
  error?: { thrown: unknown }
  finish?: Pick<Finish, 'finishReason' | 'usage'>
}

/** Reads a stream to its end and tells its text and its id as they come. Throws what breaks the stream. */
export async function gather(
  stream: Streamed['stream'],
  tell: ((piece: Piece) => void) | undefined,
): Promise<Gathered> {
  const gathered: Gathered = { text: '', toolCalls: [], keepsakes: [], declined: false }
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      take(gathered, next.value, tell)
    return gathered
  } finally {
    // A listener that throws must not leave the connection open.
    reader.cancel().catch(() => undefined)
  }
}

function take(gathered: Gathered, part: Part, tell: ((piece: Piece) => void) | undefined): void {
  switch (part.type) {
    case 'text-delta':
      if (part.delta === '') return
      gathered.text += part.delta
      tell?.({ kind: 'text', text: part.delta })
      return
    case 'raw':
      takeChunk(gathered, part.rawValue)
      return
    case 'response-metadata':
      gathered.model ??= part.modelId
      if (part.id === undefined || gathered.generationId !== undefined) return
      gathered.generationId = part.id
      tell?.({ kind: 'generation', id: part.id })
      return
    case 'tool-call':
      takeCall(gathered, part)
      return
    case 'error':
      gathered.error ??= { thrown: part.error }
      return
    case 'finish':
      gathered.finish = part
      return
    default:
    // Thoughts, sources and the borders of blocks are not part of an answer.
  }
}

function takeCall(gathered: Gathered, part: Extract<Part, { type: 'tool-call' }>): void {
  const { toolCallId, toolName, input, providerMetadata } = part
  gathered.toolCalls.push({ id: toolCallId, name: toolName, input })
  if (providerMetadata) gathered.keepsakes.push({ callId: toolCallId, keepsake: providerMetadata })
}

function takeChunk(gathered: Gathered, chunk: unknown): void {
  const { complaint, model, declined } = asideIn(chunk)
  if (complaint) gathered.complaint ??= complaint
  if (model !== undefined) gathered.model ??= model
  if (declined) gathered.declined = true
}
