import { describe, expect, test } from 'vitest'
import { type Failing, PATH } from '../../../tests/fakes/alike.ts'
import { failingsOf } from '../../../tests/fakes/failings.ts'
import { aRequest, patience } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG, SECRET } from '../../../tests/fakes/rig.ts'
import { json } from '../../../tests/fakes/server.ts'
import type { FailureKind, Fault, ModelFailure, Piece } from '../model.ts'
import { PROVIDERS, type Provider } from './provider.ts'

async function failureOf(provider: Provider, failing: Failing): Promise<ModelFailure> {
  const { manner, signal = patience, stopsAtText, idleMs } = failing
  await using fake = await RIG[provider].start()
  if (manner) fake.behave(manner)
  else await fake[Symbol.asyncDispose]()
  const stop = new AbortController()
  const tell = ({ kind }: Piece) => stopsAtText && kind === 'text' && stop.abort()
  const model = RIG[provider].model(fake.origin, idleMs)
  const signals = AbortSignal.any([signal(), stop.signal])
  const result = await model.answer(aRequest(), askingKeyed({ signal: signals, tell }))
  if (result.ok) throw new Error(`an answer: ${result.answer.text}`)
  return result.failure
}

const cells = PROVIDERS.flatMap(provider =>
  Object.entries(failingsOf(provider)).map(([kind, ways]) => ({ provider, kind, ways })),
)
const rows = cells.flatMap(({ provider, kind, ways }) =>
  ways.map((one, index) => ({ provider, kind, one, number: index + 1 })),
)

/** Who can do something about each kind: what a person is told to do depends on it. */
const FAULTS: Readonly<Record<FailureKind, readonly Fault[]>> = {
  'rate-limited': ['provider'],
  overloaded: ['provider'],
  authentication: ['operator'],
  'out-of-provider-credit': ['operator'],
  'context-too-long': ['request'],
  refused: ['request'],
  malformed: ['provider', 'request'],
  timeout: ['provider'],
  cancelled: ['caller'],
  network: ['provider'],
  unknown: ['operator', 'request'],
}

test('every provider is seen to fail in every way', () => {
  expect(cells.filter(({ ways }) => ways.length === 0)).toEqual([])
  expect(cells).toHaveLength(PROVIDERS.length * Object.keys(FAULTS).length)
})

describe('a call that brings no answer', () => {
  test.each(rows)('is $kind at $provider ($number)', async ({ provider, kind, one }) => {
    const failure = await failureOf(provider, one)
    expect(failure).toMatchObject({ kind, ...one.expected })
    expect(FAULTS[failure.kind]).toContain(failure.fault)
    expect(failure.says).toMatch(/^[A-Z][^\n]{10,160}\.$/)
    for (const hidden of [SECRET, PATH, 'http', 'host.example', 'Error', '127.0.0.1'])
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
