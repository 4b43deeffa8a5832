import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { type SQL, sql } from 'drizzle-orm'
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres'
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import pg from 'pg'
import { fromPglite, type Db as JobsDb } from 'pg-boss'
import { OutsideFailure } from '../failure.ts'
import * as schema from './schema.ts'

/** What both drivers give back for a raw statement. */
interface Rows extends PgQueryResultHKT {
  type: RowSet<this['row']>
}
type RowSet<Row> = { rows: Row[] }

/** Inside or outside a transaction: whatever runs statements. */
export type Sql = PgDatabase<Rows, typeof schema>

export type Database = {
  sql: Sql
  /** What the job engine runs on: the same embedded database, or a connection string of its own. */
  jobs: { db: JobsDb; backend: 'pglite' } | { connectionString: string }
  embedded: boolean
  /** Runs the steps in one transaction; it commits when they end and rolls back when they throw. Keep it short. */
  transaction<Value>(steps: (tx: Sql) => Promise<Value>): Promise<Value>
  close(): Promise<void>
}

const MIGRATIONS = { migrationsFolder: join(import.meta.dirname, 'migrations') }
const CONNECTIONS_MAX = 20
/** Any number that nobody else locks in this database. */
const MIGRATION_LOCK = 8_190_417

/**
 * Opens Postgres and brings its schema up to date: a server when a URL is given, else the embedded one in `dataDir`.
 * The caller holds the lock of the data directory: the embedded database has none of its own.
 */
export async function openDatabase(options: { url: string | undefined; dataDir: string }): Promise<Database> {
  return options.url ? openServer(options.url) : openEmbedded(join(options.dataDir, 'postgres'))
}

async function openEmbedded(directory: string): Promise<Database> {
  const client = await PGlite.create(directory).catch(cause => {
    throw unopened(directory, cause)
  })
  const db = drizzlePglite({ client, schema })
  await migratePglite(db, MIGRATIONS).catch(async cause => {
    await client.close()
    throw unopened(directory, cause)
  })
  return {
    sql: db,
    jobs: { db: fromPglite(client), backend: 'pglite' },
    embedded: true,
    transaction: steps => db.transaction(steps),
    close: () => client.close(),
  }
}

function unopened(directory: string, cause: unknown): OutsideFailure {
  return new OutsideFailure(
    `The embedded database in ${directory} cannot be opened.`,
    'Restore a backup, or move the directory away to start empty.',
    cause,
  )
}

async function openServer(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX })
  // A server that restarts cuts idle connections. The pool drops them; without a listener the process would end.
  pool.on('error', () => {})
  // One that is cut in the middle of a transaction fails its statement, and says so here a second time.
  pool.on('connect', client => client.on('error', () => {}))
  const db = drizzlePostgres({ client: pool, schema })
  await migrateAlone(pool).catch(async cause => {
    await pool.end()
    throw new OutsideFailure(
      'The database named by DATABASE_URL cannot be used.',
      'Check that the server runs, that the database exists and that its user may create tables.',
      cause,
    )
  })
  return {
    sql: db,
    jobs: { connectionString: url },
    embedded: false,
    transaction: steps => onOne(pool, steps),
    close: () => pool.end(),
  }
}

const sessions = new WeakMap<pg.PoolClient, ReturnType<typeof sessionOn>>()

function sessionOn(client: pg.PoolClient) {
  return drizzlePostgres({ client, schema })
}

/**
 * Drizzle's own way from a pool keeps a connection for good when it was cut while it rested and its `begin` fails: after
 * as many as the pool has, everybody waits for ever (drizzle-orm 0.45, node-postgres/session.ts).
 */
async function onOne<Value>(pool: pg.Pool, steps: (tx: Sql) => Promise<Value>): Promise<Value> {
  const client = await pool.connect()
  try {
    const session = sessions.get(client) ?? sessionOn(client)
    sessions.set(client, session)
    return await session.transaction(steps)
  } finally {
    client.release()
  }
}

/** Two processes may start at once: one migrates while the other waits, on a lock that ends with its connection. */
async function migrateAlone(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migratePostgres(drizzlePostgres({ client }), MIGRATIONS)
  } finally {
    client.release(true)
  }
}

/** Rows of a statement that the query builder cannot say, the same on both drivers. */
export async function rows<Row extends Record<string, unknown>>(on: Sql, statement: SQL): Promise<Row[]> {
  const result = await on.execute<Row>(statement)
  return result.rows
}

/** Whether the database answers. */
export async function answers(on: Sql): Promise<boolean> {
  return rows(on, sql`select 1`).then(
    () => true,
    () => false,
  )
}
