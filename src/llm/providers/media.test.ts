import { describe, expect, test } from 'vitest'
import { aRequest } from '../../../tests/fakes/request.ts'
import { askingKeyed, RIG } from '../../../tests/fakes/rig.ts'
import type { Media } from '../model.ts'
import type { Provider } from './provider.ts'

const PICTURE: Media = { mediaType: 'image/png', base64: 'iVBORw0KGgo=' }
const RECORDING: Media = { mediaType: 'audio/wav', base64: 'UklGRiQAAABXQVZF' }

async function exchange(provider: Provider, media: readonly Media[]) {
  await using fake = await RIG[provider].start()
  fake.behave({ kind: 'reply', reply: RIG[provider].answer('A duck.') })
  const turns = [{ role: 'user', text: 'What is this?', media }] as const
  const result = await RIG[provider].model(fake.origin).answer(aRequest({ turns }), askingKeyed())
  return { result, sent: fake.received[0]?.body }
}

const IN_CHAT = { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE.base64}` } }

describe('a picture', () => {
  test.each([
    [
      'google',
      { contents: [{ parts: [{}, { inlineData: { mimeType: 'image/png', data: PICTURE.base64 } }] }] },
    ],
    ['openrouter', { messages: [{ role: 'system' }, { content: [{ type: 'text' }, IN_CHAT] }] }],
    ['local', { messages: [{ role: 'system' }, { content: [{ type: 'text' }, IN_CHAT] }] }],
  ] as const)('goes to %s in its words and is counted', async (provider, wire) => {
    const { result, sent } = await exchange(provider, [PICTURE])
    expect(sent).toMatchObject(wire)
    expect(result).toMatchObject({ ok: true, answer: { text: 'A duck.', usage: { images: 1 } } })
  })
})

describe('a recording', () => {
  test.each([
    ['google', { contents: [{ parts: [{}, { inlineData: { mimeType: 'audio/wav' } }] }] }],
    [
      'openrouter',
      { messages: [{}, { content: [{}, { input_audio: { format: 'wav', data: RECORDING.base64 } }] }] },
    ],
  ] as const)('goes to %s in its words and is no picture', async (provider, wire) => {
    const { result, sent } = await exchange(provider, [RECORDING])
    expect(sent).toMatchObject(wire)
    expect(result).toMatchObject({ ok: true, answer: { usage: { images: 0 } } })
  })
})

describe('what a model does not read', () => {
  test.each([
    ['local', RECORDING],
    ['google', { mediaType: 'model/obj', base64: 'dg==' }],
    ['openrouter', { mediaType: 'video/mp4', base64: 'AAAA' }],
  ] as const)('is not sent to %s', async (provider, media) => {
    const { result, sent } = await exchange(provider, [PICTURE, media])
    expect(sent).toBeUndefined()
    expect(result).toMatchObject({
      ok: false,
      failure: {
        kind: 'malformed',
        fault: 'request',
        retry: false,
        says: expect.stringContaining('cannot read this kind of attachment'),
      },
    })
  })
})

test('each provider says what it reads', () => {
  const reads = (provider: Provider) => RIG[provider].model('http://127.0.0.1:1').reads
  expect(reads('google')).toEqual(['image/', 'audio/'])
  expect(reads('openrouter')).toEqual(['image/', 'audio/'])
  expect(reads('local')).toEqual(['image/'])
})
