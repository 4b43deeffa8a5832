import { OpenAPIHono } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { adjust, balanceOf } from '../billing/ledger.ts'
import { credits, millionths } from '../billing/money.ts'
import { users } from '../db/schema.ts'
import { newId } from '../id.ts'
import { resumeForCredits } from '../projects/decide.ts'
import { alertsApi } from './alerts.ts'
import { projectsApi } from './api.ts'
import type { Context } from './context.ts'
import { doctorApi } from './doctor.ts'
import { health } from './health.ts'
import { keysApi } from './keys.ts'
import { pricingApi } from './pricing.ts'
import { answerMalformed, answerThrown } from './refuse.ts'

const grantSchema = z.object({
  user: z.string().min(1),
  credits: z
    .string()
    .regex(
      /^-?\d{1,9}(\.\d{1,6})?$/,
      'An amount is a number of credits with at most 6 places, for instance 250.',
    ),
  reason: z.string().min(1).max(200),
})

/** What the command line sees, in this process or through the socket of the data directory: the API and the operator's part. */
export function operatorFront(context: Context): OpenAPIHono {
  const { parts } = context
  const routes = new OpenAPIHono()
  routes.onError(answerThrown(parts.log))
  routes.route('/', health(context))
  routes.route('/', projectsApi(context))
  routes.route('/', keysApi(context))
  routes.route('/', alertsApi(context))
  routes.route('/', doctorApi(context))
  routes.route('/', pricingApi(context))
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
    const asked = grantSchema.safeParse(await c.req.json())
    if (!asked.success) return answerMalformed(asked, c)
    const { user: userId, reason } = asked.data
    const [known] = await parts.database.sql.select().from(users).where(eq(users.id, userId))
    if (!known) return c.json({ reason: 'not-found', says: `There is no user called "${userId}".` }, 404)
    const amountMicro = signed(asked.data.credits)
    const granted = await parts.database.transaction(tx =>
      adjust(tx, parts.clock, { key: newId(), userId, amountMicro, reason }),
    )
    if (!granted.ok) return c.json({ reason: granted.reason, says: granted.says }, 409)
    await resumeForCredits(parts, userId)
    return c.json({ user: userId, availableCredits: credits(granted.value.availableMicro) })
  })
  return routes
}

function signed(amount: string): bigint {
  return amount.startsWith('-') ? -millionths(amount.slice(1)) : millionths(amount)
}
