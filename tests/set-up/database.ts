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
  return { url: url.href, drop: () => dropDatabase(adminUrl, name) }
}

/** In a data directory, embedded; a copy opens in about half a second. */
export async function freshDataDir(): Promise<{ dataDir: string; drop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'botwright-data-'))
  await cp(inject('databases').embedded, dataDir, { recursive: true })
  return { dataDir, drop: () => rm(dataDir, { recursive: true, force: true }) }
}

/**
 * Postgres itself waits 5 s for sessions that are about to end: a pool says it has ended before its sessions have. Only
 * what is left then, of a process that a test killed, is cut.
 */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const drop = `drop database if exists ${name}`
  await say(adminUrl, drop).catch(() => say(adminUrl, `${drop} with (force)`))
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
