import type { Answer, Model, ModelFailure, ModelRequest, ModelResult, Usage } from '../../src/llm/model.ts'

/** A model that says what the test has it say, and remembers what it was asked. */
export type ScriptedModel = Model & { asked: ModelRequest[] }

/** Nothing used at all. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWrittenTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  images: 0,
}

type Script = (request: ModelRequest, signal: AbortSignal) => ModelResult | Promise<ModelResult>

export function scriptedModel(script: Script, id = 'model'): ScriptedModel {
  const asked: ModelRequest[] = []
  return {
    provider: 'scripted',
    id,
    contextTokensMax: 100_000,
    keyed: false,
    reads: [],
    asked,
    answer: async (request, { signal }) => {
      asked.push(request)
      return script(request, signal)
    },
  }
}

/** An answer of 10 tokens in and 5 out, unless told otherwise. */
export function answered(text: string, also: Partial<Answer> = {}): ModelResult {
  const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 }
  return { ok: true, answer: { text, usage, model: 'model', rawUsage: { total: 15 }, ...also } }
}

export function unanswered(failure: Partial<ModelFailure> = {}): { ok: false; failure: ModelFailure } {
  return {
    ok: false,
    failure: { kind: 'overloaded', fault: 'provider', says: 'The model is busy.', retry: true, ...failure },
  }
}

/** Answers nothing until it is aborted. */
export function untilAborted(signal: AbortSignal): Promise<ModelResult> {
  return new Promise(resolve => {
    const stop = () => resolve(unanswered({ kind: 'cancelled', says: 'The call was stopped.', retry: false }))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** A model that is asked and answers when the test says so: `answer(0, …)` ends its first call. */
export function waitingModel() {
  const open: ((result: ModelResult) => void)[] = []
  const told: (() => void)[] = []
  const model = scriptedModel(
    () =>
      new Promise(resolve => {
        open.push(resolve)
        for (const tell of told) tell()
      }),
  )
  /** Resolves when it has been asked this often. */
  const asked = (times: number) =>
    new Promise<void>(resolve => {
      const look = () => (open.length >= times ? resolve() : undefined)
      told.push(look)
      look()
    })
  return { model, asked, answer: (at: number, result: ModelResult) => open[at]?.(result) }
}
