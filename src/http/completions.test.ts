import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answered, scriptedModel, unanswered, untilAborted } from '../../tests/fakes/model.ts'
import { CHARGE } from '../../tests/set-up/calls.ts'
import { ASK, type Engine, openEngine } from '../../tests/set-up/engine.ts'
import { projects } from '../db/schema.ts'
import type { FailureKind } from '../llm/model.ts'
import { ENGINE_ORDINAL_FROM } from '../llm/runs.ts'
import { COMPLETION_BYTES_MAX } from './completions.ts'

let on: Engine
beforeAll(async () => {
  on = await openEngine()
})
beforeEach(() => on.calls.next())
afterAll(() => on.calls.books.close())

const saying = (text: string) => scriptedModel(() => answered(text))
const stands = (charge: bigint) => on.calls.stands(charge)
const ordinals = async () => (await on.calls.journal()).map(call => call.ordinal).sort()

const refusedSchema = z.strictObject({
  error: z.strictObject({ message: z.string(), type: z.string(), param: z.null(), code: z.string() }),
})

async function refusedWith(response: Response) {
  const { error } = refusedSchema.parse(await response.json())
  return { status: response.status, code: error.code, message: error.message }
}

describe('a completion', () => {
  test('is answered in the form of the protocol', async () => {
    const response = await on.ask(saying('Here it is.'))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^chatcmpl-\w+$/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'botwright',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Here it is.', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    })
  })

  test('is routed, journalled and charged like any other call, under its run', async () => {
    const architect = saying('from the Architect')
    const { token } = await on.open({ role: 'architect', taskId: 'T7', step: 4 })
    const route = () => ({ architect: [architect], implementer: [], verifier: [] })
    expect((await on.ask([], { token, gateway: { route } })).status).toBe(200)
    expect(architect.asked).toEqual([
      { kind: 'engine', system: '', turns: [{ role: 'user', text: 'Write one.' }], outputTokensMax: 100 },
    ])
    expect(await on.calls.journal()).toMatchObject([
      {
        kind: 'engine',
        role: 'architect',
        taskId: 'T7',
        step: 4,
        ordinal: ENGINE_ORDINAL_FROM,
        status: 'completed',
        chargeMicro: CHARGE,
      },
    ])
    await stands(CHARGE)
  })

  test('is made anew each time, also in the same words', async () => {
    const model = saying('again')
    const { token } = await on.open()
    for (const _ of [1, 2]) expect((await on.ask(model, { token })).status).toBe(200)
    expect(model.asked).toHaveLength(2)
    expect(await ordinals()).toEqual([ENGINE_ORDINAL_FROM, ENGINE_ORDINAL_FROM + 1])
    await stands(2n * CHARGE)
  })

  test('is found finished when its run is begun again in the same step, and is not paid for twice', async () => {
    const model = saying('once')
    for (const _ of [1, 2]) expect((await on.ask(model)).status).toBe(200)
    expect(model.asked).toHaveLength(1)
    await stands(CHARGE)
  })

  test('may ask for tools', async () => {
    const toolCalls = [{ id: 'c1', name: 'add', input: '{"a":1}' }]
    const response = await on.ask(scriptedModel(() => answered('', { toolCalls })))
    const message = {
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }],
    }
    expect(await response.json()).toMatchObject({ choices: [{ message, finish_reason: 'tool_calls' }] })
  })
})

describe('who asks', () => {
  test('is believed by a good token alone', async () => {
    const revoked = await on.open()
    await on.runs.revoke(on.calls.books.database.sql, revoked.id)
    const expired = await on.open({ lifeMs: 1 })
    const model = saying('secret')
    for (const token of ['', 'sk-any', `bw-run-${'0'.repeat(64)}`, revoked.token, expired.token])
      expect(await refusedWith(await on.ask(model, { token }))).toMatchObject({
        status: 401,
        code: 'invalid_api_key',
      })
    expect((await on.front(model).request('/v1/models')).status).toBe(401)
    expect(model.asked).toEqual([])
  })

  test('sees one model', async () => {
    const { token } = await on.open()
    const headers = { authorization: `Bearer ${token}` }
    const response = await on.front(saying('x')).request('/v1/models', { headers })
    expect(await response.json()).toMatchObject({
      object: 'list',
      data: [{ id: 'botwright', object: 'model' }],
    })
  })

  test('finds nothing else here', async () => {
    const { token } = await on.open()
    const headers = { authorization: `Bearer ${token}` }
    for (const path of ['/', '/v1/completions', '/api/projects', '/api/operator/keys'])
      expect(await refusedWith(await on.front(saying('x')).request(path, { headers }))).toMatchObject({
        status: 404,
        code: 'unknown_url',
      })
  })
})

describe('a request is refused', () => {
  test('that cannot be understood, before it counts as a call', async () => {
    const { token } = await on.open({ callsMax: 1 })
    const front = on.front(saying('fine'))
    const send = (body: string) =>
      front.request('/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
      })
    for (const body of ['', '{', '[]', '{}'])
      expect(await refusedWith(await send(body))).toMatchObject({ status: 400, code: 'malformed' })
    const remote = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } }
    expect(
      await refusedWith(await send(JSON.stringify({ messages: [{ role: 'user', content: [remote] }] }))),
    ).toMatchObject({ status: 400, message: expect.stringContaining('nothing is fetched') })
    expect((await send(JSON.stringify(ASK))).status).toBe(200)
  })

  test('that is too large', async () => {
    const body = { ...ASK, user: 'x'.repeat(COMPLETION_BYTES_MAX) }
    expect(await refusedWith(await on.ask(saying('x'), { body }))).toMatchObject({ status: 413 })
  })

  test.each([
    ['cap of its project', { capMicro: 10n }, {}, /cap/],
    ['credits', { capMicro: 1_000_000n }, { max_tokens: 30_000 }, /credits/],
  ])('that the %s does not bear, in the words of the books', async (_, terms, also, says) => {
    const model = saying('x')
    const { token } = await on.open(terms)
    const refused = await refusedWith(await on.ask(model, { token, body: { ...ASK, ...also } }))
    expect(refused).toEqual({
      status: 402,
      code: 'insufficient_quota',
      message: expect.stringMatching(says),
    })
    expect(model.asked).toEqual([])
    await stands(0n)
  })

  test('for a project that has moved on', async () => {
    const { token } = await on.open()
    await on.calls.books.database.sql
      .update(projects)
      .set({ epoch: 2 })
      .where(eq(projects.id, on.calls.maker().projectId))
    expect(await refusedWith(await on.ask(saying('x'), { token }))).toMatchObject({
      status: 409,
      code: 'stale',
    })
  })

  test('by a model without a price', async () => {
    const model = scriptedModel(() => answered('x'), 'unpriced')
    expect(await refusedWith(await on.ask(model))).toMatchObject({ status: 503, code: 'no_model' })
  })

  test('when a provider asks to wait, saying for how long', async () => {
    const model = scriptedModel(() => unanswered({ kind: 'rate-limited', retryAfterMs: 119_500 }))
    const response = await on.ask(model)
    expect(response.headers.get('retry-after')).toBe('120')
    expect(response.headers.get('x-should-retry')).toBe('true')
    expect(await refusedWith(response)).toMatchObject({ status: 429, code: 'rate_limit_exceeded' })
  })

  test.each<[FailureKind, number, string]>([
    ['overloaded', 503, 'overloaded'],
    ['timeout', 503, 'overloaded'],
    ['malformed', 502, 'broken_answer'],
    ['network', 502, 'broken_answer'],
    ['unknown', 502, 'broken_answer'],
    ['authentication', 503, 'no_model'],
    ['out-of-provider-credit', 503, 'no_model'],
    ['context-too-long', 400, 'context_length_exceeded'],
    ['refused', 400, 'content_filter'],
  ])('after the failure %s with %i, and tells nothing of the provider', async (kind, status, code) => {
    const says = 'The key sk-very-secret was refused at https://inner.example:8443.'
    const response = await on.ask(scriptedModel(() => unanswered({ kind, says, retry: false })))
    const text = await response.clone().text()
    expect(text).not.toMatch(/secret|inner\.example|scripted/)
    expect(await refusedWith(response)).toMatchObject({ status, code })
    await stands(0n)
  })

  test('by an answer that is longer than it may be, and need not be asked for again', async () => {
    const failure = { kind: 'malformed', fault: 'request', retry: false } as const
    const response = await on.ask(scriptedModel(() => unanswered(failure)))
    expect(response.headers.get('x-should-retry')).toBe('false')
    expect(await refusedWith(response)).toMatchObject({ status: 400, code: 'answer_too_long' })
    await stands(0n)
  })

  test.each([false, true])(
    'when something breaks on our side (streamed: %s), without a stack',
    async stream => {
      const gateway = {
        rates: () => Promise.reject(new Error('not asked')),
        call: () => Promise.reject(new Error('password of the database')),
      }
      const response = await on.ask([], { parts: { gateway }, body: { ...ASK, stream } })
      expect(await response.clone().text()).not.toMatch(/password|at .*\.ts/)
      expect(await refusedWith(response)).toMatchObject({ status: 500, code: 'trouble' })
    },
  )
})

test('of twenty requests at once as many are made as the run may make, and each is paid exactly', async () => {
  const model = saying('x')
  const { token } = await on.open({ callsMax: 7 })
  const responses = await Promise.all(Array.from({ length: 20 }, () => on.ask(model, { token })))
  const refused = responses.filter(({ status }) => status !== 200)
  expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 13 }, () => 429))
  expect(refused[0]?.headers.get('x-should-retry')).toBe('false')
  expect(model.asked).toHaveLength(7)
  expect(await ordinals()).toEqual(Array.from({ length: 7 }, (_, at) => ENGINE_ORDINAL_FROM + at))
  await stands(7n * CHARGE)
})

describe('a call that is under way', () => {
  /** A model that answers nothing until it is aborted, and says when it was asked. */
  function stuck() {
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const model = scriptedModel((_, signal) => {
      resolve()
      return untilAborted(signal)
    })
    return { model, asked }
  }

  test('ends when its run is revoked, and costs nothing', async () => {
    const { model, asked } = stuck()
    const { id, token } = await on.open()
    const response = on.ask(model, { token })
    await asked
    await on.runs.revoke(on.calls.books.database.sql, id)
    expect(await refusedWith(await response)).toMatchObject({ status: 401, code: 'invalid_api_key' })
    await stands(0n)
  })

  test('ends when its run is over its time', async () => {
    const { model } = stuck()
    const { token } = await on.open({ lifeMs: 400 })
    expect(await refusedWith(await on.ask(model, { token }))).toMatchObject({ status: 401 })
    await stands(0n)
  })

  test('ends at once when its client goes', async () => {
    const { model, asked } = stuck()
    const client = new AbortController()
    const response = on.ask(model, { signal: client.signal })
    await asked
    client.abort()
    await response.catch(() => {})
    expect(await on.calls.journal()).toMatchObject([{ status: 'failed', failure: { kind: 'cancelled' } }])
    await stands(0n)
  })
})
