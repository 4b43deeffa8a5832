import { expect, test } from 'vitest'
import { keyedProvider, keyIn, lastFourOf } from './keyText.ts'

test.each(['AIza-key_1', ' AIza-key_1\n', '\tAIza-key_1\r\n'])('the key in %j is read', text => {
  expect(keyIn(text)).toEqual({ ok: true, value: 'AIza-key_1' })
})

test.each([
  ['', 'empty'],
  [' \n', 'empty'],
  ['one two', 'white space'],
  ['one\ntwo', 'white space'],
  ['x'.repeat(501), 'more than 500'],
  ['schlüssel', 'not ASCII'],
  ['key\u0000', 'not ASCII'],
  ['key\u200b', 'not ASCII'],
])('%j is refused: %s', (text, why) => {
  const refused = keyIn(text)
  expect(refused).toMatchObject({ ok: false, reason: 'malformed', says: expect.stringContaining(why) })
  if (text.trim() !== '') expect(JSON.stringify(refused)).not.toContain(text)
})

test('500 characters are still a key', () => {
  expect(keyIn('x'.repeat(500)).ok).toBe(true)
})

test.each([
  ['abcdefghijkl', 'ijkl'],
  ['abcdefghijk', ''],
])('of %s is shown "%s"', (key, shown) => {
  expect(lastFourOf(key)).toBe(shown)
})

test('Gemini and OpenRouter take keys; a local server needs none, and others are unknown', () => {
  expect(keyedProvider('google')).toEqual({ ok: true, value: 'google' })
  expect(keyedProvider('openrouter')).toEqual({ ok: true, value: 'openrouter' })
  expect(keyedProvider('local')).toMatchObject({ ok: false, says: expect.stringContaining('needs no key') })
  expect(keyedProvider('toString')).toMatchObject({
    ok: false,
    says: 'There is no provider "toString". Keys are kept for google and openrouter.',
  })
})
