import { is, sql } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'
import { freshDatabase, freshDataDir } from '../../tests/set-up/database.ts'
import { answers, type Database, openDatabase, rows, type Sql } from './database.ts'
import journal from './migrations/meta/_journal.json' with { type: 'json' }
import * as schema from './schema.ts'

const MIGRATIONS = journal.entries.length

const insert = (id: string) =>
  sql`insert into users (id, name, role, created_at) values (${id}, 'Ada', 'maker', now())`
const count = async (on: Sql) =>
  (await rows<{ n: number }>(on, sql`select count(*)::int as n from users`))[0]?.n

async function onServer(steps: (database: Database, url: string) => Promise<void>): Promise<void> {
  const { url, drop } = await freshDatabase()
  const database = await openDatabase({ url, dataDir: '' })
  try {
    await steps(database, url)
  } finally {
    await database.close()
    await drop()
  }
}

async function onEmbedded(steps: (database: Database, dataDir: string) => Promise<void>): Promise<void> {
  const { dataDir, drop } = await freshDataDir()
  const database = await openDatabase({ url: undefined, dataDir })
  try {
    await steps(database, dataDir)
  } finally {
    await drop()
  }
}

test('opening a database again migrates nothing and keeps what is in it', () =>
  onServer(async (database, url) => {
    await database.sql.execute(insert('u1'))
    const applied = sql`select hash from drizzle.__drizzle_migrations order by id`
    const before = await rows(database.sql, applied)
    const again = await openDatabase({ url, dataDir: '' })
    expect(await rows(again.sql, applied)).toEqual(before)
    expect(before).toHaveLength(MIGRATIONS)
    expect(await count(again.sql)).toBe(1)
    await again.close()
  }))

test("processes that start at once on an empty database do not get in each other's way", () =>
  onServer(async (database, url) => {
    await database.sql.execute(sql`drop schema public cascade`)
    await database.sql.execute(sql`drop schema drizzle cascade`)
    await database.sql.execute(sql`create schema public`)
    const opened = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url, dataDir: '' })))
    expect(await rows(database.sql, sql`select id from drizzle.__drizzle_migrations`)).toHaveLength(
      MIGRATIONS,
    )
    await Promise.all(opened.map(one => one.close()))
  }))

test('a database that cannot be used is an outside failure that says what to do, without the password', async () => {
  const url = 'postgres://ada:hush@127.0.0.1:1/nothing'
  const failing = openDatabase({ url, dataDir: '' })
  await expect(failing).rejects.toMatchObject({
    name: 'OutsideFailure',
    message: 'The database named by DATABASE_URL cannot be used.',
    advice: expect.stringContaining('server runs'),
  })
  await expect(failing).rejects.not.toThrow('hush')
})

test('a connection that the server cuts while it rests is replaced', () =>
  onServer(async database => {
    const others = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    await Promise.all([1, 2, 3].map(() => rows(database.sql, sql`select pg_sleep(0.01)`)))
    await rows(database.sql, others)
    const asked = await Promise.all([1, 2, 3, 4].map(() => answers(database.sql)))
    expect(await answers(database.sql)).toBe(true)
    expect(asked).toHaveLength(4)
  }))

test('a connection that the server cuts in the middle of a transaction fails it, and nothing else', () =>
  onServer(async database => {
    const cut = database.transaction(async tx => {
      await tx.execute(insert('u1'))
      const [own] = await rows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
      await rows(database.sql, sql`select pg_terminate_backend(${own?.pid})`)
      await tx.execute(insert('u2'))
    })
    await expect(cut).rejects.toThrow()
    expect(await count(database.sql)).toBe(0)
  }))

test.each([
  ['the server', onServer],
  ['the embedded database', onEmbedded],
])('a transaction on %s that throws leaves nothing behind, and one that ends does', (_, on) =>
  on(async database => {
    const failing = database.transaction(async tx => {
      await tx.execute(insert('u1'))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await count(database.sql)).toBe(0)
    await database.transaction(async tx => {
      await tx.execute(insert('u2'))
    })
    expect(await count(database.sql)).toBe(1)
    if (database.embedded) await database.close()
  }),
)

test('embedded data is there again after it was closed and opened', () =>
  onEmbedded(async (database, dataDir) => {
    await database.sql.execute(insert('u1'))
    await database.close()
    expect(await answers(database.sql)).toBe(false)
    const again = await openDatabase({ url: undefined, dataDir })
    expect(await count(again.sql)).toBe(1)
    await again.close()
  }))

type Column = { table: string; column: string; type: string; required: boolean }

const sorted = <Row>(list: Row[]) => list.map(one => JSON.stringify(one)).sort()

test('the tables that the code knows are the tables that the migrations make', () =>
  onServer(async database => {
    const made = await rows<Column>(
      database.sql,
      sql`select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
    )
    const known = tables().flatMap(({ name, columns, primaryKeys }): Column[] =>
      columns.map(column => ({
        table: name,
        column: column.name,
        type: column.getSQLType().replace(' (', '('),
        required:
          column.notNull || primaryKeys.some(key => key.columns.some(one => one.name === column.name)),
      })),
    )
    expect(sorted(made)).toEqual(sorted(known))
  }))

test('so are their indexes and foreign keys', () =>
  onServer(async database => {
    const indexes = await rows<{ name: string }>(
      database.sql,
      sql`select indexname as name from pg_indexes where schemaname = 'public' and indexname not like '%\\_pk%'`,
    )
    expect(sorted(indexes.map(one => one.name))).toEqual(
      sorted(
        tables().flatMap(({ name, indexes, columns }) => [
          ...indexes.map(index => index.config.name),
          ...columns.flatMap(column =>
            column.isUnique ? [column.uniqueName ?? `${name}_${column.name}`] : [],
          ),
        ]),
      ),
    )
    const keys = await rows<{ name: string }>(
      database.sql,
      sql`select conname as name from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    )
    expect(sorted(keys.map(one => one.name))).toEqual(
      sorted(tables().flatMap(table => table.foreignKeys.map(key => key.getName()))),
    )
  }))

function tables() {
  return Object.values(schema).flatMap(one => (is(one, PgTable) ? [getTableConfig(one)] : []))
}
