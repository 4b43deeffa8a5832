import type { Answer, Asking, FailureKind, Model, ModelRequest, ModelResult } from '../model.ts'
import { ANSWERS, type Scripted } from './answers.ts'
import type { RehearsalApp } from './app.ts'
import { type Asked, asked } from './asked.ts'
import { asksForNothingElse } from './wish.ts'

/** The name of the provider: shown wherever a provider is shown. */
export const REHEARSAL = 'rehearsal'

const CONTEXT_TOKENS_MAX = 200_000

/** The usual estimate for English and code; a rehearsal is metered like everything else. */
const CHARACTERS_PER_TOKEN = 4

const ADD_A_KEY =
  'To build anything else, set GOOGLE_API_KEY, OPENROUTER_API_KEY or LOCAL_LLM_BASE_URL in .env in the checkout, or run ./botwright keys add.'

const NO_ENGINES = 'The rehearsal model works without a coding agent.'

/**
 * A scripted model that builds a few real small apps through the whole machine without a key or a network. It keeps
 * nothing between calls: the same request brings the same answer. A description it does not know is refused.
 */
export function rehearsalModel(id: 'architect' | 'implementer', apps: readonly RehearsalApp[]): Model {
  return {
    provider: REHEARSAL,
    id,
    contextTokensMax: CONTEXT_TOKENS_MAX,
    keyed: false,
    reads: [],
    answer: async (request, { signal, tell }) =>
      signal.aborted
        ? failed('cancelled', 'The call was stopped.')
        : told(result(id, request, scripted(apps, request)), tell),
  }
}

function told(said: ModelResult, tell: Asking['tell']): ModelResult {
  if (said.ok) tell?.({ kind: 'text', text: said.answer.text })
  return said
}

function scripted(apps: readonly RehearsalApp[], request: ModelRequest): Scripted {
  if (request.kind === 'doctor') return { answer: 'OK' }
  if (request.kind === 'engine') return { refusal: NO_ENGINES }
  const question = asked(request, request.kind)
  const app = apps.find(each => isMeant(each, question))
  return app ? ANSWERS[question.kind](app, question) : { refusal: knownApps(apps) }
}

/** Before there is a brief an app is known by its description, afterwards by the title of the brief. */
function isMeant(app: RehearsalApp, question: Asked): boolean {
  const description = question.section('Description') ?? ''
  if (question.kind === 'questions' || question.kind === 'brief')
    return app.knows(description) && asksForNothingElse(app, description)
  return question.label('App') === app.title
}

function knownApps(apps: readonly RehearsalApp[]): string {
  const list = apps.map(each => `${each.title} (“${each.description}”)`).join('; ')
  return `The rehearsal model only knows these apps: ${list}.`
}

function result(id: string, request: ModelRequest, script: Scripted): ModelResult {
  if ('refusal' in script) return failed('refused', `${script.refusal} ${ADD_A_KEY}`)
  const text = typeof script.answer === 'string' ? script.answer : JSON.stringify(script.answer)
  return { ok: true, answer: metered(id, request, text) }
}

function metered(id: string, request: ModelRequest, text: string): Answer {
  const sent = [request.system, ...request.turns.map(turn => turn.text), schemaText(request)].join('')
  const inputTokens = Math.ceil(sent.length / CHARACTERS_PER_TOKEN)
  const outputTokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN)
  return {
    text,
    usage: {
      inputTokens,
      cachedTokens: 0,
      cacheWrittenTokens: 0,
      outputTokens,
      thinkingTokens: 0,
      images: 0,
    },
    model: id,
    rawUsage: { charactersSent: sent.length, charactersAnswered: text.length },
  }
}

function schemaText({ schema }: ModelRequest): string {
  return schema === undefined ? '' : JSON.stringify(schema)
}

function failed(kind: FailureKind, says: string): ModelResult {
  return {
    ok: false,
    failure: { kind, fault: kind === 'cancelled' ? 'caller' : 'request', says, retry: false },
  }
}
