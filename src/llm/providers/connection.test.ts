import { describe, expect, test } from 'vitest'
import { chatAnswer, startLocal, startOpenRouter } from '../../../tests/fakes/chat.ts'
import { googleAnswer, startGoogle } from '../../../tests/fakes/google.ts'
import { aRequest, patience } from '../../../tests/fakes/request.ts'
import type { FakeServer, Reply } from '../../../tests/fakes/server.ts'
import type { Model } from '../model.ts'
import { apiAddress } from './connection.ts'
import { googleModel } from './google.ts'
import { localModel } from './local.ts'
import { openrouterModel } from './openrouter.ts'

const KEY = 'key'
const ID = 'gemini-2.5-flash'
/** Characters of two, three and four bytes: a drip cuts all of them. */
const TEXT = 'Grüße, 世界 🚀'

type Rig = { name: string; start: () => Promise<FakeServer>; model: (baseUrl: string) => Model; reply: Reply }

const RIGS: readonly Rig[] = [
  {
    name: 'google',
    start: () => startGoogle({ key: KEY, model: ID }),
    model: baseUrl => googleModel({ apiKey: KEY, baseUrl, id: ID }),
    reply: googleAnswer({ text: TEXT, usage: { promptTokenCount: 1, totalTokenCount: 1 } }),
  },
  {
    name: 'openrouter',
    start: () => startOpenRouter({ key: KEY, model: ID }),
    model: baseUrl => openrouterModel({ apiKey: KEY, baseUrl, id: ID }),
    reply: chatAnswer({ text: TEXT }),
  },
  {
    name: 'local',
    start: () => startLocal({ model: ID }),
    model: baseUrl => localModel({ baseUrl, id: ID }),
    reply: chatAnswer({ text: TEXT }),
  },
]

describe.each(RIGS)('the connection to $name', ({ start, model, reply }) => {
  test('is closed at once when the call is aborted before an answer', async () => {
    await using fake = await start()
    const stop = new AbortController()
    const answer = model(fake.origin).answer(aRequest(), stop.signal)
    await fake.asked
    stop.abort()
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'cancelled', retry: false } })
    await fake.left
  })

  test('is closed when the call is aborted in the middle of an answer', async () => {
    await using fake = await start()
    fake.behave({ kind: 'begin-and-hang', reply })
    const stop = new AbortController()
    const answer = model(fake.origin).answer(aRequest(), stop.signal)
    await fake.asked
    stop.abort()
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    await fake.left
  })

  test('is closed when the time is up', async () => {
    await using fake = await start()
    const answer = model(fake.origin).answer(aRequest(), AbortSignal.timeout(100))
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'timeout', retry: true } })
    await fake.left
  })

  test('is not opened when the call was aborted before', async () => {
    await using fake = await start()
    const answer = await model(fake.origin).answer(aRequest(), AbortSignal.abort())
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    expect(fake.received).toEqual([])
  })

  test('may be so slow that every byte comes alone', async () => {
    await using fake = await start()
    fake.behave({ kind: 'drip', reply })
    const answer = await model(fake.origin).answer(aRequest(), patience())
    expect(answer).toMatchObject({ ok: true, answer: { text: TEXT } })
  })

  test('takes the key nowhere else', async () => {
    await using elsewhere = await start()
    await using fake = await start()
    const location = `${elsewhere.origin}/`
    fake.behave({ kind: 'reply', reply: { status: 307, headers: { location }, body: '' } })
    const answer = await model(fake.origin).answer(aRequest(), patience())
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'network' } })
    expect(elsewhere.received).toEqual([])
  })

  test('brings no more than an answer can have', async () => {
    await using fake = await start()
    const body = reply.body.replace(TEXT, 'x'.repeat(16_000_001))
    fake.behave({ kind: 'reply', reply: { ...reply, body } })
    const answer = await model(fake.origin).answer(aRequest(), patience())
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'malformed' } })
  })
})

describe('the address of an API', () => {
  test.each([
    ['http://localhost:11434', 'http://localhost:11434/v1'],
    ['http://localhost:11434/', 'http://localhost:11434/v1'],
    ['http://localhost:11434/v1/', 'http://localhost:11434/v1'],
    ['https://proxy.example/openai', 'https://proxy.example/openai'],
  ])('%s is %s', (given, address) => {
    expect(apiAddress(given, '/v1')).toBe(address)
  })
})
