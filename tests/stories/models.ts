import type { Answer, CallKind, Model, ModelRequest } from '../../src/llm/model.ts'
import { NO_USAGE } from '../fakes/model.ts'
import type { Staging } from './stage.ts'

/** Models that behave as no good one does. Each stands between the product and the rehearsal. */

type Answering = Model['answer']
type Between = NonNullable<Staging['model']>

/** Says these words to every request that is meant, as long as there are any. */
export function saying(
  words: () => string | undefined,
  isMeant: (request: ModelRequest) => boolean,
): Between {
  return (role, rehearsed) => async (request, asking) => {
    const text = isMeant(request) ? words() : undefined
    return text === undefined ? rehearsed(request, asking) : { ok: true, answer: answerOf(role, text) }
  }
}

/** Does not answer the requests that are meant until it is stopped. `begun` comes true with the first of them. */
export function silent(isMeant: (request: ModelRequest) => boolean): {
  model: Between
  begun: Promise<void>
} {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wait: Answering = (_, { signal }) =>
    new Promise(end => {
      const stopped = {
        kind: 'cancelled' as const,
        fault: 'caller' as const,
        says: 'The call was stopped.',
        retry: false,
      }
      signal.addEventListener('abort', () => end({ ok: false, failure: stopped }), { once: true })
      resolve()
    })
  return {
    begun: promise,
    model: (_, rehearsed) => (request, asking) => (isMeant(request) ? wait : rehearsed)(request, asking),
  }
}

/** Whether a request is of this kind, and of this task where one is named. */
export function about(kind: CallKind, task?: string): (request: ModelRequest) => boolean {
  const label = task === undefined ? '' : `\nTask: ${task} `
  return request => request.kind === kind && (request.turns[0]?.text ?? '').includes(label)
}

const TOKENS = 100

function answerOf(model: string, text: string): Answer {
  const usage = { ...NO_USAGE, inputTokens: TOKENS, outputTokens: TOKENS }
  return { text, usage, model, rawUsage: {} }
}
