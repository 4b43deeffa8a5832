import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { cipherUnder, newMaster } from '../../tests/set-up/keys.ts'
import { secretsFront } from '../../tests/set-up/secretsFront.ts'
import { secretValues } from '../projects/secrets/store.ts'
import { type Client, clientOf } from './client.ts'
import { inProcess } from './connection.ts'
import { rotateKeys } from './keyCommands.ts'
import { secrets } from './secretCommands.ts'
import { openTerminal } from './terminal.ts'

const VALUE = 'sk-live-hush-hush'
const [next, old] = [newMaster(), newMaster()]

let books: Books
let maker: Maker
let client: Client
let written = ''
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

beforeEach(async () => {
  maker = await newMaker(books, { grantMicro: 1n })
  client = clientUnder(old)
  written = ''
})

function clientUnder(...masters: [typeof old, ...(typeof old)[]]): Client {
  const operator = secretsFront(books, cipherUnder(...masters), maker.userId)
  return clientOf(inProcess({ userId: maker.userId, operator, work: async () => {}, close: async () => {} }))
}

const stand = (json = false) => ({
  client,
  clock: books.clock,
  terminal: openTerminal(json, {
    write: text => {
      written += text
    },
  }),
})
const read = (value: string) => async () => value
const set = (name: string, value = VALUE, description?: string) =>
  secrets(stand(), maker.projectId, { action: 'set', name, description }, read(value))
const list = (json = false) => secrets(stand(json), maker.projectId, { action: 'list', name: undefined })

test('a secret is set, listed by its name, and removed; its value is never printed', async () => {
  await list()
  await set('MAIL_KEY', VALUE, 'sends the mails')
  await list()
  await list(true)
  expect(written).toContain('No secret yet.')
  expect(written).toMatch(/MAIL_KEY {2}\d{4}-\d\d-\d\d {2}sends the mails\n/)
  expect(written).toContain('"name":"MAIL_KEY"')
  await secrets(stand(), maker.projectId, { action: 'remove', name: 'MAIL_KEY' })
  expect(written).toContain('MAIL_KEY is removed.')
  expect(written).not.toContain(VALUE.slice(-4))
})

test('what is refused is refused without the value, and a project that is none before a value is asked for', async () => {
  await expect(set('PATH')).rejects.toThrow(/^That name means something/)
  await expect(set('MAIL_KEY', 'sh0rt')).rejects.toThrow(/^A secret has at least 8 characters/)
  await expect(secrets(stand(), maker.projectId, { action: 'set', name: undefined })).rejects.toThrow(
    /^Name the secret/,
  )
  const asked = () => Promise.reject(new Error('a value was asked for'))
  await expect(secrets(stand(), 'nobody', { action: 'set', name: 'MAIL_KEY' }, asked)).rejects.toThrow(
    'There is no such project.',
  )
})

test('a body that cannot be read is not repeated', async () => {
  for (const body of [VALUE, `{"name":"MAIL_KEY","value":"${VALUE}"`]) {
    const front = secretsFront(books, cipherUnder(old), maker.userId)
    const answer = await front.request(`/api/projects/${maker.projectId}/secrets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.ok).toBe(false)
    expect(await answer.text()).not.toContain('hush')
  }
})

test('`keys rotate` seals secrets anew too', async () => {
  await set('MAIL_KEY')
  client = clientUnder(next, old)
  await rotateKeys(stand())
  expect(written).toContain('Sealed anew under the first master key: 1.')
  expect(await secretValues(books.database.sql, cipherUnder(next), maker.projectId)).toEqual([VALUE])
})
