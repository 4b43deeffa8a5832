import { Hono } from 'hono'
import type { Database } from '../../src/db/database.ts'
import { creditsApi } from '../../src/http/credits.ts'
import { reportApi } from '../../src/http/report.ts'

/** What the command line asks about credits, as this user. */
export function creditsFront(database: Database, userId: string): Hono {
  return new Hono()
    .route('/', creditsApi({ parts: { database }, userId }))
    .route('/', reportApi({ parts: { database } }))
}
