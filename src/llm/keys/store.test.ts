import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../tests/set-up/database.ts'
import {
  addKeys,
  cipherUnder,
  failure,
  keyRow,
  NOW_MS,
  newMaster,
  poolOn,
  type StillClock,
  stillClock,
} from '../../../tests/set-up/keys.ts'
import { type Database, openDatabase } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import { newId } from '../../id.ts'
import { openLog } from '../../log.ts'
import type { Cipher } from './cipher.ts'
import type { KeyedProvider } from './keyText.ts'
import { rotateKeys } from './rotate.ts'
import { addKey, disableKey, enableKey, importKeys } from './store.ts'
import { disableUnreadable } from './unreadable.ts'

const [one, two, three] = [newMaster(), newMaster(), newMaster()]
const TEXT = 'google-key-a'
const TRANSACTIONS = 4

let database: Database
let drop: () => Promise<void>
let clock: StillClock
let cipher: Cipher
let logFile: string

beforeEach(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  database = await openDatabase({ url: fresh.url, dataDir: '' })
  clock = stillClock()
  cipher = cipherUnder(one)
  logFile = join(tmpdir(), `botwright-keys-${newId()}`)
})
afterEach(async () => {
  await database.close()
  await drop()
  rmSync(logFile, { force: true })
})

const rows = () => database.sql.select().from(apiKeys).orderBy(apiKeys.createdAt, apiKeys.lastFour)
const add = (text = TEXT, expiresAt: Date | null = null, provider: KeyedProvider = 'google') =>
  database.transaction(tx => addKey(tx, { clock, cipher }, { provider, label: 'mine', text, expiresAt }))
const bring = (google: readonly string[], openrouter: readonly string[] = []) =>
  database.transaction(tx =>
    importKeys(tx, { clock, cipher, log: openLog({ level: 'info', file: logFile }) }, { google, openrouter }),
  )
const lend = () => {
  const pool = poolOn(database, clock, cipher)
  return database.transaction(tx => pool.lease(tx, 'google', []))
}

describe('adding', () => {
  test('a key is kept sealed: no column holds it, and the last four characters are shown', async () => {
    await add(` ${TEXT}\n`)
    const [row] = await rows()
    expect(row).toMatchObject({
      provider: 'google',
      label: 'mine',
      lastFour: 'ey-a',
      origin: 'operator',
      status: 'active',
    })
    expect(JSON.stringify({ ...row, sealed: Buffer.from(row?.sealed ?? []).toString() })).not.toContain(TEXT)
    expect(await lend()).toMatchObject({ value: { apiKey: TEXT } })
  })

  test('the same key twice is refused, also by several at once; of another provider it is another', async () => {
    const added = await Promise.all(Array.from({ length: TRANSACTIONS }, () => add()))
    expect(added.filter(({ ok }) => ok)).toHaveLength(1)
    const [row] = await rows()
    expect(await add(`${TEXT} `)).toEqual({
      ok: false,
      reason: 'known',
      says: `This key of Google Gemini is here already, as ${row?.id}.`,
    })
    await bring([], [TEXT])
    expect((await rows()).map(({ provider }) => provider).sort()).toEqual(['google', 'openrouter'])
    const other = (await rows()).find(({ provider }) => provider === 'openrouter')
    expect(await add(TEXT, null, 'openrouter')).toMatchObject({
      says: `This key of OpenRouter is here already, as ${other?.id}.`,
    })
  })

  test('what is no key, or has expired, is refused', async () => {
    expect(await add('one two')).toMatchObject({ reason: 'malformed' })
    expect(await add(TEXT, new Date(NOW_MS))).toMatchObject({ reason: 'expired' })
    expect(await add(TEXT, new Date(NOW_MS + 1))).toMatchObject({ ok: true })
  })
})

describe('the keys of the environment', () => {
  test('are kept once, however often it starts', async () => {
    await bring(['google-key-a', 'google-key-b'], ['openrouter-key'])
    const before = await rows()
    await Promise.all(
      Array.from({ length: TRANSACTIONS }, () => bring(['google-key-a', 'google-key-b'], ['openrouter-key'])),
    )
    expect(before.map(({ provider, origin }) => `${provider} ${origin}`).sort()).toEqual([
      'google environment',
      'google environment',
      'openrouter environment',
    ])
    expect(await rows()).toEqual(before)
  })

  test('stay as they are when they are disabled or were added by hand', async () => {
    await add()
    const [row] = await rows()
    await database.transaction(tx => disableKey(tx, row?.id ?? ''))
    const before = await rows()
    await bring([TEXT])
    expect(await rows()).toEqual(before)
  })

  test('are left out where they are none, with a line that does not hold them', async () => {
    await bring(['schlüssel-hush', 'google-key-b'])
    expect(await rows()).toHaveLength(1)
    const lines = readFileSync(logFile, 'utf8')
    expect(lines).toContain('a key of the environment is left out')
    expect(lines).not.toContain('hush')
  })
})

describe('disabling and enabling', () => {
  test('a disabled key is not lent until it is enabled; twice is once', async () => {
    const [id = ''] = await addKeys(database, { clock, cipher }, ['a'])
    for (let n = 0; n < 2; n++)
      expect(await database.transaction(tx => disableKey(tx, id))).toEqual({ ok: true, value: { id } })
    expect(await keyRow(database, id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'An operator disabled it.',
    })
    expect(await lend()).toMatchObject({ reason: 'no-key' })
    for (let n = 0; n < 2; n++)
      expect(await database.transaction(tx => enableKey(tx, { clock, cipher }, id))).toMatchObject({
        ok: true,
      })
    expect(await keyRow(database, id)).toMatchObject({ status: 'active', disabledReason: null })
    expect(await lend()).toMatchObject({ ok: true })
  })

  test('the reason why a key was disabled stays when an operator disables it too', async () => {
    const [id = ''] = await addKeys(database, { clock, cipher }, ['a'])
    await poolOn(database, clock, cipher).heed(id, failure('authentication'))
    await database.transaction(tx => disableKey(tx, id))
    expect((await keyRow(database, id)).disabledReason).toBe('The provider said: authentication.')
  })

  test('a key is not enabled that has expired, that cannot be opened, or that is not there', async () => {
    const [id = ''] = await addKeys(database, { clock, cipher }, ['a'], new Date(NOW_MS + 1_000))
    const enable = (under: Cipher, which = id) =>
      database.transaction(tx => enableKey(tx, { clock, cipher: under }, which))
    expect(await enable(cipherUnder(two))).toMatchObject({ reason: 'unreadable' })
    expect(await enable(cipher, 'nothing')).toMatchObject({ reason: 'not-found' })
    expect(await database.transaction(tx => disableKey(tx, 'nothing'))).toMatchObject({ reason: 'not-found' })
    clock.pass(1_000)
    expect(await enable(cipher)).toMatchObject({ reason: 'expired' })
  })

  test('a rest that the provider asked for outlives disabling and enabling', async () => {
    const [id = ''] = await addKeys(database, { clock, cipher }, ['a'])
    await poolOn(database, clock, cipher).heed(id, failure('rate-limited', 5_000))
    await database.transaction(tx => disableKey(tx, id))
    await database.transaction(tx => enableKey(tx, { clock, cipher }, id))
    expect(await lend()).toMatchObject({ reason: 'cooling', untilMs: clock.nowMs() + 5_000 })
  })
})

describe('after the master key was lost', () => {
  beforeEach(async () => {
    await add()
    cipher = cipherUnder(two)
    await database.transaction(tx => disableUnreadable(tx, { clock, cipher }))
    expect(await lend()).toMatchObject({ reason: 'no-key' })
  })

  test.each([
    ['given again', () => add()],
    ['still in the environment', () => bring([TEXT])],
  ])('a key that is %s is used again, under the same id', async (_, give) => {
    const [before] = await rows()
    await give()
    const [after] = await rows()
    expect(after).toMatchObject({ id: before?.id, status: 'active', disabledReason: null })
    expect(await lend()).toMatchObject({ value: { apiKey: TEXT } })
  })

  test('a key that was disabled for another reason is readable again and stays disabled', async () => {
    const [row] = await rows()
    await database.sql.update(apiKeys).set({ disabledReason: 'An operator disabled it.' })
    await bring([TEXT])
    expect((await keyRow(database, row?.id ?? '')).status).toBe('disabled')
    expect(await database.transaction(tx => enableKey(tx, { clock, cipher }, row?.id ?? ''))).toMatchObject({
      ok: true,
    })
  })
})

describe('rotation of the master key', () => {
  const rotate = (under: Cipher) => database.transaction(tx => rotateKeys(tx, under))

  test('every key is sealed under the first, and opens without the old one', async () => {
    await addKeys(database, { clock, cipher }, ['a', 'b', 'c'])
    const both = cipherUnder(two, one)
    expect(await rotate(both)).toEqual({ resealed: 3, unreadable: 0 })
    cipher = cipherUnder(two)
    expect(await lend()).toMatchObject({ ok: true })
    const before = await rows()
    expect(await rotate(both)).toEqual({ resealed: 0, unreadable: 0 })
    expect(await rows()).toEqual(before)
  })

  test('what no master key opens is counted and left as it was', async () => {
    await addKeys(database, { clock, cipher: cipherUnder(three) }, ['a', 'b', 'c', 'd'])
    const lost = await rows()
    await addKeys(database, { clock, cipher }, ['e', 'f', 'g', 'h'])
    expect(await rotate(cipherUnder(two, one))).toEqual({ resealed: 4, unreadable: 4 })
    expect((await rows()).slice(0, 4)).toEqual(lost)
  })

  test('several at once, while keys are lent, end in one rotation', async () => {
    await addKeys(database, { clock, cipher }, ['a', 'b', 'c'])
    cipher = cipherUnder(two, one)
    const rotations = Array.from({ length: TRANSACTIONS }, () => rotate(cipher))
    const leases = Array.from({ length: 20 }, lend)
    const counts = await Promise.all(rotations)
    expect(counts.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(3)
    expect((await Promise.all(leases)).filter(({ ok }) => !ok)).toEqual([])
    expect((await rows()).map(row => cipherUnder(two).open(row, row))).toEqual(
      ['a', 'b', 'c'].map(name => `google-key-${name}`),
    )
  })

  test('a rotation that breaks off leaves every key as it was', async () => {
    await addKeys(database, { clock, cipher }, ['a', 'b'])
    const before = await rows()
    const broken = database.transaction(async tx => {
      await rotateKeys(tx, cipherUnder(two, one))
      throw new Error('broken')
    })
    await expect(broken).rejects.toThrow('broken')
    expect(await rows()).toEqual(before)
  })
})
