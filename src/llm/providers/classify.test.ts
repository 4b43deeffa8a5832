import { describe, expect, test } from 'vitest'
import { FAILINGS, type Failing, PATH } from '../../../tests/fakes/failings.ts'
import { aRequest, patience } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG, SECRET } from '../../../tests/fakes/rig.ts'
import { json } from '../../../tests/fakes/server.ts'
import type { ModelFailure } from '../model.ts'
import { PROVIDERS, type Provider } from './provider.ts'

async function failureOf(
  provider: Provider,
  { manner, signal = patience, idleMs }: Failing,
): Promise<ModelFailure> {
  await using fake = await RIG[provider].start()
  fake.behave(manner)
  const result = await RIG[provider]
    .model(fake.origin, idleMs)
    .answer(aRequest(), askingKeyed({ signal: signal() }))
  if (result.ok) throw new Error(`an answer: ${result.answer.text}`)
  return result.failure
}

const rows = PROVIDERS.flatMap(provider =>
  Object.entries(FAILINGS[provider]).flatMap(([kind, cases]) =>
    cases.map((one, index) => ({ provider, kind, one, number: index + 1 })),
  ),
)

describe('a call that brings no answer', () => {
  test.each(rows)('is $kind at $provider ($number)', async ({ provider, kind, one }) => {
    const failure = await failureOf(provider, one)
    expect(failure).toMatchObject({ kind, ...one.expected })
    expect(failure.says).toMatch(/^[A-Z][^\n]{10,160}\.$/)
    for (const hidden of [SECRET, PATH, 'http', 'Error', '127.0.0.1'])
      expect(failure.says).not.toContain(hidden)
  })

  test('is a matter of the network when nobody listens', async () => {
    const fake = await RIG.local.start()
    await fake[Symbol.asyncDispose]()
    const result = await RIG.local.model(fake.origin).answer(aRequest(), askingKeyed())
    expect(result).toMatchObject({ ok: false, failure: { kind: 'network', retry: true } })
  })

  test('is made once and not repeated by itself', async () => {
    await using fake = await RIG.google.start()
    fake.behave({ kind: 'reply', reply: json(503, {}, { 'retry-after': '0' }) })
    await RIG.google.model(fake.origin).answer(aRequest(), askingKeyed())
    expect(fake.received).toHaveLength(1)
  })

  test('is what a fake says of a request that is not as documented', async () => {
    await using fake = await RIG.google.start()
    fake.behave({ kind: 'reply', reply: RIG.google.answer('Hello.') })
    const result = await RIG.google.model(fake.origin).answer(aRequest({ turns: [] }), askingKeyed())
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unknown' } })
  })
})
