import { Hono } from 'hono'
import { openAlerts, seeAlert } from '../alerts.ts'
import type { Context } from './context.ts'

export type AlertView = { id: string; kind: string; subject: string; says: string; atMs: number }

type Needs = { parts: Pick<Context['parts'], 'database' | 'clock'> }

/** What operators must know. */
export function alertsApi({ parts: { database, clock } }: Needs): Hono {
  const routes = new Hono()
  routes.get('/api/operator/alerts', async c => {
    const found = await openAlerts(database.sql)
    const alerts = found.map(
      ({ id, kind, subject, says, at }): AlertView => ({ id, kind, subject, says, atMs: at.getTime() }),
    )
    return c.json({ alerts })
  })
  routes.post('/api/operator/alerts/:id/seen', async c => {
    const id = c.req.param('id')
    const seen = await database.transaction(tx => seeAlert(tx, clock, id))
    return seen.ok ? c.json({ id }) : c.json({ reason: seen.reason, says: seen.says }, 404)
  })
  return routes
}
