import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../tests/set-up/database.ts'
import {
  cipherUnder,
  failure,
  keysFront,
  newMaster,
  poolOn,
  type StillClock,
  stillClock,
} from '../../tests/set-up/keys.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { done, type Result, refuse } from '../failure.ts'
import { listAlerts, markSeen } from './alertCommands.ts'
import { type Client, clientOf } from './client.ts'
import { inProcess } from './connection.ts'
import { addKey, disableKey, enableKey, listKeys, rotateKeys } from './keyCommands.ts'
import { openTerminal, type Terminal } from './terminal.ts'

const KEY = 'AIza-hush-hush-1234'
const [one, two] = [newMaster(), newMaster()]
const cipher = cipherUnder(two, one)

let database: Database
let drop: () => Promise<void>
let clock: StillClock
let client: Client
let operator: ReturnType<typeof keysFront>
let written: string
let refreshed: Result<void>

beforeEach(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  database = await openDatabase({ url: fresh.url, dataDir: '' })
  clock = stillClock()
  refreshed = done(undefined)
  operator = keysFront({ database, clock, cipher, refresh: async () => refreshed })
  client = clientOf(inProcess({ userId: 'owner', operator, work: async () => {}, close: async () => {} }))
  written = ''
})
afterEach(async () => {
  await database.close()
  await drop()
})

const terminal = (json: boolean): Terminal =>
  openTerminal(json, {
    write: text => {
      written += text
    },
  })
const stand = (json = false) => ({ client, clock, terminal: terminal(json) })
const given = (text: string) => async () => text
const said = () => {
  const text = written
  written = ''
  return text
}
const addOne = async (): Promise<string> => {
  await addKey(stand(true), 'google', { label: 'mine' }, given(`${KEY}\n`))
  return JSON.parse(said()).id
}

test('a key is added and listed by its last four characters', async () => {
  const id = await addOne()
  await listKeys(stand())
  const text = said()
  expect(text).toMatch(new RegExp(`${id}\\s+google\\s+…1234\\s+mine\\s+active\\s+0\\s+0\\s+0\\s+0\\s+never`))
  await listKeys(stand(true))
  const json = said()
  expect(JSON.parse(json).keys).toMatchObject([{ id, lastFour: '1234', warning: null, costUsd: '0' }])
  expect(text + json).not.toContain('hush')
})

test('a key that brings no model into use is added and says why', async () => {
  refreshed = refuse('model-name', 'There is no model "x".')
  await addKey(stand(), 'google', {}, given(KEY))
  expect(said()).toMatch(/^Key \w+ is added\.\nThere is no model "x"\.\n$/)
})

test('without keys the list says how to add one', async () => {
  await listKeys(stand())
  expect(said()).toContain('botwright keys add')
})

describe('refused', () => {
  test.each([
    ['local', 'The local model server needs no key: set LOCAL_LLM_BASE_URL instead.'],
    ['mistral', 'There is no provider "mistral". Keys are kept for google and openrouter.'],
  ])('the provider %s, before a key is asked for', async (provider, says) => {
    const never = () => Promise.reject(new Error('asked'))
    await expect(addKey(stand(), provider, {}, never)).rejects.toThrow(says)
    await expect(client.post('/api/operator/keys', { provider, apiKey: KEY })).rejects.toThrow(says)
  })

  test.each([
    ['2027-02-30', 'A day is written as year-month-day'],
    ['soon', 'A day is written as year-month-day'],
    ['2027-01-14', 'That day is over.'],
  ])('the day %s', async (expires, says) => {
    await expect(addKey(stand(), 'google', { expires }, given(KEY))).rejects.toThrow(says)
  })

  test('what is no key, and a key that is there', async () => {
    await expect(addKey(stand(), 'google', {}, given(' \n'))).rejects.toThrow('The key is empty.')
    await addOne()
    await expect(addKey(stand(), 'google', {}, given(KEY))).rejects.toThrow('is here already')
  })

  test('a body that is the key and nothing else, without repeating it', async () => {
    const sent = { method: 'POST', body: KEY }
    const answer = await operator.request('/api/operator/keys', sent)
    expect(answer.status).toBe(400)
    expect(await answer.text()).not.toContain('AIza')
  })

  test('whatever is not there', async () => {
    await expect(disableKey(stand(), 'no/thing')).rejects.toThrow('There is no key "no/thing".')
    await expect(enableKey(stand(), 'nothing')).rejects.toThrow('There is no key "nothing".')
    await expect(markSeen(stand(), 'nothing')).rejects.toThrow('There is no alert "nothing".')
  })
})

test('a key is used until the end of its last day, in UTC', async () => {
  await addKey(stand(true), 'google', { expires: '2027-01-31' }, given(KEY))
  await listKeys(stand(true))
  const [, list] = said().split('\n')
  expect(JSON.parse(list ?? '').keys[0].expiresMs).toBe(Date.parse('2027-02-01T00:00:00Z'))
})

test('a key is disabled, enabled and shown as resting', async () => {
  const id = await addOne()
  await disableKey(stand(), id)
  await listKeys(stand())
  expect(said()).toMatch(/is disabled\.[\s\S]*disabled[\s\S]*: An operator disabled it\./)
  await enableKey(stand(), id)
  await poolOn(database, clock, cipher).heed(id, failure('rate-limited', 60_000))
  await listKeys(stand())
  expect(said()).toMatch(/is used again\.[\s\S]*rests until 2027-01-15 08:01/)
})

test('rotation tells how many were sealed anew', async () => {
  await addOne()
  await rotateKeys(stand())
  expect(said()).toBe('Sealed anew under the first master key: 0.\n')
  await rotateKeys(stand(true))
  expect(JSON.parse(said())).toEqual({ resealed: 0, unreadable: 0 })
})

test('an alert is listed until it is seen', async () => {
  const id = await addOne()
  await poolOn(database, clock, cipher).heed(id, failure('authentication'))
  await listAlerts(stand(true))
  const [alert] = JSON.parse(said()).alerts
  expect(alert).toMatchObject({ kind: 'key-refused', subject: id, atMs: clock.nowMs() })
  await markSeen(stand(), alert.id)
  await listAlerts(stand())
  expect(said()).toMatch(/is seen;[\s\S]*There is nothing to see\./)
})
