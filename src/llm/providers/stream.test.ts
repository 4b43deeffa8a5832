import { describe, expect, test } from 'vitest'
import { chatAnswer } from '../../../tests/fakes/chat.ts'
import { googleAnswer } from '../../../tests/fakes/google.ts'
import { aRequest } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG, SECRET } from '../../../tests/fakes/rig.ts'
import type { Reply } from '../../../tests/fakes/server.ts'
import type { Piece } from '../model.ts'
import { PROVIDERS, type Provider } from './provider.ts'

const TEXT = 'Grüße, 世界 🚀. '.repeat(100)

const CHAT_USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }
const CUT_OFF: Readonly<Record<Provider, Reply>> = {
  google: googleAnswer({
    text: 'Hel',
    finishReason: 'MAX_TOKENS',
    usage: { promptTokenCount: 9, candidatesTokenCount: 4, totalTokenCount: 13 },
  }),
  openrouter: chatAnswer({ text: 'Hel', finishReason: 'length', usage: CHAT_USAGE }),
  local: chatAnswer({ text: 'Hel', finishReason: 'length', usage: CHAT_USAGE }),
}

describe.each(PROVIDERS)('a stream of %s', provider => {
  const { start, model, answer: replyOf } = RIG[provider]
  const reply = replyOf(TEXT)

  test('is told in pieces that are the text of the answer', async () => {
    await using fake = await start()
    fake.behave({ kind: 'reply', reply })
    const told: Piece[] = []
    const result = await model(fake.origin).answer(
      aRequest(),
      askingKeyed({ tell: piece => told.push(piece) }),
    )
    const pieces = told.flatMap(piece => (piece.kind === 'text' ? piece.text : []))
    expect(result).toMatchObject({ ok: true, answer: { text: TEXT } })
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.join('')).toBe(TEXT)
  })

  test('is told before it has come to its end, first by its id', async () => {
    await using fake = await start()
    fake.behave({ kind: 'begin-and-hang', reply })
    const stop = new AbortController()
    const told: Piece[] = []
    const heard = Promise.withResolvers<void>()
    const tell = (piece: Piece) => {
      told.push(piece)
      if (piece.kind === 'text') heard.resolve()
    }
    const answer = model(fake.origin).answer(aRequest(), askingKeyed({ signal: stop.signal, tell }))
    await heard.promise
    stop.abort()
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'cancelled', fault: 'caller' } })
    expect(told).toEqual([
      { kind: 'generation', id: expect.any(String) },
      { kind: 'text', text: TEXT.slice(0, TEXT.length / 4) },
    ])
    await fake.left
  })

  test('that falls silent is a timeout and its connection is closed', async () => {
    await using fake = await start()
    fake.behave({ kind: 'begin-and-hang', reply })
    const result = await model(fake.origin, 40).answer(aRequest(), askingKeyed())
    expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout', fault: 'provider', retry: true } })
    await fake.left
  })

  test('that keeps coming is never silent, however long it takes', async () => {
    await using fake = await start()
    fake.behave({ kind: 'drip', reply: replyOf('Hi.'), gapMs: 1 })
    const startMs = performance.now()
    const result = await model(fake.origin, 150).answer(aRequest(), askingKeyed())
    expect(result).toMatchObject({ ok: true, answer: { text: 'Hi.' } })
    expect(performance.now() - startMs).toBeGreaterThan(150)
  })

  test('without a usable answer says what it has used', async () => {
    await using fake = await start()
    fake.behave({ kind: 'reply', reply: CUT_OFF[provider] })
    const result = await model(fake.origin).answer(aRequest(), askingKeyed())
    expect(result).toMatchObject({
      ok: false,
      spent: {
        usage: { inputTokens: 9, outputTokens: 4 },
        generationId: expect.any(String),
        rawUsage: expect.anything(),
      },
    })
  })

  test('carries the key of the call and no other', async () => {
    await using fake = await start()
    fake.behave({ kind: 'reply', reply })
    const one = model(fake.origin)
    const wrong = await one.answer(aRequest(), askingKeyed({ apiKey: 'another-key' }))
    const right = await one.answer(aRequest(), askingKeyed())
    expect(right.ok).toBe(true)
    expect(wrong.ok).toBe(!one.keyed)
    expect(fake.received.map(({ headers }) => JSON.stringify(headers).includes(SECRET))).toEqual([
      false,
      one.keyed,
    ])
  })
})
