import { describe, expect, test } from 'vitest'
import { localError, openrouterError } from '../../../tests/fakes/chat.ts'
import { googleError } from '../../../tests/fakes/google.ts'
import { aRequest } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG } from '../../../tests/fakes/rig.ts'
import type { Received, Reply } from '../../../tests/fakes/server.ts'
import type { Provider } from './provider.ts'

const REFUSALS: [Provider, Reply][] = [
  ['google', googleError(400, 'INVALID_ARGUMENT', 'JSON mode is not enabled for models/x')],
  ['openrouter', openrouterError(400, 'This model does not support response_format: json_schema')],
  ['local', localError(400, 'response_format is not supported')],
]
const schema = { type: 'object', properties: { a: { type: 'string' } } }

function holds({ body }: Received): boolean {
  return /response_format|responseJsonSchema/.test(JSON.stringify(body))
}

describe.each(REFUSALS)('a model at %s that cannot be held to a schema', (provider, refusal) => {
  const { start, model, answer } = RIG[provider]
  const reply = answer('{"a":"b"}')

  test('is asked once more in words, and in words from then on', async () => {
    await using fake = await start()
    fake.behave(received => ({ kind: 'reply', reply: holds(received) ? refusal : reply }))
    const one = model(fake.origin)
    const first = await one.answer(aRequest({ schema }), askingKeyed())
    const second = await one.answer(aRequest({ schema }), askingKeyed())
    expect([first, second]).toMatchObject([{ ok: true, answer: { text: '{"a":"b"}' } }, { ok: true }])
    expect(fake.received.map(holds)).toEqual([true, false, false])
    expect(JSON.stringify(fake.received[1]?.body)).toContain('The JSON Schema of the answer')
  })

  test('that refuses words as well is not asked a third time', async () => {
    await using fake = await start()
    fake.behave({ kind: 'reply', reply: refusal })
    const result = await model(fake.origin).answer(aRequest({ schema }), askingKeyed())
    expect(result).toMatchObject({ ok: false, failure: { fault: 'request', retry: false } })
    expect(fake.received).toHaveLength(2)
  })

  test('is asked once where no schema was sent', async () => {
    await using fake = await start()
    fake.behave({ kind: 'reply', reply: refusal })
    await model(fake.origin).answer(aRequest(), askingKeyed())
    expect(fake.received).toHaveLength(1)
  })
})
