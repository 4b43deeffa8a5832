import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { answered, scriptedModel, unanswered, untilAborted } from '../../tests/fakes/model.ts'
import { CHARGE } from '../../tests/set-up/calls.ts'
import { ASK, allOf, type Engine, eventsOf, openEngine } from '../../tests/set-up/engine.ts'
import type { Asking, Model, ModelResult } from '../llm/model.ts'
import { BEAT_MS } from './completionStream.ts'

let on: Engine
beforeAll(async () => {
  on = await openEngine()
})
beforeEach(() => on.calls.next())
afterAll(() => on.calls.books.close())

const STREAM = { ...ASK, stream: true }
const stands = (charge: bigint) => on.calls.stands(charge)

/** A model that tells its answer piece by piece, as the test has it. */
function telling(script: (tell: (text: string) => void, asking: Asking) => Promise<ModelResult>): Model {
  const silent = scriptedModel(() => unanswered())
  return {
    ...silent,
    answer: (_, asking) => script(text => asking.tell?.({ kind: 'text', text }), asking),
  }
}

const piecewise = (...pieces: string[]) =>
  telling(async tell => {
    for (const piece of pieces) tell(piece)
    return answered(pieces.join(''))
  })

async function streamed(model: Model, also: Parameters<Engine['ask']>[1] = {}): Promise<unknown[]> {
  return allOf(eventsOf(await on.ask(model, { body: STREAM, ...also })))
}

/** What the chunks of a stream say, without what they all have. */
function chunk(delta: object, finish_reason: string | null = null) {
  return {
    id: expect.stringMatching(/^chatcmpl-\w+$/),
    object: 'chat.completion.chunk',
    created: expect.any(Number),
    model: 'botwright',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  }
}
const ROLE = chunk({ role: 'assistant', content: '' })
const text = (content: string) => chunk({ content })
const BROKEN_OFF = { error: expect.objectContaining({ code: 'broken_answer' }) }

describe('a streamed completion', () => {
  test('tells the role, each piece, the end and the usage', async () => {
    const body = { ...STREAM, stream_options: { include_usage: true } }
    const events = await streamed(piecewise('Here', ' it', ' is.'), { body })
    expect(events).toEqual([
      ROLE,
      text('Here'),
      text(' it'),
      text(' is.'),
      chunk({}, 'stop'),
      {
        ...chunk({}),
        choices: [],
        usage: {
          prompt_tokens: 10,
          completion_tokens: 5,
          total_tokens: 15,
          prompt_tokens_details: { cached_tokens: 0 },
          completion_tokens_details: { reasoning_tokens: 0 },
        },
      },
      'data: [DONE]',
    ])
    await stands(CHARGE)
  })

  test('tells no usage unless it is asked for', async () => {
    expect(await streamed(piecewise('Yes'))).toEqual([ROLE, text('Yes'), chunk({}, 'stop'), 'data: [DONE]'])
  })

  test('tells each piece while the model still writes', async () => {
    const { promise: going, resolve: goOn } = Promise.withResolvers<void>()
    const model = telling(async tell => {
      tell('Here')
      await going
      tell(' it is.')
      return answered('Here it is.')
    })
    const events = eventsOf(await on.ask(model, { body: STREAM }))
    expect([await next(events), await next(events)]).toEqual([ROLE, text('Here')])
    expect(await on.calls.journal()).toMatchObject([{ status: 'started' }])
    goOn()
    expect([await next(events), await next(events)]).toEqual([text(' it is.'), chunk({}, 'stop')])
  })

  test.each([
    ['nothing', [], 'Here it is.'],
    ['only its beginning', ['Here'], ' it is.'],
  ])('tells the rest of an answer of which the model told %s', async (_, told, rest) => {
    const model = telling(async tell => {
      for (const piece of told) tell(piece)
      return answered('Here it is.')
    })
    expect((await streamed(model)).slice(-3)).toEqual([text(rest), chunk({}, 'stop'), 'data: [DONE]'])
  })

  test('tells characters that the books cannot store as the model wrote them', async () => {
    expect(await streamed(piecewise('a\0', '\ud83d', '\ude00'))).toEqual([
      ROLE,
      text('a\0'),
      text('\ud83d'),
      text('\ude00'),
      chunk({}, 'stop'),
      'data: [DONE]',
    ])
  })

  test('asks for tools in one chunk', async () => {
    const toolCalls = [
      { id: 'c1', name: 'add', input: '{"a":1}' },
      { id: 'c2', name: 'stop', input: '{}' },
    ]
    const events = await streamed(scriptedModel(() => answered('', { toolCalls })))
    expect(events).toEqual([
      ROLE,
      chunk({
        tool_calls: [
          { index: 0, id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
          { index: 1, id: 'c2', type: 'function', function: { name: 'stop', arguments: '{}' } },
        ],
      }),
      chunk({}, 'tool_calls'),
      'data: [DONE]',
    ])
  })

  test('tells a structured answer when it is whole, since it may be mended before', async () => {
    const model = telling(async tell => {
      tell('{"a": oops')
      return answered('{"a":1}')
    })
    const body = { ...STREAM, response_format: { type: 'json_object' } }
    expect(await streamed(model, { body })).toEqual([
      ROLE,
      text('{"a":1}'),
      chunk({}, 'stop'),
      'data: [DONE]',
    ])
  })
})

async function next(events: AsyncGenerator<unknown>): Promise<unknown> {
  return (await events.next()).value
}

describe('a streamed completion that fails', () => {
  test('before anything was told has the status of its refusal', async () => {
    const { token } = await on.open({ capMicro: 1n })
    const response = await on.ask(piecewise('x'), { body: STREAM, token })
    expect(response.status).toBe(402)
    expect(await response.json()).toMatchObject({ error: { code: 'insufficient_quota' } })
  })

  test('before anything was told is tried again unheard', async () => {
    let tries = 0
    const model = telling(async tell => {
      tries++
      if (tries === 1) return unanswered()
      tell('Yes')
      return answered('Yes')
    })
    expect(await streamed(model)).toEqual([ROLE, text('Yes'), chunk({}, 'stop'), 'data: [DONE]'])
    await stands(CHARGE)
  })

  test('in the middle ends with an error, so that the engine asks again, and is not tried again here', async () => {
    let tries = 0
    const model = telling(async tell => {
      tries++
      tell('Half an')
      return unanswered()
    })
    expect(await streamed(model)).toEqual([ROLE, text('Half an'), BROKEN_OFF])
    // Longer than another try takes to begin.
    for (let looks = 0; looks < 30; looks++) expect(await on.calls.journal()).toHaveLength(1)
    expect(tries).toBe(1)
    await stands(0n)
  })

  test('never passes another answer off as the rest of what was told', async () => {
    const model = telling(async tell => {
      tell('One')
      return answered('Another')
    })
    expect(await streamed(model)).toEqual([ROLE, text('One'), BROKEN_OFF])
  })

  test('while it waits tells so in a comment, and then its error', async () => {
    const model = telling(async () => unanswered({ kind: 'rate-limited', retryAfterMs: 1_000 }))
    const events = await streamed(model)
    expect(new Set(events.slice(0, -1))).toEqual(new Set([': waiting']))
    expect(events.length).toBeGreaterThan(1)
    expect(events.at(-1)).toEqual({ error: expect.objectContaining({ code: 'rate_limit_exceeded' }) })
  })
})

describe('a stream that is under way', () => {
  /** Tells a word, then nothing until it is aborted; that it was, is kept. */
  function halting() {
    const { promise: aborted, resolve } = Promise.withResolvers<void>()
    const model = telling(async (tell, { signal }) => {
      tell('Half')
      const result = await untilAborted(signal)
      resolve()
      return result
    })
    return { model, aborted }
  }
  const failed = async () => {
    for (let looks = 0; looks < 500; looks++) {
      const [call] = await on.calls.journal()
      if (call?.status === 'failed') return call.failure
    }
    throw new Error('the call does not end')
  }

  test('says now and then that it lives, until it has ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { promise: asked, resolve } = Promise.withResolvers<void>()
    const model = telling(async (_, { signal }) => {
      resolve()
      return untilAborted(signal)
    })
    const { id, token } = await on.open()
    const response = on.ask(model, { body: STREAM, token })
    await asked
    vi.advanceTimersByTime(BEAT_MS)
    const events = eventsOf(await response)
    expect(await next(events)).toBe(': beat')
    await on.runs.revoke(on.calls.books.database.sql, id)
    expect(await next(events)).toMatchObject({ error: { code: 'invalid_api_key' } })
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  test('ends at once when its reader goes', async () => {
    const { model, aborted } = halting()
    const response = await on.ask(model, { body: STREAM })
    await response.body?.cancel()
    await aborted
    expect(await failed()).toMatchObject({ kind: 'cancelled' })
    await stands(0n)
  })

  test('ends at once when its request is aborted', async () => {
    const { model, aborted } = halting()
    const client = new AbortController()
    await on.ask(model, { body: STREAM, signal: client.signal })
    client.abort()
    await aborted
    expect(await failed()).toMatchObject({ kind: 'cancelled' })
    await stands(0n)
  })

  test('ends with an error when its run is revoked', async () => {
    const { model } = halting()
    const { id, token } = await on.open()
    const events = eventsOf(await on.ask(model, { body: STREAM, token }))
    expect([await next(events), await next(events)]).toEqual([ROLE, text('Half')])
    await on.runs.revoke(on.calls.books.database.sql, id)
    expect(await next(events)).toMatchObject({ error: {} })
    expect((await events.next()).done).toBe(true)
    await stands(0n)
  })
})
