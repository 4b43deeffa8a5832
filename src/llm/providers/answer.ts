import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import { mediaIn } from '../bound.ts'
import type { Asking, Model, ModelRequest, ModelResult } from '../model.ts'
import { classify } from './classify.ts'
import { gather } from './gather.ts'
import { judged, type Outcome } from './judge.ts'
import { type Keeping, openKeepsakes } from './keepsakes.ts'
import { perKey } from './perKey.ts'
import type { Provider } from './provider.ts'
import { ownSign, refusesSchema, signsOf } from './signs.ts'
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
  const keepsakes = openKeepsakes()
  let { structured } = source
  return {
    provider,
    id,
    contextTokensMax,
    keyed,
    reads,
    ...(costOf ? { costOf } : {}),
    answer: async (request, asking) => {
      if (!readsAll(reads, request)) return resultOf(provider, { ok: false, signs: ownSign('unread-media') })
      const keeping = keepsakes(request)
      const held = structured && request.schema !== undefined
      const askAs = (one: Source) => ask(one, () => opened(asking.apiKey), request, asking, keeping)
      const outcome = await askAs(structured ? source : { ...source, structured })
      if (!held || !isUnheld(outcome)) return resultOf(provider, outcome)
      // Known for this model from now on; the schema stands in the words as well.
      structured = false
      return resultOf(provider, await askAs({ ...source, structured }))
    },
  }
}

async function ask(
  source: Source,
  open: () => Promise<LanguageModelV4>,
  request: ModelRequest,
  { signal, tell }: Asking,
  keeping: Keeping,
): Promise<Outcome> {
  try {
    const model = await open()
    signal.throwIfAborted()
    const { stream, response } = await model.doStream(wanted(request, source, signal, keeping))
    const gathered = await gather(stream, tell)
    for (const { callId, keepsake } of gathered.keepsakes) keeping.keep(callId, keepsake)
    return judged(source, request, gathered, { signal, headers: response?.headers })
  } catch (thrown) {
    return { ok: false, signs: signsOf(thrown, signal) }
  }
}

/** What a model does not read is not sent: some servers drop it silently, and the answer is about nothing. */
function readsAll(reads: readonly string[], request: ModelRequest): boolean {
  return mediaIn(request).every(({ mediaType }) => reads.some(prefix => mediaType.startsWith(prefix)))
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
