import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../../src/db/database.ts'
import { embeddedTemplate } from './embedded.ts'
import { startServer } from './server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databases: {
      /** Where `create database` is said. */
      adminUrl: string
      /** The database of that server that holds the current schema and nothing else. */
      template: string
      /** A data directory with an embedded database of the same kind. */
      embedded: string
    }
  }
}

const TEMPLATE = 'template_botwright'

/** Runs once before all tests: a Postgres of the run's own, with the schema ready to be cloned; ends it afterwards. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  try {
    await makeTemplate(server.url('postgres'), server.url(TEMPLATE))
    const embedded = await embeddedTemplate()
    project.provide('databases', { adminUrl: server.url('postgres'), template: TEMPLATE, embedded })
  } catch (thrown) {
    await server.stop()
    throw thrown
  }
  return () => server.stop()
}

async function makeTemplate(adminUrl: string, url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()
  const database = await openDatabase({ url, dataDir: '' })
  await database.close()
}
