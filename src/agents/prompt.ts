import { z } from 'zod'
import type { CallKind, ModelRequest, Role, Turn } from '../llm/model.ts'
import { cut } from './section.ts'

/**
 * One question to a model, as source code: who is asked, with which words, and the shape of a valid answer.
 * `write` must be pure: the same input gives the same words, because a finished call is found again by them.
 */
export type Prompt<Input, Output> = {
  kind: CallKind
  role: Role
  outputTokensMax: number
  system: string
  write(input: Input): string
  answer: z.ZodType<Output>
}

/** What came back from one call: text, or the reason why there is none. */
export type Reply<Stop> = { ok: true; text: string } | { ok: false; stop: Stop }

/** Makes the call with the given number within the step; the gateway remembers finished calls by it. */
export type Call<Stop> = (ordinal: number, role: Role, request: ModelRequest) => Promise<Reply<Stop>>

export type Asked<Output, Stop> =
  | { ok: true; value: Output }
  | { ok: false; invalid: string }
  | { ok: false; stop: Stop }

/** An invalid answer is sent back this many times before it is refused. */
const REPAIRS_MAX = 1

/**
 * Asks for an object and validates it; `faults` names what a schema cannot say. An answer that does not fit is returned once with what is wrong.
 * Returns the object, `invalid` with the last complaint, or `stop` when no answer could be had at all.
 */
export async function ask<Input, Output, Stop>(
  prompt: Prompt<Input, Output>,
  input: Input,
  call: Call<Stop>,
  faults: (value: Output) => string[] = () => [],
): Promise<Asked<Output, Stop>> {
  const turns: Turn[] = [{ role: 'user', text: prompt.write(input) }]
  let complaint = ''
  for (let ordinal = 0; ordinal <= REPAIRS_MAX; ordinal++) {
    const reply = await call(ordinal, prompt.role, requestOf(prompt, turns))
    if (!reply.ok) return reply
    const parsed = checked(parseObject(prompt.answer, reply.text), faults)
    if (parsed.ok) return parsed
    complaint = parsed.invalid
    const said = cut(reply.text, ANSWER_CHARACTERS_MAX)
    turns.push({ role: 'assistant', text: said }, { role: 'user', text: repairText(complaint) })
  }
  return { ok: false, invalid: complaint }
}

/** The JSON Schema is that of what the model writes (`io: 'input'`): what has a default may be left out. */
function requestOf<Input, Output>(prompt: Prompt<Input, Output>, turns: readonly Turn[]): ModelRequest {
  return {
    kind: prompt.kind,
    system: prompt.system,
    turns: [...turns],
    schema: z.toJSONSchema(prompt.answer, { io: 'input' }),
    outputTokensMax: prompt.outputTokensMax,
  }
}

type Parsed<Output> = { ok: true; value: Output } | { ok: false; invalid: string }

function checked<Output>(parsed: Parsed<Output>, faults: (value: Output) => string[]): Parsed<Output> {
  const found = parsed.ok ? faults(parsed.value) : []
  return found.length === 0 ? parsed : { ok: false, invalid: found.join('\n') }
}

function parseObject<Output>(schema: z.ZodType<Output>, text: string): Parsed<Output> {
  const json = objectIn(text)
  if (json === undefined) return { ok: false, invalid: 'the answer holds no JSON object' }
  const parsed = schema.safeParse(json)
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, invalid: z.prettifyError(parsed.error) }
}

/** The JSON object in an answer: models like to wrap it in a fence or a sentence. */
function objectIn(text: string): unknown {
  const from = text.indexOf('{')
  const to = text.lastIndexOf('}')
  if (from < 0 || to < from) return undefined
  try {
    return JSON.parse(text.slice(from, to + 1), storable)
  } catch {
    return undefined
  }
}

/** Escapes in JSON can hold what no text and no database does: NUL and half characters. */
function storable(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value
}

function repairText(complaint: string): string {
  return [
    'That answer could not be used:',
    complaint.slice(0, COMPLAINT_CHARACTERS_MAX),
    'Answer again with the whole JSON object and nothing else.',
  ].join('\n')
}

const COMPLAINT_CHARACTERS_MAX = 2_000
/** Longer than any valid answer; what a model wrote beyond it would only fill its context. */
const ANSWER_CHARACTERS_MAX = 160_000
