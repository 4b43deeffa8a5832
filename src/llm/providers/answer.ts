import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import { z } from 'zod'
import type { Answer, Model, ModelRequest, ModelResult } from '../model.ts'
import { classify } from './classify.ts'
import { complaintIn } from './complaint.ts'
import type { Provider } from './provider.ts'
import { type OwnCode, ownSign, type Signs, signsOf, signsOfAnswer } from './signs.ts'
import { usageFrom } from './usage.ts'
import { type Abilities, wanted } from './wanted.ts'

/** A model of a provider, as far as providers differ. */
export type Source = Abilities & {
  provider: Provider
  id: string
  contextTokensMax: number
  /** Makes the SDK's model. Called at the first call: the SDKs take half a second to load. */
  open(): Promise<LanguageModelV4>
  /** What the call cost in pico-USD, read from the provider's own usage, where it says so. */
  costPicoUsd?(rawUsage: unknown): bigint | undefined
}

type Generated = Awaited<ReturnType<LanguageModelV4['doGenerate']>>
type Finish = Generated['finishReason']['unified']

/**
 * A source as a Model: one request, one answer, no repeats, since the gateway decides about those. Nothing is thrown:
 * whatever goes wrong is classified. Aborting the signal closes the connection.
 */
export function answeringModel(source: Source): Model {
  const { provider, id, contextTokensMax } = source
  const opened = once(() => source.open())
  return {
    provider,
    id,
    contextTokensMax,
    answer: async (request, signal) => {
      if (tokensAtMost(request) > contextTokensMax) return failed(provider, ownSign('too-long'))
      try {
        const model = await opened()
        return judged(source, await model.doGenerate(wanted(request, source, signal)))
      } catch (thrown) {
        return failed(provider, signsOf(thrown, signal))
      }
    },
  }
}

/** A token of a byte-level vocabulary is rarely under two bytes of text or code. */
const BYTES_PER_TOKEN_LOW = 2

/** Above what the provider will count. A prompt beyond the context or its price tier is refused before it is sent. */
function tokensAtMost(request: ModelRequest): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(request)) / BYTES_PER_TOKEN_LOW)
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Whether what came is an answer: an error or a refusal can arrive with status 200, and half an answer is none. */
function judged(source: Source, generated: Generated): ModelResult {
  const { response, finishReason, content } = generated
  const complaint = complaintIn(response?.body)
  if (complaint) return failed(source.provider, signsOfAnswer(complaint, response?.headers))
  const text = content.map(part => (part.type === 'text' ? part.text : '')).join('')
  const code = codeOf(finishReason, text, response?.body)
  return code === undefined
    ? { ok: true, answer: answered(source, generated, text) }
    : failed(source.provider, ownSign(code))
}

/** What each way to end means; undefined is a whole answer. We offer no tools, so a call of one is no answer. */
const FINISHES: Readonly<Record<Finish, OwnCode | undefined>> = {
  stop: undefined,
  length: 'cut-off',
  'content-filter': 'content-filter',
  'tool-calls': 'unfinished',
  error: 'unfinished',
  other: 'unfinished',
  interrupted: 'unfinished',
}

/** A server that says nothing about the end is believed: some local ones do not. */
function codeOf(
  { unified, raw }: Generated['finishReason'],
  text: string,
  body: unknown,
): OwnCode | undefined {
  const ended = unified === 'other' && raw === undefined ? undefined : FINISHES[unified]
  if (ended !== undefined) return ended
  if (text.trim() !== '') return undefined
  return declined.safeParse(body).success ? 'content-filter' : 'empty'
}

/** OpenAI's protocol: a refusal stands beside an empty content; the OpenRouter package does not read it. */
const declined = z.object({
  choices: z.tuple([z.object({ message: z.object({ refusal: z.string().min(1) }) })]).rest(z.unknown()),
})

function answered(source: Source, { usage, response }: Generated, text: string): Answer {
  return {
    text,
    usage: usageFrom(usage),
    model: realModel(response?.body) ?? response?.modelId ?? source.id,
    generationId: response?.id,
    costPicoUsd: source.costPicoUsd?.(usage.raw),
    rawUsage: usage.raw ?? null,
  }
}

/** Gemini names the version that answered in the body only; elsewhere the SDK finds it. */
function realModel(body: unknown): string | undefined {
  return z.object({ modelVersion: z.string() }).safeParse(body).data?.modelVersion
}

function failed(provider: Provider, signs: Signs): ModelResult {
  return { ok: false, failure: classify(provider, signs) }
}
