import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import { mediaIn } from '../bound.ts'
import type { Answer, Asking, Model, ModelRequest, ModelResult, Spent } from '../model.ts'
import { classify } from './classify.ts'
import { type Gathered, gather } from './gather.ts'
import { perKey } from './perKey.ts'
import type { Provider } from './provider.ts'
import { type OwnCode, ownSign, refusesSchema, type Signs, signsOf, signsOfAnswer } from './signs.ts'
import { usageFrom } from './usage.ts'
import { type Abilities, wanted } from './wanted.ts'

/** A model of a provider, as far as providers differ. */
export type Source = Abilities &
  Pick<Model, 'id' | 'contextTokensMax' | 'keyed' | 'reads' | 'costOf'> & {
    provider: Provider
    /** Makes the SDK's model for a key. Called at its first call: the SDKs take half a second to load. */
    open(apiKey: string | undefined): Promise<LanguageModelV4>
    /** What the call cost in pico-USD, read from the provider's own usage, where it says so. */
    costPicoUsd?(rawUsage: unknown): bigint | undefined
  }

/**
 * A source as a Model: one request, one answer, no repeats, since the gateway decides about those. Nothing is thrown:
 * whatever goes wrong is classified. Aborting the signal closes the connection.
 */
export function answeringModel(source: Source): Model {
  const { provider, id, contextTokensMax, keyed, reads, costOf } = source
  const opened = perKey(apiKey => source.open(apiKey))
  let { structured } = source
  return {
    provider,
    id,
    contextTokensMax,
    keyed,
    reads,
    ...(costOf ? { costOf } : {}),
    answer: async (request, asking) => {
      const open = () => opened(asking.apiKey)
      const outcome = await ask({ ...source, structured }, open, request, asking)
      if (!structured || request.schema === undefined || !isUnheld(outcome))
        return resultOf(provider, outcome)
      // Known for this model from now on; the schema stands in the words as well.
      structured = false
      return resultOf(provider, await ask({ ...source, structured }, open, request, asking))
    },
  }
}

/** An answer, or the signs of why there is none. */
type Outcome = { ok: true; answer: Answer } | { ok: false; signs: Signs; spent?: Spent }

async function ask(
  source: Source,
  open: () => Promise<LanguageModelV4>,
  request: ModelRequest,
  { signal, tell }: Asking,
): Promise<Outcome> {
  try {
    const model = await open()
    signal.throwIfAborted()
    const { stream, response } = await model.doStream(wanted(request, source, signal))
    const gathered = await gather(stream, tell)
    return judged(source, request, gathered, { signal, headers: response?.headers })
  } catch (thrown) {
    return { ok: false, signs: signsOf(thrown, signal) }
  }
}

/** The model or its server cannot hold an answer to a schema. */
function isUnheld(outcome: Outcome): boolean {
  return !outcome.ok && refusesSchema(outcome.signs)
}

function resultOf(provider: Provider, outcome: Outcome): ModelResult {
  if (outcome.ok) return outcome
  const { signs, spent } = outcome
  return { ok: false, failure: classify(provider, signs), ...(spent ? { spent } : {}) }
}

type Circumstances = { signal: AbortSignal; headers: Record<string, string> | undefined }

/** Whether what came is an answer: an error or a refusal can arrive with status 200, and half an answer is none. */
function judged(
  source: Source,
  request: ModelRequest,
  gathered: Gathered,
  circumstances: Circumstances,
): Outcome {
  const { text, toolCalls, model, finish } = gathered
  const spent = finish && spentOn(source, request, gathered, finish)
  const signs = signsIn(gathered, circumstances) ?? ownSigns(codeOf(request, gathered))
  if (signs !== undefined || spent === undefined)
    return {
      ok: false,
      signs: signs ?? ownSign('unfinished'),
      ...(spent && spent.rawUsage !== null ? { spent } : {}),
    }
  const asked = toolCalls.length > 0 ? { toolCalls } : {}
  return { ok: true, answer: { text, ...asked, ...spent, model: model ?? source.id } }
}

/** What was said to have gone wrong: by the provider in its own words first, since the SDK's error is made of them. */
function signsIn({ complaint, error }: Gathered, { signal, headers }: Circumstances): Signs | undefined {
  if (complaint) return signsOfAnswer(complaint, headers)
  return error && signsOf(error.thrown, signal)
}

function ownSigns(code: OwnCode | undefined): Signs | undefined {
  return code === undefined ? undefined : ownSign(code)
}

type Finish = NonNullable<Gathered['finish']>

/** What each way to end means; undefined is a whole answer. */
const FINISHES: Readonly<Record<Finish['finishReason']['unified'], OwnCode | undefined>> = {
  stop: undefined,
  'tool-calls': undefined,
  length: 'cut-off',
  'content-filter': 'content-filter',
  error: 'unfinished',
  other: 'unfinished',
  interrupted: 'unfinished',
}

function codeOf(
  { tools }: ModelRequest,
  { text, toolCalls, declined, finish }: Gathered,
): OwnCode | undefined {
  const ended = finish ? FINISHES[finish.finishReason.unified] : 'unfinished'
  if (ended !== undefined) return ended
  if (toolCalls.length > 0) return tools === undefined || tools.length === 0 ? 'unfinished' : undefined
  if (text.trim() !== '') return undefined
  return declined ? 'content-filter' : 'empty'
}

function spentOn(
  source: Source,
  request: ModelRequest,
  { generationId }: Gathered,
  { usage }: Finish,
): Spent {
  const costPicoUsd = source.costPicoUsd?.(usage.raw)
  return {
    usage: usageFrom(usage, picturesIn(request)),
    ...(generationId === undefined ? {} : { generationId }),
    ...(costPicoUsd === undefined ? {} : { costPicoUsd }),
    rawUsage: usage.raw ?? null,
  }
}

function picturesIn(request: ModelRequest): number {
  return mediaIn(request).filter(({ mediaType }) => mediaType.startsWith('image/')).length
}
