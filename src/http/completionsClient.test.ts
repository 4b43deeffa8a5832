import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { getRequestListener } from '@hono/node-server'
import { APICallError, generateText, jsonSchema, Output, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answered, scriptedModel, untilAborted } from '../../tests/fakes/model.ts'
import { CHARGE } from '../../tests/set-up/calls.ts'
import { ASK, allOf, type Engine, openEngine } from '../../tests/set-up/engine.ts'
import { newId } from '../id.ts'
import type { Model } from '../llm/model.ts'
import type { RunTerms } from '../llm/runs.ts'

let on: Engine
beforeAll(async () => {
  on = await openEngine()
})
beforeEach(() => on.calls.next())
afterAll(() => on.calls.books.close())

/** A client of this protocol that others wrote, with a run of its own. */
async function client(model: Model, terms: Partial<RunTerms> = {}) {
  const { token: apiKey } = await on.open(terms)
  const front = on.front(model)
  const provider = createOpenAICompatible({
    name: 'botwright',
    baseURL: 'http://botwright/v1',
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
    fetch: async (url, init) => front.request(String(url), init),
  })
  return { model: provider('botwright'), maxOutputTokens: 100, maxRetries: 0 }
}

const USAGE = { inputTokens: 10, outputTokens: 5, totalTokens: 15 }

describe('a client written by others', () => {
  test('reads text and usage', async () => {
    const scripted = scriptedModel(() => answered('Here it is.'))
    const asking = await client(scripted)
    const { text, usage, finishReason } = await generateText({
      ...asking,
      instructions: 'Be brief.',
      prompt: 'Go',
    })
    expect({ text, finishReason }).toEqual({ text: 'Here it is.', finishReason: 'stop' })
    expect(usage).toMatchObject(USAGE)
    expect(scripted.asked).toMatchObject([{ system: 'Be brief.', turns: [{ role: 'user', text: 'Go' }] }])
    await on.calls.stands(CHARGE)
  })

  test('reads a stream with its usage', async () => {
    const pieces = ['Here', ' it', ' is.']
    const scripted: Model = {
      ...scriptedModel(() => answered('')),
      answer: async (_, { tell }) => {
        for (const text of pieces) tell?.({ kind: 'text', text })
        return answered(pieces.join(''))
      },
    }
    const result = streamText({ ...(await client(scripted)), prompt: 'Go' })
    expect(await allOf(result.textStream)).toEqual(pieces)
    expect(await result.usage).toMatchObject(USAGE)
    expect(await result.finishReason).toBe('stop')
    await on.calls.stands(CHARGE)
  })

  test.each([false, true])('calls a tool and brings its result back (streamed: %s)', async stream => {
    const scripted = scriptedModel(({ turns }) =>
      turns.length === 1
        ? answered('', { toolCalls: [{ id: 'c1', name: 'add', input: '{"a":1,"b":2}' }] })
        : answered('It is 3.'),
    )
    const add = tool({
      description: 'Adds two numbers.',
      inputSchema: jsonSchema<{ a: number; b: number }>({
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
      }),
      execute: async ({ a, b }) => a + b,
    })
    const asking = {
      ...(await client(scripted)),
      prompt: 'Add 1 and 2',
      tools: { add },
      stopWhen: ({ steps }: { steps: unknown[] }) => steps.length === 2,
    }
    const text = stream ? await streamText(asking).text : (await generateText(asking)).text
    expect(text).toBe('It is 3.')
    expect(scripted.asked[0]?.tools).toMatchObject([{ name: 'add', description: 'Adds two numbers.' }])
    expect(scripted.asked[1]?.turns).toEqual([
      { role: 'user', text: 'Add 1 and 2' },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'add', input: '{"a":1,"b":2}' }] },
      { role: 'tool', callId: 'c1', name: 'add', text: '3' },
    ])
    await on.calls.stands(2n * CHARGE)
  })

  test('gets an object of the form it asked for', async () => {
    const scripted = scriptedModel(() => answered('{"sum":3}'))
    const schema = jsonSchema<{ sum: number }>({ type: 'object', properties: { sum: { type: 'number' } } })
    const { output } = await generateText({
      ...(await client(scripted)),
      prompt: 'Add',
      output: Output.object({ schema }),
    })
    expect(output).toEqual({ sum: 3 })
    expect(scripted.asked[0]?.schema).toMatchObject({
      type: 'object',
      properties: { sum: { type: 'number' } },
    })
  })

  test('sends pictures', async () => {
    const scripted: Model & { asked: unknown[] } = {
      ...scriptedModel(() => answered('A dot.')),
      reads: ['image/'],
    }
    const asking = await client(scripted, { capMicro: 1_000_000n })
    const image = Buffer.from('iVBORw0KGgo=', 'base64')
    await generateText({
      ...asking,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', data: image, mediaType: 'image/png' },
          ],
        },
      ],
    })
    const media = [{ mediaType: 'image/png', base64: 'iVBORw0KGgo=' }]
    expect(scripted.asked).toMatchObject([{ turns: [{ role: 'user', text: 'What is it?', media }] }])
  })

  test('understands why it is refused, and whether to try again', async () => {
    const asking = await client(
      scriptedModel(() => answered('x')),
      { capMicro: 1n },
    )
    const thrown: unknown = await generateText({ ...asking, prompt: 'Go' }).catch((error: unknown) => error)
    expect(
      APICallError.isInstance(thrown) && { status: thrown.statusCode, retry: thrown.isRetryable },
    ).toEqual({
      status: 402,
      retry: false,
    })
    expect(thrown).toMatchObject({ message: expect.stringContaining('cap') })
  })

  test('hears of a stream that breaks off', async () => {
    const scripted: Model = {
      ...scriptedModel(() => answered('')),
      answer: async (_, { tell }) => {
        tell?.({ kind: 'text', text: 'Half' })
        return {
          ok: false,
          failure: { kind: 'network', fault: 'provider', says: 'It broke.', retry: true },
        }
      },
    }
    const errors: unknown[] = []
    const result = streamText({
      ...(await client(scripted)),
      prompt: 'Go',
      onError: ({ error }) => void errors.push(error),
    })
    expect(await allOf(result.textStream)).toEqual(['Half'])
    expect(errors).toHaveLength(1)
    expect(JSON.stringify(errors)).toContain('broke off')
    await on.calls.stands(0n)
  })
})

test.each([false, true])('a client that drops its connection ends its call (streamed: %s)', async stream => {
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>()
  const { promise: aborted, resolve: isAborted } = Promise.withResolvers<void>()
  const model: Model = {
    ...scriptedModel(() => answered('')),
    answer: async (_, { tell, signal }) => {
      tell?.({ kind: 'text', text: 'Half' })
      isAsked()
      const result = await untilAborted(signal)
      isAborted()
      return result
    },
  }
  const { token } = await on.open()
  const socketPath = join(tmpdir(), `bw-${newId()}.sock`)
  const server = createServer(getRequestListener(on.front(model).fetch))
  await new Promise<void>(resolve => server.listen(socketPath, resolve))
  const sent = request({
    socketPath,
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })
  sent.on('error', () => {})
  sent.end(JSON.stringify({ ...ASK, stream }))
  await asked
  sent.destroy()
  await aborted
  await new Promise(resolve => server.close(resolve))
  for (let looks = 0; looks < 500; looks++) if ((await on.calls.balance()).heldMicro === 0n) break
  await on.calls.stands(0n)
})
