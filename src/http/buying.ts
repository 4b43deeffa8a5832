import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { credits } from '../billing/money.ts'
import { orderByCard } from '../billing/payments/card.ts'
import { type Order, orderOf, ordersOf } from '../billing/payments/orders.ts'
import { type Package, packagesOf } from '../billing/payments/packages.ts'
import { priceDecimal } from '../billing/payments/price.ts'
import { isId } from '../id.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'
import { refusalView } from './views.ts'

const priceView = z.object({
  /** A decimal string in the currency. */
  amount: z.string(),
  /** In small letters: `usd`; `xtr` are Telegram Stars. */
  currency: z.string(),
})

export const packageView = z.object({
  id: z.string(),
  name: z.string(),
  credits: z.string(),
  price: priceView,
  stars: z.number().int().nullable(),
})
export type PackageView = z.infer<typeof packageView>

const packagesView = z.object({
  packages: z.array(packageView),
  /** Whether they can be paid for by card here, and in which chat for Stars. */
  card: z.boolean(),
  telegram: z.string().nullable(),
})
export type PackagesView = z.infer<typeof packagesView>

const orderView = z.object({
  id: z.string(),
  package: z.string(),
  credits: z.string(),
  method: z.enum(['stripe', 'stars']),
  price: priceView,
  status: z.enum(['open', 'pending', 'paid', 'failed', 'expired']),
  /** The page where it is paid; null once it is. */
  url: z.string().nullable(),
  createdAtMs: z.number().int(),
})
export type OrderView = z.infer<typeof orderView>

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const refused = {
  400: json(refusalView, 'It cannot be understood'),
  404: json(refusalView, 'There is no such thing'),
  409: json(refusalView, 'It does not fit now'),
  502: json(refusalView, 'The processor does not do it'),
}
const STATUS = {
  'no-package': 404,
  'no-user': 404,
  'not-sold-so': 409,
  'too-many': 409,
  locked: 409,
  processor: 502,
} as const

const idOf = z.object({ id: z.string().max(40, 'An id has 16 characters.') })
const ordered = z.object({ package: z.string('Name a package.').max(30, 'There is no such package.') })
const NO_ORDER = { reason: 'not-found', says: 'There is no such order.' }
const NO_CARD = {
  reason: 'not-now',
  says: 'Nothing can be bought by card here: no Stripe account is set up. Ask the operator.',
}

type Needs = Pick<Context, 'userId' | 'buying' | 'config'> & {
  parts: Pick<Context['parts'], 'database' | 'clock'>
}

/** Packages, and orders for them. Whoever orders is who is signed in, and nobody else's order is ever shown. */
export function buyingApi({ parts, userId, buying, config }: Needs): OpenAPIHono {
  const { sql } = parts.database
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/packages',
      responses: { 200: json(packagesView, 'What can be bought') },
    }),
    async c => {
      const packages = (await packagesOf(sql)).map(packageOf)
      return c.json({ packages, card: buying.stripe !== null, telegram: buying.telegram() }, 200)
    },
  )

  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/orders',
      request: { body: { ...json(ordered, 'The package to buy by card'), required: true } },
      responses: { 201: json(orderView, 'The order, with the page to pay it on'), ...refused },
    }),
    async c => {
      if (buying.stripe === null) return c.json(NO_CARD, 409)
      const backUrl = `${config.publicUrl?.replace(/\/$/, '') ?? originOf(c.req.header('origin'), config.port)}/credits`
      const wanted = { userId, packageId: c.req.valid('json').package, backUrl }
      const opened = await orderByCard({ ...parts, stripe: buying.stripe }, wanted)
      if (!opened.ok) return c.json({ reason: opened.reason, says: opened.says }, STATUS[opened.reason])
      return c.json(viewOf(opened.value.order), 201)
    },
  )

  const listed = z.object({ orders: z.array(orderView) })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/orders',
      responses: { 200: json(listed, 'Orders, newest first') },
    }),
    async c => c.json({ orders: (await ordersOf(sql, userId)).map(viewOf) }, 200),
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/orders/{id}',
      description:
        'With `look=yes` the processor is asked whether it was paid: its notice may not reach this server.',
      request: { params: idOf, query: z.object({ look: z.enum(['yes', 'no']).optional() }) },
      responses: { 200: json(orderView, 'The order'), ...refused },
    }),
    async c => {
      const { id } = c.req.valid('param')
      const order = isId(id) ? await orderOf(sql, id) : undefined
      if (order?.userId !== userId) return c.json(NO_ORDER, 404)
      const waits = order.status === 'open' || order.status === 'pending'
      if (waits && c.req.valid('query').look === 'yes') await buying.look(order)
      const now = await orderOf(sql, id)
      return c.json(viewOf(now ?? order), 200)
    },
  )
  return api
}

/** Where the page is that asks; the command line has none. */
function originOf(origin: string | undefined, port: number): string {
  return origin ?? `http://127.0.0.1:${port}`
}

export function packageOf({ id, name, creditsMicro, priceMinor, currency, stars }: Package): PackageView {
  const price = { amount: priceDecimal(priceMinor, currency), currency }
  return { id, name, credits: credits(creditsMicro), price, stars }
}

function viewOf({ id, packageId, creditsMicro, method, amountMinor, currency, ...order }: Order): OrderView {
  const { status, checkoutUrl, createdAtMs } = order
  return {
    id,
    package: packageId,
    credits: credits(creditsMicro),
    method,
    price: { amount: priceDecimal(amountMinor, currency), currency },
    status,
    url: status === 'open' ? checkoutUrl : null,
    createdAtMs,
  }
}
