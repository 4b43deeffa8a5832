import { LLMock } from '@copilotkit/aimock'
import { describe, expect, test } from 'vitest'
import { aRequest, asking } from '../../../tests/fakes/request.ts'
import type { Model, ModelRequest, Piece, Tool, Turn } from '../model.ts'
import { googleModel } from './google.ts'
import { localModel } from './local.ts'
import { openrouterModel } from './openrouter.ts'

/** The same protocols as somebody else reads them: our fakes could share a mistake with our providers. */

const MODELS: Readonly<Record<string, (url: string) => Model>> = {
  google: baseUrl => googleModel({ baseUrl, id: 'gemini-2.5-flash' }),
  openrouter: baseUrl => openrouterModel({ baseUrl, id: 'anthropic/claude-sonnet-5' }),
  local: baseUrl => localModel({ baseUrl, id: 'qwen3-coder:30b' }),
}

const READ: Tool = {
  name: 'read_file',
  description: 'Reads a file.',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
}
const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 7,
  total_tokens: 18,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
  totalTokenCount: 18,
}
/** It does not read what Gemini is asked to hold an answer to. */
const HELD: Readonly<Record<string, { responseFormat?: string }>> = {
  openrouter: { responseFormat: 'json_schema' },
  local: { responseFormat: 'json_schema' },
}
/** It ends Gemini's calls of functions with a reason that Gemini does not have: Gemini says STOP. */
const ENDS: Readonly<Record<string, { finishReason?: string }>> = { google: { finishReason: 'stop' } }
const TEXT = 'A long hello to everybody who is listening, and to everybody else.'

async function asked(name: string, set: (mock: LLMock) => void, request: ModelRequest = aRequest()) {
  const mock = new LLMock({ port: 0, logLevel: 'silent' })
  set(mock)
  await mock.start()
  const told: Piece[] = []
  const model = MODELS[name]?.(mock.url)
  const tell = (piece: Piece) => told.push(piece)
  const result = await model?.answer(request, asking({ apiKey: 'any-key', tell }))
  await mock.stop()
  return { result, told }
}

describe.each(Object.keys(MODELS))('aimock as %s', name => {
  test('streams a text with its usage', async () => {
    const { result, told } = await asked(name, mock =>
      mock.onMessage('hello', { content: TEXT, usage: USAGE }),
    )
    expect(result).toMatchObject({
      ok: true,
      answer: { text: TEXT, usage: { inputTokens: 11, outputTokens: 7 } },
    })
    const pieces = told.flatMap(piece => (piece.kind === 'text' ? piece.text : []))
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(TEXT)
  })

  test('gives an object by a schema', async () => {
    const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }
    const { result } = await asked(
      name,
      mock => mock.on({ userMessage: 'hello', ...HELD[name] }, { content: '{"title":"Hello"}' }),
      aRequest({ schema }),
    )
    expect(JSON.parse((result?.ok && result.answer.text) || '')).toEqual({ title: 'Hello' })
  })

  test('calls a tool', async () => {
    const toolCalls = [{ name: 'read_file', arguments: '{"path":"a.ts"}' }]
    const { result } = await asked(
      name,
      mock => mock.onMessage('hello', { toolCalls, ...ENDS[name] }),
      aRequest({ tools: [READ] }),
    )
    expect(result).toMatchObject({ ok: true, answer: { toolCalls: [{ name: 'read_file' }] } })
    expect(JSON.parse((result?.ok && result.answer.toolCalls?.[0]?.input) || '')).toEqual({ path: 'a.ts' })
  })

  test('reads what the tool has found', async () => {
    const input = '{"path":"a.ts"}'
    const turns: Turn[] = [
      { role: 'user', text: 'Read a.ts.' },
      { role: 'assistant', text: '', toolCalls: [{ id: 'call-1', name: 'read_file', input }] },
      { role: 'tool', callId: 'call-1', name: 'read_file', text: 'export {}' },
    ]
    const { result } = await asked(
      name,
      mock => mock.on({ hasToolResult: true, toolResultContains: 'export {}' }, { content: TEXT }),
      aRequest({ tools: [READ], turns }),
    )
    expect(result).toMatchObject({ ok: true, answer: { text: TEXT } })
  })

  test('breaks off in the middle of an answer', async () => {
    const long = TEXT.repeat(50)
    const { result, told } = await asked(name, mock =>
      mock.onMessage('hello', { content: long }, { latency: 5, truncateAfterChunks: 5 }),
    )
    expect(result).toMatchObject({ ok: false, failure: { kind: 'network', retry: true } })
    const heard = told.map(piece => (piece.kind === 'text' ? piece.text : '')).join('')
    expect(long.startsWith(heard)).toBe(true)
  })

  test('fails as it is told to', async () => {
    const { result } = await asked(name, mock => mock.nextRequestError(503, { message: 'busy' }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'overloaded', retry: true } })
  })

  test('limits the rate', async () => {
    const error = { message: 'Slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' }
    const { result } = await asked(name, mock =>
      mock.onMessage('hello', { error, status: 429, retryAfter: 3 }),
    )
    expect(result).toMatchObject({ ok: false, failure: { kind: 'rate-limited', retryAfterMs: 3_000 } })
  })
})

test('aimock as OpenRouter names a call and its cost, and says in comments that it is at work', async () => {
  const usage = { ...USAGE, cost: 0.0021 }
  const { result, told } = await asked('openrouter', mock =>
    mock.onMessage('hello', { content: TEXT, id: 'gen-42', usage }, { openRouterProcessing: true }),
  )
  expect(result).toMatchObject({
    ok: true,
    answer: { text: TEXT, generationId: 'gen-42', costPicoUsd: 2_100_000_000n },
  })
  expect(told[0]).toEqual({ kind: 'generation', id: 'gen-42' })
})
