import { describe, expect, test } from 'vitest'
import { type GoogleUsage, googleAnswer, googleBlocked, startGoogle } from '../../../tests/fakes/google.ts'
import { aRequest, asking } from '../../../tests/fakes/request.ts'
import type { FakeServer, Reply } from '../../../tests/fakes/server.ts'
import type { ModelRequest } from '../model.ts'
import { googleModel } from './google.ts'

const KNOWN = { key: 'google-key', model: 'gemini-2.5-flash' }
const USAGE: GoogleUsage = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 }

function modelAt(fake: FakeServer, id = KNOWN.model) {
  return googleModel({ baseUrl: fake.origin, id })
}

async function exchange(reply: Reply, request: ModelRequest = aRequest()) {
  await using fake = await startGoogle(KNOWN)
  fake.behave({ kind: 'reply', reply })
  const result = await modelAt(fake).answer(request, asking({ apiKey: KNOWN.key }))
  return { result, sent: fake.received[0]?.body }
}

describe('an answer of Gemini', () => {
  test('has the text without the thoughts', async () => {
    const { result } = await exchange(googleAnswer({ text: 'Hello.', thought: 'They greet.', usage: USAGE }))
    expect(result).toMatchObject({ ok: true, answer: { text: 'Hello.' } })
  })

  test('counts cached tokens as part of the input and thoughts as part of the output', async () => {
    const usage = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      totalTokenCount: 150,
    }
    const { result } = await exchange(googleAnswer({ text: 'Hello.', usage }))
    expect(result).toMatchObject({
      answer: {
        usage: { inputTokens: 100, cachedTokens: 60, outputTokens: 50, thinkingTokens: 30 },
        rawUsage: usage,
      },
    })
  })

  test('is named after the version that answered, not the alias that was asked', async () => {
    const reply = googleAnswer({ text: 'Hello.', usage: USAGE, modelVersion: 'gemini-2.5-flash-09-2025' })
    const { result } = await exchange(reply)
    expect(result).toMatchObject({
      answer: { model: 'gemini-2.5-flash-09-2025', generationId: 'response-1' },
    })
  })

  test('names no cost, because Gemini names none', async () => {
    const { result } = await exchange(googleAnswer({ text: 'Hello.', usage: USAGE }))
    expect(result.ok && result.answer.costPicoUsd).toBeUndefined()
  })
})

describe('a request to Gemini', () => {
  test('carries every turn and the bound of output', async () => {
    const turns = [
      { role: 'user', text: 'Say hello.' },
      { role: 'assistant', text: 'Bye.' },
      { role: 'user', text: 'That was no hello.' },
    ] as const
    const { result, sent } = await exchange(
      googleAnswer({ text: 'Hello.', usage: USAGE }),
      aRequest({ turns }),
    )
    expect(result.ok).toBe(true)
    expect(sent).toMatchObject({
      contents: [
        { role: 'user' },
        { role: 'model' },
        { role: 'user', parts: [{ text: 'That was no hello.' }] },
      ],
      systemInstruction: { parts: [{ text: 'You are brief.' }] },
      generationConfig: { maxOutputTokens: 1_000 },
    })
  })

  test('asks for JSON by the shape of the schema and says its bounds in words', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { title: { type: 'string', minLength: 1, maxLength: 80 } },
      required: ['title'],
    }
    const { result, sent } = await exchange(
      googleAnswer({ text: '{"title":"x"}', usage: USAGE }),
      aRequest({ schema }),
    )
    expect(result).toMatchObject({ ok: true, answer: { text: '{"title":"x"}' } })
    expect(sent).toMatchObject({
      generationConfig: {
        responseMimeType: 'application/json',
        responseJsonSchema: { properties: { title: { type: 'string' } }, additionalProperties: false },
      },
      systemInstruction: { parts: [{ text: expect.stringContaining('"maxLength":80') }] },
    })
  })

  test('asks Gemma for JSON in words only, because it takes no schema', async () => {
    const known = { key: KNOWN.key, model: 'gemma-4-31b-it' }
    await using fake = await startGoogle(known)
    fake.behave({ kind: 'reply', reply: googleAnswer({ text: '{}', usage: USAGE }) })
    const result = await modelAt(fake, known.model).answer(
      aRequest({ schema: { type: 'object' } }),
      asking({ apiKey: KNOWN.key }),
    )
    expect(result.ok).toBe(true)
    expect(JSON.stringify(fake.received[0]?.body)).not.toContain('responseMimeType')
  })

  test('never asks for more output than the model can give', async () => {
    const known = { key: KNOWN.key, model: 'gemini-2.0-flash' }
    await using fake = await startGoogle(known)
    fake.behave({ kind: 'reply', reply: googleAnswer({ text: 'Hello.', usage: USAGE }) })
    await modelAt(fake, known.model).answer(
      aRequest({ outputTokensMax: 40_000 }),
      asking({ apiKey: KNOWN.key }),
    )
    expect(fake.received[0]?.body).toMatchObject({ generationConfig: { maxOutputTokens: 8_192 } })
  })
})

describe('Gemini with status 200 and no answer', () => {
  test('a blocked prompt is refused', async () => {
    const { result } = await exchange(googleBlocked('PROHIBITED_CONTENT'))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused', retry: false } })
  })

  test('an answer that stopped for safety is refused, whatever text it has', async () => {
    const { result } = await exchange(googleAnswer({ text: 'Hel', finishReason: 'SAFETY', usage: USAGE }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })

  test('an answer that was cut off by its length is none', async () => {
    const { result } = await exchange(googleAnswer({ text: 'Hel', finishReason: 'MAX_TOKENS', usage: USAGE }))
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'malformed', says: expect.stringContaining('cut off'), retry: false },
    })
  })
})

test('the temperature goes with the request, where one is given', async () => {
  const warm = await exchange(googleAnswer({ text: 'Hello.', usage: USAGE }), aRequest({ temperature: 0.4 }))
  const plain = await exchange(googleAnswer({ text: 'Hello.', usage: USAGE }))
  expect(warm.sent).toMatchObject({ generationConfig: { temperature: 0.4 } })
  expect(JSON.stringify(plain.sent)).not.toContain('temperature')
})
