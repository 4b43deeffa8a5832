import { describe, expect, test } from 'vitest'
import { type ChatUsage, chatAnswer, startLocal } from '../../../tests/fakes/chat.ts'
import { aRequest, asking } from '../../../tests/fakes/request.ts'
import type { Reply } from '../../../tests/fakes/server.ts'
import type { ModelRequest } from '../model.ts'
import { localModel } from './local.ts'

const KNOWN = { model: 'qwen3-coder:30b' }
const USAGE: ChatUsage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }

async function exchange(reply: Reply, request: ModelRequest = aRequest()) {
  await using fake = await startLocal(KNOWN)
  fake.behave({ kind: 'reply', reply })
  const model = localModel({ baseUrl: `${fake.origin}/`, id: KNOWN.model })
  return { result: await model.answer(request, asking()), sent: fake.received[0]?.body }
}

describe('a local server', () => {
  test('answers with text and usage', async () => {
    const { result } = await exchange(chatAnswer({ text: 'Hello.', usage: USAGE, model: 'qwen3-coder:30b' }))
    expect(result).toMatchObject({
      ok: true,
      answer: {
        text: 'Hello.',
        usage: { inputTokens: 5, cachedTokens: 0, outputTokens: 2, thinkingTokens: 0 },
        model: 'qwen3-coder:30b',
        rawUsage: USAGE,
      },
    })
  })

  test('is asked for the shape of the schema', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', maxLength: 5 } } }
    const { result, sent } = await exchange(chatAnswer({ text: '{}', usage: USAGE }), aRequest({ schema }))
    expect(result.ok).toBe(true)
    expect(sent).toMatchObject({
      response_format: { json_schema: { schema: { properties: { a: { type: 'string' } } } } },
    })
  })

  test('that ends its stream without saying so gave half an answer', async () => {
    const { result } = await exchange(chatAnswer({ text: 'Hello.', finishReason: null, usage: USAGE }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'malformed', retry: true } })
  })

  test('that refuses in OpenAI’s way is heard', async () => {
    const { result } = await exchange(chatAnswer({ refusal: 'I will not.', usage: USAGE }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })

  test('without usage answers all the same', async () => {
    const { result } = await exchange(chatAnswer({ text: 'Hello.' }))
    expect(result).toMatchObject({ ok: true, answer: { rawUsage: null } })
  })
})

test('the temperature goes with the request, where one is given', async () => {
  const warm = await exchange(chatAnswer({ text: 'Hello.' }), aRequest({ temperature: 0.4 }))
  const plain = await exchange(chatAnswer({ text: 'Hello.' }))
  expect(warm.sent).toMatchObject({ temperature: 0.4 })
  expect(JSON.stringify(plain.sent)).not.toContain('temperature')
})
