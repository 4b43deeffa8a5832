import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import type { ModelRequest, Turn } from '../model.ts'
import { schemaShape } from './schemaShape.ts'

export type Wanted = Parameters<LanguageModelV4['doGenerate']>[0]

/** What a model can do with a request, as far as it changes the request. */
export type Abilities = {
  /** Whether the provider can hold the answer to a JSON Schema. */
  structured: boolean
  /** The most output tokens that the model accepts to be asked for, where that is known. */
  outputTokensMax?: number
}

/** A request in the words of the AI SDK. A schema is sent as a constraint where that works, and always in words. */
export function wanted(request: ModelRequest, abilities: Abilities, signal: AbortSignal): Wanted {
  const { schema, outputTokensMax } = request
  return {
    prompt: [{ role: 'system', content: systemText(request) }, ...request.turns.map(message)],
    maxOutputTokens: Math.min(outputTokensMax, abilities.outputTokensMax ?? outputTokensMax),
    abortSignal: signal,
    ...(schema !== undefined && abilities.structured
      ? { responseFormat: { type: 'json', name: ANSWER_NAME, schema: schemaShape(schema) } }
      : {}),
  }
}

/** OpenAI's protocol wants a name for the schema: letters, digits, `_` and `-`. */
const ANSWER_NAME = 'answer'

/** Constrained decoding forces the shape but does not tell the model what it is writing, so the schema is also said. */
function systemText({ system, schema }: ModelRequest): string {
  return schema === undefined
    ? system
    : `${system}\n\nThe JSON Schema of the answer:\n${JSON.stringify(schema)}`
}

function message({ role, text }: Turn): Wanted['prompt'][number] {
  return { role, content: [{ type: 'text', text }] }
}
