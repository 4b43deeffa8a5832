import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../../tests/set-up/books.ts'
import { cipherUnder, newMaster } from '../../../tests/set-up/keys.ts'
import { projectSecrets } from '../../db/schema.ts'
import { newId } from '../../id.ts'
import { openCipher } from '../../llm/keys/cipher.ts'
import { openSecrets } from '../../log.ts'
import { SECRETS_MAX } from './secret.ts'
import { listSecrets, removeSecret, setSecret } from './secrets.ts'
import { resealSecrets, secretsOf, secretValues } from './store.ts'

const master = newMaster()
const cipher = cipherUnder(master)
const VALUE = 'sk-live-0123456789'

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const needs = () => ({ database: books.database, clock: books.clock, cipher })
const maker = () => newMaker(books, { grantMicro: 1n })
const set = (of: { userId: string; projectId: string }, said: unknown) =>
  setSecret(needs(), of.userId, of.projectId, said)
const valuesOf = (projectId: string, by = cipher) => secretValues(books.database.sql, by, projectId)

test('what is set is listed by its name and never by its value', async () => {
  const one = await maker()
  const listed = await set(one, { name: 'MAIL_KEY', value: `${VALUE}\r\n`, description: 'sends the mails' })
  expect(listed).toMatchObject({ ok: true, value: [{ name: 'MAIL_KEY', description: 'sends the mails' }] })
  expect(await listSecrets(books, one.userId, one.projectId)).toEqual(listed)
  expect(JSON.stringify(listed)).not.toContain(VALUE.slice(-4))
  expect(await valuesOf(one.projectId)).toEqual([VALUE])
})

test('setting it again replaces it, and removing it leaves nothing', async () => {
  const one = await maker()
  await set(one, { name: 'MAIL_KEY', value: VALUE, description: 'old' })
  await set(one, { name: 'MAIL_KEY', value: 'another-value' })
  expect(await valuesOf(one.projectId)).toEqual(['another-value'])
  expect(await removeSecret(books, one.userId, one.projectId, 'MAIL_KEY')).toEqual({ ok: true, value: [] })
  expect(await removeSecret(books, one.userId, one.projectId, 'MAIL_KEY')).toMatchObject({
    reason: 'not-found',
  })
  expect(await valuesOf(one.projectId)).toEqual([])
})

test('no one but the owner lists, sets or removes, and others hear what they hear of no project', async () => {
  const [one, other] = [await maker(), await maker()]
  await set(one, { name: 'MAIL_KEY', value: VALUE })
  const none = { ok: false, reason: 'not-found', says: 'There is no such project.' }
  for (const id of [one.projectId, newId(), 'no id']) {
    expect(await listSecrets(books, other.userId, id)).toEqual(none)
    expect(await set({ ...other, projectId: id }, { name: 'OTHER_KEY', value: VALUE })).toEqual(none)
    expect(await removeSecret(books, other.userId, id, 'MAIL_KEY')).toEqual(none)
  }
  expect((await secretsOf(books.database.sql, one.projectId)).map(({ name }) => name)).toEqual(['MAIL_KEY'])
})

describe('a name that', () => {
  test.each([
    ...['PATH', 'HOME', 'PORT', 'NODE_OPTIONS', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'NPM_CONFIG_REGISTRY'],
    ...[
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'GOFLAGS',
      'GOPROXY',
      'RUSTC_WRAPPER',
      'CARGO_HOME',
      'JAVA_TOOL_OPTIONS',
    ],
    ...[
      'MAVEN_OPTS',
      'BASH_ENV',
      'ENV',
      'IFS',
      'HTTPS_PROXY',
      'GIT_SSH_COMMAND',
      'SSL_CERT_FILE',
      'BOTWRIGHT_X',
    ],
    ...['lower', '1ST', 'A-B', 'A B', 'A=B', '', 'A\nB', 'Ä', '_X', `A${'B'.repeat(64)}`, '__PROTO__'],
  ])('is %o is refused', async name => {
    const refused = await set(await maker(), { name, value: VALUE })
    expect(refused).toMatchObject({
      ok: false,
      reason: 'malformed',
      says: expect.stringMatching(/^[A-Z].*\.$/s),
    })
  })

  test.each(['STRIPE_KEY', 'GOOGLE_API_KEY', 'GITHUB_TOKEN', 'NPM_TOKEN', 'A1', 'GO_AWAY', 'CONSTRUCTOR'])(
    'is %s is taken',
    async name => expect(await set(await maker(), { name, value: VALUE })).toMatchObject({ ok: true }),
  )
})

test('a value that is too short, too long, or no text is refused without being repeated', async () => {
  const one = await maker()
  for (const value of [
    'sh0rt-v',
    '   1234567   ',
    'x'.repeat(8_193),
    'ü'.repeat(4_097),
    'nul\0inside',
    '\ud800-half-a-sign',
  ]) {
    const refused = await set(one, { name: 'MAIL_KEY', value })
    expect(refused).toMatchObject({ ok: false, reason: 'malformed' })
    expect(JSON.stringify(refused)).not.toContain(value.trim())
  }
  for (const said of [
    undefined,
    null,
    VALUE,
    [VALUE],
    { name: VALUE },
    { name: VALUE, value: [VALUE] },
    { value: VALUE },
  ])
    expect(JSON.stringify(await set(one, said))).not.toContain(VALUE)
})

test('a description that holds the value is refused: models read it', async () => {
  const refused = await set(await maker(), { name: 'MAIL_KEY', value: VALUE, description: `it is ${VALUE}` })
  expect(refused).toMatchObject({ ok: false, reason: 'malformed' })
  expect(JSON.stringify(refused)).not.toContain(VALUE)
})

test('there are at most so many, also when they come at once, and the last can still be replaced', async () => {
  const one = await maker()
  const all = await Promise.all(
    Array.from({ length: SECRETS_MAX + 3 }, (_, at) => set(one, { name: `KEY_${at}`, value: VALUE })),
  )
  expect(all.filter(each => each.ok)).toHaveLength(SECRETS_MAX)
  const [known] = await secretsOf(books.database.sql, one.projectId)
  expect(await set(one, { name: known?.name, value: 'another-value' })).toMatchObject({ ok: true })
})

test('a value is in no column but sealed, and opens only in its own row', async () => {
  const [one, other] = [await maker(), await maker()]
  await set(one, { name: 'A_KEY', value: VALUE })
  await set(one, { name: 'B_KEY', value: 'another-value' })
  await set(other, { name: 'A_KEY', value: 'the-others-value' })
  const { sql: on } = books.database
  const kept = await on.select().from(projectSecrets)
  expect(kept.length).toBeGreaterThan(2)
  expect(kept.filter(row => Buffer.from(row.sealed).includes(VALUE))).toEqual([])
  expect(JSON.stringify(kept.map(({ sealed: _, ...row }) => row))).not.toContain(VALUE)
  const move = (from: object, to: object) =>
    on.execute(sql`update project_secrets t set sealed = f.sealed, master_fingerprint = f.master_fingerprint
      from project_secrets f where to_jsonb(f) @> ${JSON.stringify(from)} and to_jsonb(t) @> ${JSON.stringify(to)}`)
  const a = { project_id: one.projectId, name: 'A_KEY' }
  await move(a, { project_id: one.projectId, name: 'B_KEY' })
  await move(a, { project_id: other.projectId, name: 'A_KEY' })
  expect(await valuesOf(one.projectId)).toEqual([VALUE])
  expect(await valuesOf(other.projectId)).toEqual([])
})

test('a project and a name that run together like another project and name do not open each other', () => {
  const owner = (id: string) => ({ id, provider: 'project secret' })
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z\d]{16}$/),
      fc.stringMatching(/^[A-Z][A-Z\d_]{0,20}$/),
      (id, name) => {
        const sealed = cipher.seal(owner(`${id} ${name}`), VALUE)
        expect(cipher.open(owner(`${id} ${name}X`), sealed)).toBeUndefined()
        expect(cipher.open({ id: `${id} ${name}`, provider: 'google' }, sealed)).toBeUndefined()
      },
    ),
  )
})

test('a new master key seals all of them anew, once, and what none opens is left as it was', async () => {
  const own = await openBooks()
  try {
    const one = await newMaker(own, { grantMicro: 1n })
    const next = newMaster()
    const both = cipherUnder(next, master)
    const write = (name: string, by = cipher) =>
      setSecret({ ...own, cipher: by }, one.userId, one.projectId, { name, value: `${VALUE}-${name}` })
    await write('A_KEY')
    await write('B_KEY')
    await write('LOST_KEY', cipherUnder(newMaster()))
    const reseal = () => own.database.transaction(tx => resealSecrets(tx, both))
    expect(await reseal()).toEqual({ resealed: 2, unreadable: 1 })
    expect(await reseal()).toEqual({ resealed: 0, unreadable: 1 })
    expect(await secretValues(own.database.sql, cipherUnder(next), one.projectId)).toEqual([
      `${VALUE}-A_KEY`,
      `${VALUE}-B_KEY`,
    ])
  } finally {
    await own.close()
  }
})

test('a value is taken out of every line of the log from when it is set', async () => {
  const one = await maker()
  const secrets = openSecrets()
  const watched = openCipher([master], secrets)
  await setSecret({ ...needs(), cipher: watched }, one.userId, one.projectId, {
    name: 'MAIL_KEY',
    value: VALUE,
  })
  expect(secrets.censor(`failed with ${VALUE}`)).toBe('failed with [secret]')
})

test('they go with the row of the project', async () => {
  const one = await maker()
  await set(one, { name: 'MAIL_KEY', value: VALUE })
  const { sql: on } = books.database
  await on.execute(sql`delete from projects where id = ${one.projectId}`)
  expect(await secretsOf(on, one.projectId)).toEqual([])
})
