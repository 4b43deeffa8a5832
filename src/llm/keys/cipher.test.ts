import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cipherUnder, newMaster } from '../../../tests/set-up/keys.ts'
import { openSecrets } from '../../log.ts'
import { openCipher } from './cipher.ts'

const OWNER = { id: 'k1', provider: 'google' }
const [one, two] = [newMaster(), newMaster()]

test('what is sealed opens as what it was', () => {
  const cipher = cipherUnder(one)
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), text => {
      expect(cipher.open(OWNER, cipher.seal(OWNER, text))).toBe(text)
    }),
  )
})

test('the same text is sealed differently each time, and is not in the bytes', () => {
  const cipher = cipherUnder(one)
  const seals = Array.from({ length: 50 }, () => Buffer.from(cipher.seal(OWNER, 'hush-hush').sealed))
  expect(new Set(seals.map(sealed => sealed.subarray(0, 12).toString('hex'))).size).toBe(50)
  expect(seals.filter(sealed => sealed.includes('hush'))).toEqual([])
})

test.each([
  { id: 'k2', provider: 'google' },
  { id: 'k1', provider: 'openrouter' },
])('what is moved to $provider $id does not open', other => {
  const cipher = cipherUnder(one)
  expect(cipher.open(other, cipher.seal(OWNER, 'hush-hush'))).toBeUndefined()
})

test('whichever byte is changed, or however much is cut off, it does not open', () => {
  const cipher = cipherUnder(one)
  const { sealed, masterFingerprint } = cipher.seal(OWNER, 'hush-hush')
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte))
    expect(cipher.open(OWNER, { sealed: changed, masterFingerprint })).toBeUndefined()
    expect(cipher.open(OWNER, { sealed: sealed.slice(0, at), masterFingerprint })).toBeUndefined()
  }
})

test('the first master key seals and every one opens', () => {
  const sealed = cipherUnder(one).seal(OWNER, 'hush-hush')
  expect(sealed.masterFingerprint).toBe(one.fingerprint)
  expect(cipherUnder(two, one).open(OWNER, sealed)).toBe('hush-hush')
  expect(cipherUnder(two).open(OWNER, sealed)).toBeUndefined()
  expect(cipherUnder(two, one).seal(OWNER, 'hush-hush').masterFingerprint).toBe(two.fingerprint)
})

test('a master key under the name of another does not open', () => {
  const sealed = cipherUnder(one).seal(OWNER, 'hush-hush')
  expect(cipherUnder({ ...two, fingerprint: one.fingerprint }).open(OWNER, sealed)).toBeUndefined()
})

test('what was sealed or opened is a secret from then on', () => {
  const [sealing, opening] = [openSecrets(), openSecrets()]
  const sealed = openCipher([one], sealing).seal(OWNER, 'hush-hush')
  expect(sealing.censor('a hush-hush')).toBe('a [secret]')
  expect(opening.censor('a hush-hush')).toBe('a hush-hush')
  openCipher([one], opening).open(OWNER, sealed)
  expect(opening.censor('a hush-hush')).toBe('a [secret]')
})
