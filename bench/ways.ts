import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { streamText } from 'ai'
import type { Model } from '../src/llm/model.ts'
import { localModel } from '../src/llm/providers/local.ts'
import { openHouse } from './house.ts'
import { ANSWER } from './provider.ts'
import { MODEL, OUTPUT_TOKENS_MAX, requestOf, SYSTEM, type Way } from './question.ts'

export type Server = { origin: string; databaseUrl: string }

/** From bare to whole; each is opened in a process of its own. */
export const WAYS = {
  'bare fetch': async ({ origin }) => bareFetch(origin),
  'AI SDK alone': async ({ origin }) => sdkAlone(origin),
  'provider layer': async ({ origin }) => providerLayer(origin),
  gateway: async ({ origin, databaseUrl }) =>
    openHouse(databaseUrl, localModel({ baseUrl: origin, id: MODEL })),
  'commits alone': async ({ origin, databaseUrl }) => {
    const model = localModel({ baseUrl: origin, id: MODEL })
    const answer: Model['answer'] = async (_, { tell }) => {
      tell?.({ kind: 'text', text: ANSWER })
      return { ok: true, answer: AT_ONCE }
    }
    return openHouse(databaseUrl, { ...model, answer })
  },
} as const satisfies Readonly<Record<string, (server: Server) => Promise<Way>>>

export type WayName = keyof typeof WAYS

const AT_ONCE = {
  text: ANSWER,
  usage: {
    inputTokens: 30,
    cachedTokens: 0,
    cacheWrittenTokens: 0,
    outputTokens: 120,
    thinkingTokens: 0,
    images: 0,
  },
  model: MODEL,
  rawUsage: { prompt_tokens: 30, completion_tokens: 120, total_tokens: 150 },
}

type Chunk = { choices: { delta: { content?: string } }[]; usage?: { total_tokens: number } }

function bareFetch(origin: string): Way {
  return async ({ words, signal, first }) => {
    const body = JSON.stringify({
      model: MODEL,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: words },
      ],
      max_tokens: OUTPUT_TOKENS_MAX,
      stream: true,
      stream_options: { include_usage: true },
    })
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      ...(signal ? { signal } : {}),
    })
    let [text, rest, total] = ['', '', 0]
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = `${rest}${piece}`.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        if (event === 'data: [DONE]') continue
        const chunk: Chunk = JSON.parse(event.slice('data: '.length))
        text += chunk.choices[0]?.delta.content ?? ''
        total = chunk.usage?.total_tokens ?? total
        first?.()
      }
    }
    return total > 0 ? text : ''
  }
}

function sdkAlone(origin: string): Way {
  const server = createOpenAICompatible({ name: 'local', baseURL: `${origin}/v1`, includeUsage: true })
  const model = server.chatModel(MODEL)
  return async ({ words, signal, first }) => {
    const result = streamText({
      model,
      system: SYSTEM,
      messages: [{ role: 'user', content: words }],
      maxOutputTokens: OUTPUT_TOKENS_MAX,
      maxRetries: 0,
      ...(signal ? { abortSignal: signal } : {}),
    })
    let text = ''
    for await (const piece of result.textStream) {
      text += piece
      first?.()
    }
    if (signal?.aborted) return text
    return ((await result.usage).totalTokens ?? 0) > 0 ? text : ''
  }
}

function providerLayer(origin: string): Way {
  const model = localModel({ baseUrl: origin, id: MODEL })
  return async ({ words, signal = new AbortController().signal, first }) => {
    const result = await model.answer(requestOf(words), { signal, tell: () => first?.() })
    return result.ok ? result.answer.text : ''
  }
}
