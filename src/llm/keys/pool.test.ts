import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newMaker } from '../../../tests/set-up/books.ts'
import { freshDatabase, freshDataDir } from '../../../tests/set-up/database.ts'
import {
  addKeys,
  cipherUnder,
  doctorCall,
  failure,
  keyRow,
  NOW_MS,
  newMaster,
  poolOn,
  type StillClock,
  stillClock,
} from '../../../tests/set-up/keys.ts'
import { openAlerts } from '../../alerts.ts'
import { type Database, openDatabase } from '../../db/database.ts'
import { apiKeys, calls } from '../../db/schema.ts'
import type { Cipher } from './cipher.ts'
import type { KeyPool } from './pool.ts'
import { disableUnreadable } from './unreadable.ts'

let database: Database
let drop: () => Promise<void>
let clock: StillClock
let cipher: Cipher
let pool: KeyPool

beforeEach(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  database = await openDatabase({ url: fresh.url, dataDir: '' })
  clock = stillClock()
  cipher = cipherUnder(newMaster())
  pool = poolOn(database, clock, cipher)
})
afterEach(async () => {
  await database.close()
  await drop()
})

const add = (names: string, expiresAt?: Date) =>
  addKeys(database, { clock, cipher }, names.split(' '), expiresAt)
const lend = (from = pool, except: readonly string[] = []) =>
  database.transaction(tx => from.lease(tx, 'google', except))
/** The name of the key that is lent, or why none is. */
const lent = async (from = pool, except: readonly string[] = []) => {
  const lease = await lend(from, except)
  return lease.ok ? lease.value.apiKey.replace('google-key-', '') : lease.reason
}
const several = async (count: number) => {
  const names: string[] = []
  for (let n = 0; n < count; n++) names.push(await lent())
  return names.join('')
}

describe('rotation', () => {
  test('the key that was used the longest ago is lent, those never used first', async () => {
    await add('a b c')
    const first = await several(3)
    expect([...first].sort().join('')).toBe('abc')
    expect(await several(6)).toBe(first + first)
    await add('d')
    expect(await lent()).toBe('d')
    expect(await several(4)).toBe(`${first}d`)
  })

  test('keys that a call has tried are passed over, and other providers have none of them', async () => {
    const [a, b] = await add('a b')
    expect(await lent(pool, [a ?? ''])).toBe('b')
    expect(await lend(pool, [a ?? '', b ?? ''])).toMatchObject({
      reason: 'no-key',
      says: 'Every key of Google Gemini was tried.',
    })
    expect(await database.transaction(tx => pool.lease(tx, 'openrouter', []))).toEqual({
      ok: false,
      reason: 'no-key',
      says: 'There is no key of OpenRouter that can be used: add one with `botwright keys add openrouter`.',
    })
  })

  test('a lease whose transaction rolls back leaves no mark', async () => {
    const [a] = await add('a')
    const broken = database.transaction(async tx => {
      await pool.lease(tx, 'google', [])
      throw new Error('broken')
    })
    await expect(broken).rejects.toThrow('broken')
    expect((await keyRow(database, a ?? '')).lastUsedAt).toBeNull()
  })

  test('marks rise, however many leases fall into one millisecond', async () => {
    const [a, b] = await add('a b')
    await several(10)
    const marks = [await keyRow(database, a ?? ''), await keyRow(database, b ?? '')]
    const ms = marks.map(row => (row.lastUsedAt?.getTime() ?? 0) - clock.nowMs()).sort()
    expect(ms).toEqual([8, 9])
  })

  test('8 connections share 5 keys evenly, and nobody fails', async () => {
    await add('a b c d e')
    const counts = new Map<string, number>()
    const worker = async () => {
      for (let n = 0; n < 125; n++) {
        const name = await lent()
        counts.set(name, (counts.get(name) ?? 0) + 1)
        clock.pass(n % 2)
      }
    }
    await Promise.all(Array.from({ length: 8 }, worker))
    expect([...counts.keys()].sort().join('')).toBe('abcde')
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThanOrEqual(20)
  })

  test('8 processes with 2 connections each share 5 keys evenly', async () => {
    await add('a b c d e')
    const counts = new Map<string, number>()
    const worker = async (from: KeyPool) => {
      for (let n = 0; n < 62; n++) {
        const name = await lent(from)
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
    const pools = Array.from({ length: 8 }, () => poolOn(database, clock, cipher))
    await Promise.all([...pools, ...pools].map(worker))
    for (const count of counts.values()) expect(Math.abs(count - 198)).toBeLessThanOrEqual(60)
  })

  test('where every key is held by others, the one lent the longest ago is lent at once', async () => {
    await add('a b')
    const held = await database.transaction(async holder => {
      const rows = await holder.select().from(apiKeys).orderBy(apiKeys.createdAt).for('no key update')
      const names = await several(4)
      return { rows, names }
    })
    expect(held.rows).toHaveLength(2)
    expect(['abab', 'baba']).toContain(held.names)
  })
})

test('whoever journals a call with a key waits for nobody who was lent the same one', async () => {
  const [a = ''] = await add('a')
  const { userId } = await newMaker({ database, clock, close: drop }, { grantMicro: 1n })
  const journalled = await database.transaction(async holder => {
    await pool.lease(holder, 'google', [])
    return database.transaction(async tx => {
      await tx.execute(sql`set local lock_timeout = '2s'`)
      const lease = await pool.lease(tx, 'google', [])
      await tx.insert(calls).values(doctorCall(userId, a, clock))
      return lease.ok && lease.value.id
    })
  })
  expect(journalled).toBe(a)
})

test('the embedded database lends, marks and puts to rest alike', async () => {
  const { dataDir, drop: dropDir } = await freshDataDir()
  const embedded = await openDatabase({ url: undefined, dataDir })
  try {
    const [a = ''] = await addKeys(embedded, { clock, cipher }, ['a', 'b'])
    const from = poolOn(embedded, clock, cipher)
    const lentOne = () => embedded.transaction(tx => from.lease(tx, 'google', []))
    const leases = await Promise.all(Array.from({ length: 4 }, lentOne))
    expect(leases.filter(lease => lease.ok && lease.value.id === a)).toHaveLength(2)
    await from.heed(a, failure('rate-limited', 1_500))
    expect((await keyRow(embedded, a)).cooledUntil?.getTime()).toBe(clock.nowMs() + 1_500)
    expect(await lentOne()).toMatchObject({ value: { apiKey: 'google-key-b' } })
  } finally {
    await embedded.close()
    await dropDir()
  }
})

describe('rest', () => {
  test('a limited key rests for exactly as long as its provider asks', async () => {
    const [a] = await add('a')
    await pool.heed(a ?? '', failure('rate-limited', 7_321))
    const untilMs = clock.nowMs() + 7_321
    expect(await lend()).toEqual({
      ok: false,
      reason: 'cooling',
      says: 'Google Gemini asked us to wait: the next key can be used in 8 s.',
      untilMs,
    })
    clock.pass(7_320)
    expect(await lend()).toMatchObject({ reason: 'cooling', untilMs })
    clock.pass(1)
    expect(await lent()).toBe('a')
    expect(await openAlerts(database.sql)).toEqual([])
  })

  test('other processes see it too', async () => {
    const [a] = await add('a b')
    await pool.heed(a ?? '', failure('rate-limited', 5_000))
    const other = poolOn(database, clock, cipher)
    expect([await lent(other), await lent(other)]).toEqual(['b', 'b'])
  })

  test.each(['pool', 'other'] as const)(
    'a later, shorter rest shortens nothing, heard of by %s',
    async where => {
      const [a] = await add('a')
      const hears = where === 'pool' ? pool : poolOn(database, clock, cipher)
      await pool.heed(a ?? '', failure('rate-limited', 60_000))
      await hears.heed(a ?? '', failure('rate-limited', 1_000))
      clock.pass(59_999)
      expect([await lent(), await lent(hears)]).toEqual(['cooling', 'cooling'])
      clock.pass(1)
      expect([await lent(), await lent(hears)]).toEqual(['a', 'a'])
    },
  )

  test('of several that rest, the first that comes back is named', async () => {
    const [a, b] = await add('a b')
    await pool.heed(a ?? '', failure('rate-limited', 9_000))
    await pool.heed(b ?? '', failure('rate-limited', 4_000))
    const cooling = { reason: 'cooling', untilMs: clock.nowMs() + 4_000 }
    expect(await lend()).toMatchObject(cooling)
    expect(await lend(pool, [a ?? '', b ?? ''])).toMatchObject(cooling)
  })

  test('a transaction that looks at an older state is refused a key that was just put to rest', async () => {
    const [a] = await add('a')
    const late = await database.sql.transaction(
      async tx => {
        await tx.select().from(apiKeys)
        await pool.heed(a ?? '', failure('rate-limited', 5_000))
        return pool.lease(tx, 'google', [])
      },
      { isolationLevel: 'repeatable read' },
    )
    expect(late).toMatchObject({ reason: 'cooling', untilMs: clock.nowMs() + 5_000 })
  })

  test('an account without credit rests for an hour, with one alert', async () => {
    const [a] = await add('abcdef')
    for (let n = 0; n < 2; n++) await pool.heed(a ?? '', failure('out-of-provider-credit'))
    expect(await lend()).toMatchObject({ reason: 'cooling', untilMs: clock.nowMs() + 3_600_000 })
    expect(await openAlerts(database.sql)).toMatchObject([
      {
        kind: 'key-out-of-credit',
        subject: a,
        says: expect.stringContaining('key …cdef of Google Gemini has no credit'),
      },
    ])
  })

  test('what heed is told of an unknown key changes nothing', async () => {
    for (const kind of ['rate-limited', 'authentication', 'out-of-provider-credit'] as const)
      await pool.heed('nobody', failure(kind))
    expect(await openAlerts(database.sql)).toEqual([])
  })
})

test('a refused key is disabled with the reason and one alert, however many calls hear of it', async () => {
  const [a] = await add('abcdef b')
  const heard = Array.from({ length: 8 }, () => pool.heed(a ?? '', failure('authentication')))
  await Promise.all(heard)
  expect(await keyRow(database, a ?? '')).toMatchObject({
    status: 'disabled',
    disabledReason: 'The provider said: authentication.',
  })
  expect(await several(3)).toBe('bbb')
  expect(await openAlerts(database.sql)).toMatchObject([
    {
      kind: 'key-refused',
      subject: a,
      says: expect.stringMatching(/^Key …cdef of Google Gemini was refused/),
    },
  ])
})

test('a failure that a key has no part in leaves it as it was', async () => {
  const [a] = await add('a')
  const before = await keyRow(database, a ?? '')
  for (const kind of ['overloaded', 'timeout', 'network', 'refused', 'unknown'] as const)
    await pool.heed(a ?? '', failure(kind, 1_000))
  expect(await keyRow(database, a ?? '')).toEqual(before)
})

test('a refused key is not lent by whoever saw it before it was disabled', async () => {
  const [a = ''] = await add('a b')
  await pool.heed(a, failure('authentication'))
  // What an earlier look at its row shows.
  await database.sql.update(apiKeys).set({ status: 'active' }).where(eq(apiKeys.id, a))
  expect(await several(3)).toBe('bbb')
  clock.pass(5_000)
  expect(await lent()).toBe('a')
})

test('an expired key is not lent, from the very millisecond on', async () => {
  await add('a', new Date(NOW_MS + 1_000))
  expect(await lent()).toBe('a')
  clock.pass(NOW_MS + 999 - clock.nowMs())
  expect(await lent()).toBe('a')
  clock.pass(1)
  expect(await lent()).toBe('no-key')
})

describe('a key that no master key opens', () => {
  test('is not lent, and disabled with an alert at the next start; the others go on', async () => {
    const [a] = await add('abcdef')
    cipher = cipherUnder(newMaster())
    pool = poolOn(database, clock, cipher)
    expect(await lent()).toBe('no-key')
    expect((await keyRow(database, a ?? '')).status).toBe('active')
    await add('b')
    for (let n = 0; n < 2; n++) await database.transaction(tx => disableUnreadable(tx, { clock, cipher }))
    expect(await several(2)).toBe('bb')
    expect(await keyRow(database, a ?? '')).toMatchObject({
      status: 'disabled',
      disabledReason: 'No master key opens it.',
    })
    expect(await openAlerts(database.sql)).toMatchObject([
      { kind: 'key-unreadable', subject: a, says: expect.stringContaining('…cdef') },
    ])
  })

  test('because its row was changed is set aside in the lease itself, and the next is lent', async () => {
    const [a] = await add('a b')
    await database.sql
      .update(apiKeys)
      .set({ sealed: new Uint8Array(40) })
      .where(eq(apiKeys.id, a ?? ''))
    expect(await several(3)).toBe('bbb')
    expect((await keyRow(database, a ?? '')).status).toBe('disabled')
    expect(await openAlerts(database.sql)).toMatchObject([{ kind: 'key-unreadable', subject: a }])
  })

  test('and is held by another is passed over, and set aside by a later lease', async () => {
    const [a = ''] = await add('a b')
    await database.sql
      .update(apiKeys)
      .set({ sealed: new Uint8Array(40) })
      .where(eq(apiKeys.id, a))
    const whileHeld = await database.transaction(async holder => {
      await holder.select().from(apiKeys).for('no key update')
      return several(3)
    })
    expect(whileHeld).toBe('bbb')
    expect((await keyRow(database, a)).status).toBe('active')
    expect(await openAlerts(database.sql)).toEqual([])
    await several(2)
    expect((await keyRow(database, a)).status).toBe('disabled')
  })
})
