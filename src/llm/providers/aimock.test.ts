import { LLMock } from '@copilotkit/aimock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { aRequest, patience } from '../../../tests/fakes/request.ts'
import type { Model, ModelRequest, Piece } from '../model.ts'
import { googleModel } from './google.ts'
import { localModel } from './local.ts'
import { openrouterModel } from './openrouter.ts'
import { PROVIDERS, type Provider } from './provider.ts'

/** The protocols as people outside this house understand them: our own fakes could share our own mistakes. */

const server = new LLMock({ port: 0, chunkSize: 4 })
beforeAll(async () => {
  await server.start()
})
afterEach(() => {
  server.reset()
})
afterAll(() => server.stop())

const MODELS: Readonly<Record<Provider, (baseUrl: string) => Model>> = {
  google: baseUrl => googleModel({ baseUrl, id: 'gemini-2.5-flash' }),
  openrouter: baseUrl => openrouterModel({ baseUrl, id: 'deepseek/deepseek-v4-pro' }),
  local: baseUrl => localModel({ baseUrl, id: 'qwen3-coder:30b' }),
}

/** Usage in each provider's own words; aimock hands it on. */
const USAGES = {
  google: { promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 },
  openrouter: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, cost: 0.000014 },
  local: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
} as const satisfies Record<Provider, object>

/** What tells a request for a shape; aimock does not read Gemini's. */
const HELD = {
  google: {},
  openrouter: { responseFormat: 'json_schema' },
  local: { responseFormat: 'json_schema' },
} as const satisfies Record<Provider, object>

/** aimock ends a tool call of Gemini with a reason that Gemini does not have; there it ends as any answer. */
const ENDED = { google: { finishReason: 'stop' }, openrouter: {}, local: {} } as const satisfies Record<
  Provider,
  object
>

const HELLO = 'Hello, how are you?'
const ADD = {
  name: 'add',
  description: 'Adds two numbers.',
  schema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
}

async function ask(provider: Provider, request: ModelRequest = aRequest()) {
  const told: Piece[] = []
  const model = MODELS[provider](server.url)
  const tell = (piece: Piece) => {
    told.push(piece)
  }
  const result = await model.answer(request, { signal: patience(), apiKey: 'a-key', tell })
  return { result, texts: told.flatMap(piece => (piece.kind === 'text' ? piece.text : [])), told }
}

describe.each(PROVIDERS)('a stranger’s %s', provider => {
  test('answers piece by piece and counts', async () => {
    server.onMessage('Say hello.', { content: HELLO, usage: USAGES[provider] })
    const { result, texts } = await ask(provider)
    expect(result).toMatchObject({
      ok: true,
      answer: { text: HELLO, usage: { inputTokens: 12, outputTokens: 5 } },
    })
    expect(texts.length).toBeGreaterThan(1)
    expect(texts.join('')).toBe(HELLO)
  })

  test('answers in the shape that was asked for', async () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
    server.on({ userMessage: 'Say hello.', ...HELD[provider] }, { content: '{"title":"Hello"}' })
    const { result } = await ask(provider, aRequest({ schema }))
    expect(result.ok && JSON.parse(result.answer.text)).toEqual({ title: 'Hello' })
  })

  test('asks for a tool, and reads what the tool found', async () => {
    const user = { role: 'user', text: 'What is 1 + 2?' } as const
    server.on(
      { userMessage: user.text, hasToolResult: false },
      { toolCalls: [{ name: 'add', arguments: '{"a":1,"b":2}' }], ...ENDED[provider] },
    )
    server.on({ userMessage: user.text, hasToolResult: true }, { content: 'It is 3.' })
    const { result } = await ask(provider, aRequest({ turns: [user], tools: [ADD] }))
    const [call] = (result.ok && result.answer.toolCalls) || []
    if (!call) throw new Error('no tool was asked for')
    expect({ name: call.name, input: JSON.parse(call.input) }).toEqual({ name: 'add', input: { a: 1, b: 2 } })
    const turns = [
      user,
      { role: 'assistant', text: '', toolCalls: [call] },
      { role: 'tool', callId: call.id, name: call.name, text: '3' },
    ] as const
    const after = await ask(provider, aRequest({ turns, tools: [ADD] }))
    expect(after.result).toMatchObject({ ok: true, answer: { text: 'It is 3.' } })
  })

  test.each([
    [429, 'rate-limited', 'provider'],
    [503, 'overloaded', 'provider'],
    [401, 'authentication', 'operator'],
  ] as const)('with status %d is %s', async (status, kind, fault) => {
    server.onMessage('Say hello.', { content: HELLO })
    server.nextRequestError(status, { message: 'Injected' })
    const failed = await ask(provider)
    expect(failed.result).toMatchObject({ ok: false, failure: { kind, fault } })
    const again = await ask(provider)
    expect(again.result).toMatchObject({ ok: true, answer: { text: HELLO } })
  })

  test('breaks the connection in the middle of an answer', async () => {
    const long = 'word '.repeat(200)
    server.onMessage('Say hello.', { content: long }, { disconnectAfterMs: 40, latency: 5 })
    const { result, texts } = await ask(provider)
    expect(result).toMatchObject({ ok: false, failure: { retry: true, fault: 'provider' } })
    expect(long.startsWith(texts.join(''))).toBe(true)
  })
})

test('a stranger’s OpenRouter names the generation and the cost, and its comments are no text', async () => {
  const content = { content: HELLO, id: 'gen-42', usage: USAGES.openrouter }
  server.onMessage('Say hello.', content, { openRouterProcessing: true })
  const { result, told } = await ask('openrouter')
  expect(result).toMatchObject({ answer: { text: HELLO, generationId: 'gen-42', costPicoUsd: 14_000_000n } })
  expect(told[0]).toEqual({ kind: 'generation', id: 'gen-42' })
})
