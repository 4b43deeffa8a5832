import { OpenAPIHono } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { credits, millionths } from '../billing/money.ts'
import { balanceOf } from '../billing/posting.ts'
import { users } from '../db/schema.ts'
import { isId, newId } from '../id.ts'
import { adjustCredits } from '../projects/funds.ts'
import { words } from '../projects/say.ts'
import { alertsApi } from './alerts.ts'
import { NOTHING_SOLD, projectsApi } from './api.ts'
import type { Context } from './context.ts'
import { doctorApi } from './doctor.ts'
import { health } from './health.ts'
import { keysApi } from './keys.ts'
import { paymentsApi } from './payments.ts'
import { pricingApi } from './pricing.ts'
import { answerMalformed, answerThrown } from './refuse.ts'
import { reportApi } from './report.ts'

const grantSchema = z.object({
  user: z.string().regex(/^[\w.@-]{1,100}$/, 'A user is named by an id, for instance owner.'),
  credits: z
    .string()
    .regex(
      /^-?\d{1,9}(\.\d{1,6})?$/,
      'An amount is a number of credits with at most 6 places, for instance 250.',
    ),
  reason: words(200, 'The reason'),
})

/** What the command line sees, in this process or through the socket of the data directory: the API and the operator's part. */
export function operatorFront(context: Context, newLink: () => string | null): OpenAPIHono {
  const { parts, userId: actor } = context
  const routes = new OpenAPIHono()
  routes.onError(answerThrown(parts.log))
  routes.use('/api/operator/:kind/:id/:done', (c, next) =>
    isId(c.req.param('id')) ? next() : Promise.resolve(c.json(unknownId, 404)),
  )
  routes.route('/', health(context))
  routes.route('/', projectsApi(context))
  routes.route('/', keysApi(context))
  routes.route('/', alertsApi(context))
  routes.route('/', reportApi(context))
  routes.route('/', doctorApi(context))
  routes.route('/', pricingApi(context))
  routes.route('/', paymentsApi(context))
  routes.post('/api/operator/link', c => {
    const link = newLink()
    return link === null ? c.json(notServing, 409) : c.json({ link })
  })
  routes.get('/api/operator/users', async c => {
    const found = await parts.database.sql.select().from(users)
    const listed = await Promise.all(
      found.map(async ({ id, name, role }) => {
        const balance = await balanceOf(parts.database.sql, id)
        return {
          id,
          name,
          role,
          availableCredits: credits(balance.availableMicro),
          heldCredits: credits(balance.heldMicro),
        }
      }),
    )
    return c.json({ users: listed })
  })
  routes.post('/api/operator/grants', async c => {
    if (parts.tariff.shows === 'usd') return c.json(NOTHING_SOLD, 409)
    const asked = grantSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!asked.success) return answerMalformed(asked, c)
    const { user: userId, reason } = asked.data
    const [known] = await parts.database.sql.select().from(users).where(eq(users.id, userId))
    if (!known) return c.json({ reason: 'not-found', says: `There is no user called "${userId}".` }, 404)
    const amountMicro = signed(asked.data.credits)
    const granted = await adjustCredits(parts, { key: newId(), userId, amountMicro, reason, actor })
    if (!granted.ok) return c.json({ reason: granted.reason, says: granted.says }, 409)
    return c.json({ user: userId, availableCredits: credits(granted.value.availableMicro) })
  })
  return routes
}

const unknownId = { reason: 'not-found', says: 'There is nothing with that id.' }

const notServing = {
  reason: 'not-now',
  says: 'Botwright is not running. ./start starts it and prints a link.',
}

function signed(amount: string): bigint {
  return amount.startsWith('-') ? -millionths(amount.slice(1)) : millionths(amount)
}
