import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Log, openLog, openSecrets, type Secrets } from './log.ts'

let dir: string
let log: Log
let secrets: Secrets
const file = () => join(dir, 'deep', 'botwright.log')
const lines = () =>
  readFileSync(file(), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'botwright-log-'))
  secrets = openSecrets()
  log = openLog({ level: 'info', file: file(), secrets })
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a line is JSON with its fields, in a file that only its owner reads', () => {
  log.info({ projectId: 'p1', inputTokens: 5 }, 'asked')
  expect(lines()).toEqual([
    { level: 30, time: expect.any(Number), projectId: 'p1', inputTokens: 5, msg: 'asked' },
  ])
  expect(statSync(file()).mode & 0o777).toBe(0o600)
})

test('what is below the level is not written', () => {
  log.debug({}, 'quiet')
  log.warn({}, 'loud')
  expect(lines()).toMatchObject([{ msg: 'loud' }])
})

const NAMES = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'token',
  'ADMIN_TOKEN',
  'apiKey',
  'GOOGLE_API_KEY',
  'googleApiKeys',
  'password',
  'POSTGRES_PASSWORD',
  'secret',
  'webhookSecret',
]

test.each(NAMES)('the value of %s is never written, at any depth', name => {
  const deep = { [name]: 'hush', a: { [name]: 'hush', b: { c: { d: [{ [name]: { inner: 'hush' } }] } } } }
  log.info(deep, 'asked')
  log.child({ [name]: 'hush', request: { headers: { [name]: ['hush'] } } }).error({ x: deep }, 'asked')
  expect(readFileSync(file(), 'utf8')).not.toContain('hush')
  expect(lines()[0]).toMatchObject({ [name]: '[secret]', a: { [name]: '[secret]' } })
})

test.each([
  'postgres://botwright:hush@db:5432/botwright',
  'postgres://botwright:hu@sh@db/botwright',
  'redis://:hush@cache:6379',
  'https://me:hush%40@example.com/path?x=1',
])('the password in %s is never written', url => {
  log.info({ url, deep: { texts: [`tried ${url} twice`] } }, `cannot reach ${url}`)
  log.error({ err: new Error(`cannot reach ${url}`) }, 'failed')
  log.child({ url }).warn({}, 'slow')
  expect(readFileSync(file(), 'utf8')).not.toMatch(/hush|hu@|sh@/)
  expect(lines()[0].url).toMatch(/:\[secret\]@(db|cache|example)/)
})

test('an address without a password, and a mail address, stay as they are', () => {
  const msg = 'see http://127.0.0.1:8080/a:b@c or mail ada@example.com'
  log.info({}, msg)
  expect(lines()[0].msg).toBe(msg)
})

test('a secret never reaches a line, wherever it stands, from when it is known', () => {
  const secret = 'AIza-secret'
  log.info({}, `before ${secret}`)
  secrets.add(secret)
  log.info({ [secret]: 1, deep: [{ at: `https://x/?key=${secret}&a=${secret}` }] }, `asked with ${secret}`)
  log.child({ request: { [`x${secret}`]: secret } }).error({ err: new Error(secret) }, 'failed')
  const [before, ...after] = lines()
  expect(before.msg).toBe(`before ${secret}`)
  expect(JSON.stringify(after)).not.toContain(secret)
  expect(after[0]).toMatchObject({
    '[secret]': 1,
    deep: [{ at: 'https://x/?key=[secret]&a=[secret]' }],
    msg: 'asked with [secret]',
  })
})

test.each([
  ['digits', '12345678', { number: 912345678, text: '12345678' }],
  [
    'what JSON escapes',
    'quote"back\\slash',
    { text: 'a quote"back\\slash', json: JSON.stringify({ key: 'quote"back\\slash' }) },
  ],
  ['what an address escapes', 'a+b/c=d&e', { text: `?key=${encodeURIComponent('a+b/c=d&e')}` }],
  ['what begins after an escape', 'nnnnnnnn', { text: '\nnnnnnnnn' }],
  ['what a pattern reads', '(.*)+[a-z]', { text: 'is (.*)+[a-z]' }],
  ['half a surrogate', 'surrogate\ud800', { text: 'a surrogate\ud800' }],
])('a secret of %s is taken out and the line stays JSON', (_, secret, fields) => {
  secrets.add(secret)
  log.info({ ...fields, kept: 'words' }, 'asked')
  const [line] = lines()
  expect(line).toMatchObject({ kept: 'words', msg: 'asked' })
  for (const name of Object.keys(fields)) expect(line[name]).toContain('[secret]')
  expect(readFileSync(file(), 'utf8')).not.toContain(secret)
})

test('of two secrets that begin alike the whole longer one is taken out', () => {
  secrets.add('shared-begin')
  secrets.add('shared-beginning')
  log.info({}, 'shared-beginning and shared-begin')
  expect(lines()[0].msg).toBe('[secret] and [secret]')
})

test('a text under 8 characters is no secret: it would be an ordinary word', () => {
  secrets.add('project')
  log.info({}, 'a project')
  expect(lines()[0].msg).toBe('a project')
})
