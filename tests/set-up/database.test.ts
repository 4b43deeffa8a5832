import { existsSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { answers, openDatabase, rows } from '../../src/db/database.ts'
import { freshDatabase, freshDataDir } from './database.ts'

const count = sql`select count(*)::int as n from users`
const insert = sql`insert into users (id, name, role, created_at) values ('u1', 'Ada', 'maker', now())`

test('two fresh databases of the server do not see each other', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  const [a, b] = await Promise.all([one, other].map(({ url }) => openDatabase({ url, dataDir: '' })))
  if (!a || !b) throw new Error('two were opened')
  await a.sql.execute(insert)
  expect(await rows(a.sql, count)).toEqual([{ n: 1 }])
  expect(await rows(b.sql, count)).toEqual([{ n: 0 }])
  await Promise.all([a.close(), b.close()])
  await Promise.all([one.drop(), other.drop()])
  await expect(openDatabase({ url: one.url, dataDir: '' })).rejects.toThrow('cannot be used')
})

test('a fresh data directory opens with the schema and no rows, and is gone when dropped', async () => {
  const { dataDir, drop } = await freshDataDir()
  const database = await openDatabase({ url: undefined, dataDir })
  expect(await answers(database.sql)).toBe(true)
  expect(await rows(database.sql, count)).toEqual([{ n: 0 }])
  await database.close()
  await drop()
  expect(existsSync(dataDir)).toBe(false)
})
