import { describe, expect, test } from 'vitest'
import { chatAnswer } from '../../../tests/fakes/chat.ts'
import { googleAnswer } from '../../../tests/fakes/google.ts'
import { aRequest } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG } from '../../../tests/fakes/rig.ts'
import type { Reply } from '../../../tests/fakes/server.ts'
import type { ModelRequest, Tool, Turn } from '../model.ts'
import { PROVIDERS, type Provider } from './provider.ts'

const READ: Tool = {
  name: 'read_file',
  description: 'Reads a file.',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
}
const INPUT = { path: 'src/a.ts' }
const COUNTED = { promptTokenCount: 1, totalTokenCount: 1 }
const WRITTEN = { id: 'call-1', name: 'read_file', arguments: JSON.stringify(INPUT) }
const CALL: Readonly<Record<Provider, Reply>> = {
  google: googleAnswer({ calls: [{ name: 'read_file', args: INPUT }], usage: COUNTED }),
  openrouter: chatAnswer({ calls: [WRITTEN], finishReason: 'tool_calls' }),
  local: chatAnswer({ calls: [WRITTEN], finishReason: 'tool_calls' }),
}

async function exchange(provider: Provider, reply: Reply, request: ModelRequest) {
  await using fake = await RIG[provider].start()
  fake.behave({ kind: 'reply', reply })
  const result = await RIG[provider].model(fake.origin).answer(request, askingKeyed())
  return { result, sent: fake.received[0]?.body }
}

const RESULTS: Turn[] = [
  { role: 'user', text: 'Read two files.' },
  {
    role: 'assistant',
    text: '',
    toolCalls: [
      { id: 'call-1', name: 'read_file', input: JSON.stringify(INPUT) },
      { id: 'call-2', name: 'read_file', input: '{"path":' },
    ],
  },
  { role: 'tool', callId: 'call-1', name: 'read_file', text: 'one' },
  { role: 'tool', callId: 'call-2', name: 'read_file', text: 'There is no such file.' },
]

describe.each(PROVIDERS)('tools at %s', provider => {
  test('that the model asks for are a whole answer', async () => {
    const { result } = await exchange(provider, CALL[provider], aRequest({ tools: [READ] }))
    expect(result).toMatchObject({
      ok: true,
      answer: { text: '', toolCalls: [{ id: expect.any(String), name: 'read_file' }] },
    })
    expect(JSON.parse((result.ok && result.answer.toolCalls?.[0]?.input) || '')).toEqual(INPUT)
  })

  test('that nobody offered are no answer', async () => {
    const { result } = await exchange(provider, CALL[provider], aRequest())
    expect(result).toMatchObject({ ok: false, failure: { kind: 'malformed' } })
  })

  test('that are not asked for leave no trace in the answer', async () => {
    const { result } = await exchange(provider, RIG[provider].answer('Hello.'), aRequest({ tools: [READ] }))
    expect(result).toMatchObject({ ok: true, answer: { text: 'Hello.' } })
    expect(result.ok && 'toolCalls' in result.answer).toBe(false)
  })

  test('get their results back, and what was no JSON is shown as it was', async () => {
    const request = aRequest({ tools: [READ], turns: RESULTS })
    const { result, sent } = await exchange(provider, RIG[provider].answer('Hello.'), request)
    expect(result).toMatchObject({ ok: true })
    const wire = JSON.stringify(sent)
    for (const said of ['Reads a file.', 'src/a.ts', 'unreadable', 'There is no such file.'])
      expect(wire).toContain(said)
  })
})

test('results of one turn go to Gemini together', async () => {
  const request = aRequest({ tools: [READ], turns: RESULTS })
  const { sent } = await exchange('google', RIG.google.answer('Hello.'), request)
  expect(sent).toMatchObject({
    contents: [
      { role: 'user' },
      { role: 'model', parts: [{ functionCall: { args: INPUT } }, { functionCall: {} }] },
      { role: 'user', parts: [{ functionResponse: {} }, { functionResponse: {} }] },
    ],
  })
})
