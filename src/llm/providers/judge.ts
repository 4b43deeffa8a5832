import { mediaIn } from '../bound.ts'
import type { Answer, ModelRequest, Spent } from '../model.ts'
import type { Gathered } from './gather.ts'
import { type OwnCode, ownSign, type Signs, signsOf, signsOfAnswer } from './signs.ts'
import { usageFrom } from './usage.ts'

/** An answer, or the signs of why there is none and what it has used all the same. */
export type Outcome = { ok: true; answer: Answer } | { ok: false; signs: Signs; spent?: Spent }

/** What is known of the model that was asked: its name in the request, and how its provider names the cost. */
type Terms = { id: string; costPicoUsd?(rawUsage: unknown): bigint | undefined }

type Circumstances = { signal: AbortSignal; headers: Record<string, string> | undefined }

/** Whether what came is an answer: an error or a refusal can arrive with status 200, and half an answer is none. */
export function judged(
  terms: Terms,
  request: ModelRequest,
  gathered: Gathered,
  circumstances: Circumstances,
): Outcome {
  const { text, toolCalls, model, finish } = gathered
  const spent = finish && spentOn(terms, request, gathered, finish)
  const signs = signsIn(gathered, circumstances) ?? ownSigns(codeOf(request, gathered))
  if (signs !== undefined || spent === undefined)
    return {
      ok: false,
      signs: signs ?? ownSign('unfinished'),
      ...(spent && spent.rawUsage !== null ? { spent } : {}),
    }
  const asked = toolCalls.length > 0 ? { toolCalls } : {}
  return { ok: true, answer: { text, ...asked, ...spent, model: model ?? terms.id } }
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

function spentOn(terms: Terms, request: ModelRequest, { generationId }: Gathered, { usage }: Finish): Spent {
  const costPicoUsd = terms.costPicoUsd?.(usage.raw)
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
