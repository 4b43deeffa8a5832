import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Files } from '../files.ts'
import { findSecrets, type SecretsOptions } from './secrets.ts'

const filesOf = (texts: Record<string, string | Uint8Array>): Files =>
  new Map(Object.entries(texts).map(([path, content]) => [path, { content }]))
const found = async (text: string, options: SecretsOptions = {}) =>
  (await findSecrets(filesOf({ 'a.txt': text }), options)).findings

// Put together here, so that no scanner takes this file for a leak.
const of = (...parts: string[]) => parts.join('')
const GITHUB = of('gh', 'p_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx')
const KEY_LINE = 'MIIEpAIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun'

test.each([
  ['a token of GitHub', GITHUB],
  ['a live key of Stripe', of('sk', '_live_4eC39HqLyjWDarjtT1zdp7dc')],
  ['a key of Google', of('AI', 'zaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe')],
  ['a key of AWS', of('AK', 'IAJ3NDO5PQ7RSTUVWX')],
  ['the token of a Telegram bot', of('987654321', ':AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0')],
  ['a key of OpenRouter', of('sk-or', `-v1-${'9f3a'.repeat(16)}`)],
  ['a private key', of('-----BEGIN RSA ', `PRIVATE KEY-----\n${KEY_LINE}\n-----END RSA PRIVATE KEY-----`)],
  ['the address of a database with its password', of('postgres', '://shop:Vq3xk29fjq@db.acme.io/shop')],
])('%s is found, with its line and without its words', async (_, secret) => {
  const [finding, ...more] = await found(`first\nsecond ${secret}\n`)
  expect(more).toEqual([])
  expect(finding).toMatchObject({ path: 'a.txt', line: 2, sure: true })
  expect(JSON.stringify(finding)).not.toContain(secret.slice(-12))
})

test.each([
  ['an example of AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ['a database of this machine', 'postgres://shop:shop@localhost:5432/shop'],
  ['a database beside it', 'postgres://shop:Vq3xk29fjq@db:5432/shop'],
  ['an address to be filled in', 'postgres://user:password@db.acme.io/shop'],
  ['an address of nobody', 'https://user:Vq3xk29fjq@api.example.com/'],
  ['words that speak of secrets', 'const token = "the token of the person who is signed in"'],
  ['a placeholder', 'API_KEY="your-api-key-goes-here-0000"'],
  [
    'a hash',
    'sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==',
  ],
])('%s is no secret', async (_, text) => {
  expect(await found(text)).toEqual([])
})

test('an assignment of something random is pointed out, and not sure', async () => {
  expect(await found('db_password = "Xk29fjq02mfkQz81jfWp"')).toMatchObject([{ line: 1, sure: false }])
})

test('a comment cannot switch the scan off', async () => {
  expect(await found(`// secretlint-disable\n${GITHUB}\n// secretlint-enable`)).toMatchObject([{ line: 2 }])
})

test("the project's own secret is found in every form, in every kind of file", async () => {
  const secret = 'correct-horse/"battery"+9'
  const forms = [
    secret,
    JSON.stringify({ secret }),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    Buffer.from(`a${secret}b`).toString('base64'),
    Buffer.from(`ab${secret}`).toString('base64url'),
    Buffer.from(secret).toString('base64'),
  ]
  for (const form of forms) {
    const files = filesOf({ 'a.bin': Buffer.from(`\0\n\n${form}`) })
    const { findings } = await findSecrets(files, { secretValues: [secret] })
    expect(findings, form).toEqual([{ path: 'a.bin', line: 3, kind: 'secret of this project', sure: true }])
    expect((await findSecrets(files)).findings).toEqual([])
  }
})

test('a secret in base64 is found wherever it stands in what was encoded', async () => {
  const text = fc.string({ minLength: 0, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.string({ minLength: 8, maxLength: 40 }).filter(each => !/^[a-z]+$/i.test(each)),
      text,
      async (before, secret, after) => {
        const content = Buffer.from(before + secret + after).toString('base64')
        const { findings } = await findSecrets(filesOf({ 'a.txt': content }), { secretValues: [secret] })
        expect(findings.some(({ kind }) => kind === 'secret of this project')).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

test('a value that is a plain word or very short is not looked for: it is everywhere', async () => {
  expect(
    await found('production postgres 12345', { secretValues: ['production', 'postgres', '12345'] }),
  ).toEqual([])
})

test('a stand-in that looks like a secret may be there', async () => {
  expect(await found(`line\n${GITHUB}`, { standIns: [GITHUB] })).toEqual([])
})

test('a text that is too large for the rules is named, and searched for the own secrets', async () => {
  const text = `${'long line\n'.repeat(300_000)}own-secret-value`
  const scan = await findSecrets(filesOf({ 'large.txt': text }), { secretValues: ['own-secret-value'] })
  expect(scan.notRead).toEqual(['large.txt'])
  expect(scan.findings).toMatchObject([{ line: 300_001 }])
})
