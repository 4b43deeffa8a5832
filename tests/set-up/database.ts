import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { newId } from '../../src/id.ts'

/** Both give a database of the test's own, with the current schema and no rows. Drop it in `afterEach` or `afterAll`. */

/** On the run's Postgres server; cloning takes about 50 ms. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { adminUrl, template } = inject('databases')
  const name = `test_${newId()}`
  await say(adminUrl, `create database ${name} template ${template}`)
  const url = new URL(adminUrl)
  url.pathname = name
  return { url: url.href, drop: () => say(adminUrl, `drop database if exists ${name} with (force)`) }
}

/** In a data directory, embedded; a copy opens in about half a second. */
export async function freshDataDir(): Promise<{ dataDir: string; drop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'botwright-data-'))
  await cp(inject('databases').embedded, dataDir, { recursive: true })
  return { dataDir, drop: () => rm(dataDir, { recursive: true, force: true }) }
}

async function say(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
