import { describe, expect, test } from 'vitest'
import { type ChatUsage, chatAnswer, openrouterError, startOpenRouter } from '../../../tests/fakes/chat.ts'
import { aRequest, asking } from '../../../tests/fakes/request.ts'
import type { Reply } from '../../../tests/fakes/server.ts'
import type { ModelRequest } from '../model.ts'
import { costIn, openrouterModel } from './openrouter.ts'

const KNOWN = { key: 'sk-or-secret', model: 'deepseek/deepseek-v4-pro' }
const USAGE: ChatUsage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, cost: 0.000014 }

async function exchange(reply: Reply, request: ModelRequest = aRequest(), id = KNOWN.model) {
  await using fake = await startOpenRouter({ key: KNOWN.key, model: id })
  fake.behave({ kind: 'reply', reply })
  const model = openrouterModel({ baseUrl: fake.origin, id })
  const result = await model.answer(request, asking({ apiKey: KNOWN.key }))
  return { result, sent: fake.received[0]?.body }
}

describe('an answer of OpenRouter', () => {
  test('has text, the model that answered, the generation and its cost', async () => {
    const { result } = await exchange(
      chatAnswer({
        text: 'Hello.',
        reasoning: 'They greet.',
        usage: USAGE,
        model: 'deepseek/deepseek-v4-0901',
      }),
    )
    expect(result).toMatchObject({
      ok: true,
      answer: {
        text: 'Hello.',
        model: 'deepseek/deepseek-v4-0901',
        generationId: 'gen-1',
        costPicoUsd: 14_000_000n,
        rawUsage: USAGE,
      },
    })
  })

  test('takes the totals, though cached, written and thinking tokens do not add up to them', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 10,
      total_tokens: 110,
      prompt_tokens_details: { cached_tokens: 150, cache_write_tokens: 70 },
      completion_tokens_details: { reasoning_tokens: 25 },
      cost: 0.1,
    }
    const { result } = await exchange(chatAnswer({ text: 'Hello.', usage }))
    expect(result).toMatchObject({
      answer: {
        usage: {
          inputTokens: 100,
          cachedTokens: 100,
          cacheWrittenTokens: 0,
          outputTokens: 10,
          thinkingTokens: 10,
        },
        rawUsage: usage,
      },
    })
  })

  test('without usage counts nothing and names no cost', async () => {
    const { result } = await exchange(chatAnswer({ text: 'Hello.' }))
    expect(result).toMatchObject({
      answer: {
        usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0, thinkingTokens: 0 },
        rawUsage: null,
      },
    })
    expect(result.ok && result.answer.costPicoUsd).toBeUndefined()
  })
})

describe('the cost that OpenRouter names', () => {
  test.each([
    ['a sum that no float can hold', { cost: 0.1 }, 100_000_000_000n],
    ['a cost far below a cent', { cost: 1.4e-7 }, 140_000n],
    ['a fraction of a pico-USD counts as one', { cost: 1e-13 }, 1n],
    ['nothing', { cost: 0 }, 0n],
    [
      'a fee, with the bill of the own key upstream',
      { cost: 0.05, is_byok: true, cost_details: { upstream_inference_cost: 1 } },
      1_050_000_000_000n,
    ],
    ['a fee, with an upstream bill that nobody names', { cost: 0.05, is_byok: true }, undefined],
    [
      'a cost that already has the upstream bill in it',
      { cost: 1, is_byok: false, cost_details: { upstream_inference_cost: 1 } },
      1_000_000_000_000n,
    ],
    ['no number', { cost: 'a lot' }, undefined],
    ['less than nothing', { cost: -1 }, undefined],
    ['no usage', undefined, undefined],
  ])('is %s', (_, usage, picoUsd) => {
    expect(costIn(usage)).toBe(picoUsd)
  })
})

describe('a request to OpenRouter', () => {
  test('asks for the shape of the schema and is not strict about optional properties', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^x' } } }
    const { result, sent } = await exchange(chatAnswer({ text: '{}', usage: USAGE }), aRequest({ schema }))
    expect(result.ok).toBe(true)
    expect(sent).toMatchObject({
      max_tokens: 1_000,
      response_format: {
        json_schema: { strict: false, schema: { properties: { a: { type: 'string' } } } },
      },
    })
    expect(JSON.stringify(sent)).toContain('^x')
  })
})

describe('the system text', () => {
  const mark = { cache_control: { type: 'ephemeral' } }
  const system = [{ type: 'text', text: 'You are brief.', ...mark }]

  test.each(['anthropic/claude-sonnet-5', 'qwen/qwen3-coder-plus'])(
    'is marked for the cache of %s',
    async id => {
      const { sent } = await exchange(chatAnswer({ text: 'Hi.' }), aRequest(), id)
      expect(sent).toMatchObject({ messages: [{ role: 'system', content: system }, { role: 'user' }] })
    },
  )

  test('is not marked for others', async () => {
    const { sent } = await exchange(chatAnswer({ text: 'Hi.' }))
    expect(JSON.stringify(sent)).not.toContain('cache_control')
  })
})

test('what was written to the cache is counted', async () => {
  const prompt_tokens_details = { cached_tokens: 3, cache_write_tokens: 40 }
  const usage = { prompt_tokens: 50, completion_tokens: 1, total_tokens: 51, prompt_tokens_details }
  const { result } = await exchange(chatAnswer({ text: 'Hi.', usage }))
  expect(result).toMatchObject({ answer: { usage: { cachedTokens: 3, cacheWrittenTokens: 40 } } })
})

describe('OpenRouter with status 200 and no answer', () => {
  test('an error body is an error of the status that it names', async () => {
    const { result } = await exchange(openrouterError(502, 'Upstream is down', undefined, { status: 200 }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'overloaded', retry: true } })
  })

  test('an error inside the choice is an error, whatever text stands beside it', async () => {
    const error = { code: 429, message: 'Provider returned error' }
    const { result } = await exchange(chatAnswer({ text: 'Hel', finishReason: 'error', error, usage: USAGE }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'rate-limited' } })
  })

  test('a refusal beside an empty content is refused', async () => {
    const { result } = await exchange(chatAnswer({ refusal: 'I will not.', usage: USAGE }))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })

  test.each([
    ['no content', {}, 'empty'],
    ['half an answer', { text: 'Hel', finishReason: 'length' }, 'cut off'],
  ])('%s is malformed', async (_, answer, says) => {
    const { result } = await exchange(chatAnswer({ ...answer, usage: USAGE }))
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'malformed', says: expect.stringContaining(says) },
    })
  })
})

test('the temperature goes with the request, where one is given', async () => {
  const warm = await exchange(chatAnswer({ text: 'Hello.' }), aRequest({ temperature: 0.4 }))
  const plain = await exchange(chatAnswer({ text: 'Hello.' }))
  expect(warm.sent).toMatchObject({ temperature: 0.4 })
  expect(JSON.stringify(plain.sent)).not.toContain('temperature')
})
