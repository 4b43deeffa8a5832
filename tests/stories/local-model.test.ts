import { setTimeout as sleep } from 'node:timers/promises'
import { expect, type TestContext, test } from 'vitest'
import { z } from 'zod'
import type { ModelRequest, Piece } from '../../src/llm/model.ts'
import { localModel } from '../../src/llm/providers/local.ts'
import { aRequest, patience } from '../fakes/request.ts'

/** A llama.cpp server with a small model, which others wrote: scripts/llama-server.sh starts one. */
const LLAMA_URL = process.env.BOTWRIGHT_LLAMA_URL
const WITHOUT = 'no llama.cpp server is named by BOTWRIGHT_LLAMA_URL. scripts/llama-server.sh starts one'

/** The server gives a slot back after the token that it is at; on a busy machine that takes a while. */
const LOOKS_MAX = 100
const LOOK_MS = 100

const NEVER_ENDING = aRequest({
  turns: [{ role: 'user', text: 'Tell a very long story about a ship.' }],
  outputTokensMax: 1_500,
})

test('a real model answers piece by piece and says what it used', async context => {
  const url = serverOf(context)
  const { result, told } = await asked(url, aRequest({ outputTokensMax: 200 }))
  if (!result.ok) throw new Error(result.failure.says)
  const { text, generationId, usage } = result.answer
  const texts = told.flatMap(piece => (piece.kind === 'text' ? piece.text : []))
  expect(texts.length).toBeGreaterThan(1)
  expect(texts.join('')).toBe(text)
  expect(told).toContainEqual({ kind: 'generation', id: generationId })
  expect(usage.inputTokens).toBeGreaterThan(10)
  // A piece is a token, or several where a character takes more than one; the end is a token as well.
  expect(usage.outputTokens).toBeGreaterThanOrEqual(texts.length)
})

test('a real model holds its answer to a schema', async context => {
  const schema = {
    type: 'object',
    properties: { colour: { type: 'string', enum: ['red', 'green'] } },
    required: ['colour'],
  }
  const turns = [{ role: 'user', text: 'Which colour has grass?' }] as const
  const { result } = await asked(serverOf(context), aRequest({ schema, turns, outputTokensMax: 100 }))
  if (!result.ok) throw new Error(result.failure.says)
  expect(['red', 'green']).toContain(
    z.strictObject({ colour: z.string() }).parse(JSON.parse(result.answer.text)).colour,
  )
})

test('a real answer that is cut off is none, and what it used is known', async context => {
  const { result } = await asked(serverOf(context), { ...NEVER_ENDING, outputTokensMax: 5 })
  expect(result).toMatchObject({
    ok: false,
    failure: { kind: 'malformed', retry: false },
    spent: { usage: { outputTokens: 5 } },
  })
})

test('a real server stops working on a call that was stopped in the middle of its answer', async context => {
  const url = serverOf(context)
  const stop = new AbortController()
  const { result, told } = await asked(url, NEVER_ENDING, stop.signal, piece => {
    if (piece.kind === 'text') stop.abort()
  })
  expect(result).toMatchObject({ ok: false, failure: { kind: 'cancelled', retry: false } })
  expect(told.filter(piece => piece.kind === 'text').length).toBeLessThan(20)
  await allSlotsRest(url)
})

test('a request that is longer than what a real server reads is too long', async context => {
  const turns = [{ role: 'user', text: 'word '.repeat(20_000) }] as const
  const { result } = await asked(serverOf(context), aRequest({ turns }))
  expect(result).toMatchObject({ ok: false, failure: { kind: 'context-too-long', fault: 'request' } })
})

/** The address of the server; without one the test is skipped and says why. */
function serverOf({ task, skip }: TestContext): string {
  if (LLAMA_URL !== undefined) return LLAMA_URL
  task.meta.reason = WITHOUT
  return skip()
}

async function asked(
  baseUrl: string,
  request: ModelRequest,
  signal = patience(),
  listen: (piece: Piece) => void = () => undefined,
) {
  const told: Piece[] = []
  const result = await localModel({ baseUrl, id: 'smollm2' }).answer(request, {
    signal,
    tell: piece => {
      told.push(piece)
      listen(piece)
    },
  })
  return { result, told }
}

const slotsSchema = z.array(z.object({ is_processing: z.boolean() })).min(1)

/** llama.cpp shows at /slots what it works on. */
async function allSlotsRest(url: string): Promise<void> {
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const slots = slotsSchema.parse(await (await fetch(new URL('/slots', url))).json())
    if (!slots.some(slot => slot.is_processing)) return
    await sleep(LOOK_MS)
  }
  throw new Error('the server still works on the call that was stopped')
}
