import { Hono } from 'hono'
import type { Context } from './context.ts'

/** Live: the process answers. Ready: it can also do its work. Metrics for Prometheus: counts and times, no names of people. */
export function health(context: Context): Hono {
  const routes = new Hono()
  routes.get('/health/live', c => c.json({ live: true }))
  routes.get('/health/ready', async c => {
    const ready = await context.ready()
    const { sandbox } = context.parts
    return c.json(
      { ready, sandbox: sandbox.ok ? sandbox.value.sandbox.backend : sandbox.says },
      ready ? 200 : 503,
    )
  })
  routes.get('/metrics', async c => {
    const { metrics } = context
    return c.text(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
  return routes
}
