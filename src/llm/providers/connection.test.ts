import { describe, expect, test } from 'vitest'
import { aRequest, patience } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG } from '../../../tests/fakes/rig.ts'
import { apiAddress } from './connection.ts'
import { PROVIDERS } from './provider.ts'

/** Characters of two, three and four bytes: a drip cuts all of them. */
const TEXT = 'Grüße, 世界 🚀'

describe.each(PROVIDERS)('the connection to %s', provider => {
  const { start, model, answer: replyOf } = RIG[provider]
  const reply = replyOf(TEXT)

  test('is closed at once when the call is aborted before an answer', async () => {
    await using fake = await start()
    const stop = new AbortController()
    const answer = model(fake.origin).answer(aRequest(), askingKeyed({ signal: stop.signal }))
    await fake.asked
    stop.abort()
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'cancelled', retry: false } })
    await fake.left
  })

  test('is closed when the call is aborted in the middle of an answer', async () => {
    await using fake = await start()
    fake.behave({ kind: 'begin-and-hang', reply })
    const stop = new AbortController()
    const answer = model(fake.origin).answer(aRequest(), askingKeyed({ signal: stop.signal }))
    await fake.asked
    stop.abort()
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    await fake.left
  })

  test('is closed when the time is up', async () => {
    await using fake = await start()
    const limit = new AbortController()
    const answer = model(fake.origin).answer(
      aRequest(),
      askingKeyed({ signal: AbortSignal.any([patience(), limit.signal]) }),
    )
    await fake.asked
    limit.abort(new DOMException('', 'TimeoutError'))
    expect(await answer).toMatchObject({ ok: false, failure: { kind: 'timeout', retry: true } })
    await fake.left
  })

  test('is not opened when the call was aborted before', async () => {
    await using fake = await start()
    const answer = await model(fake.origin).answer(aRequest(), askingKeyed({ signal: AbortSignal.abort() }))
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    expect(fake.received).toEqual([])
  })

  test('may be so slow that every byte comes alone', async () => {
    await using fake = await start()
    fake.behave({ kind: 'drip', reply })
    const answer = await model(fake.origin).answer(aRequest(), askingKeyed())
    expect(answer).toMatchObject({ ok: true, answer: { text: TEXT } })
  })

  test('takes the key nowhere else', async () => {
    await using elsewhere = await start()
    await using fake = await start()
    const location = `${elsewhere.origin}/`
    fake.behave({ kind: 'reply', reply: { status: 307, headers: { location }, body: '' } })
    const answer = await model(fake.origin).answer(aRequest(), askingKeyed())
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'network' } })
    expect(elsewhere.received).toEqual([])
  })
})

test('a connection brings no more than an answer can have', async () => {
  await using fake = await RIG.local.start()
  fake.behave({ kind: 'reply', reply: RIG.local.answer('x'.repeat(32_000_001)) })
  const answer = await RIG.local.model(fake.origin).answer(aRequest(), askingKeyed())
  expect(answer).toMatchObject({ ok: false, failure: { kind: 'malformed' } })
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
