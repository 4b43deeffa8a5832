import { type Complaint, complaintIn } from './complaint.ts'

/** What a chunk of a stream says beside what the SDK reads out of it. */
export type Aside = {
  complaint?: Complaint
  /** The version of the model that really answers, where only the chunk names it. */
  model?: string
  /** The model declines in OpenAI's way: beside an empty content. */
  declined: boolean
}

/**
 * Reads a chunk as the provider sent it. It runs for every piece of text, so nothing is parsed unless there is a
 * complaint. Gemini names the version that answers as `modelVersion`; a refusal stands in the delta, and the OpenRouter
 * package does not read it.
 */
export function asideIn(chunk: unknown): Aside {
  const choice = first(field(chunk, 'choices'))
  const model = field(chunk, 'modelVersion')
  const refusal = field(field(choice, 'delta'), 'refusal')
  const complains = isSaid(field(chunk, 'error')) || isSaid(field(choice, 'error')) || isError(chunk)
  const complaint = complains ? complaintIn(chunk) : undefined
  return {
    ...(complaint ? { complaint } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    declined: typeof refusal === 'string' && refusal !== '',
  }
}

/** vLLM sends errors without a wrapping. */
function isError(chunk: unknown): boolean {
  return field(chunk, 'object') === 'error'
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined
}
