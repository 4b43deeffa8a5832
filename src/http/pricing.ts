import { Hono, type Context as Request } from 'hono'
import { z } from 'zod'
import { allPrices, endPrice, listPrices, type RecordedPrice } from '../billing/pricing.ts'
import { priceFromUsd, usdPrice } from '../billing/usdPrice.ts'
import type { Refusal } from '../failure.ts'
import { parsedName } from '../llm/providers/name.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'

const NAME_SAYS =
  'A model is named PROVIDER:MODEL, for instance google:gemini-2.5-pro or openrouter:vendor/model.'

const model = z
  .string()
  .transform(parsedName)
  .refine(named => named !== undefined, NAME_SAYS)

const setSchema = z.object({
  model,
  currency: z.literal('USD', 'Prices are in USD.').default('USD'),
  input: z.string(),
  output: z.string(),
  cached: z.string().optional(),
  cacheWrite: z.string().optional(),
  thinking: z.string().optional(),
  image: z.string().optional(),
})
const endSchema = z.object({ model })

export type PriceView = ReturnType<typeof viewOf>

type Needs = Pick<Context, 'syncPrices'> & { parts: Pick<Context['parts'], 'database' | 'clock'> }

/** The operator's part of prices. */
export function pricingApi({ parts, syncPrices }: Needs): Hono {
  const { database, clock } = parts
  const routes = new Hono()
  routes.get('/api/operator/prices', async c =>
    c.json({ prices: (await allPrices(database.sql, clock)).map(viewOf) }),
  )
  routes.post('/api/operator/prices', async c => {
    const asked = setSchema.safeParse(await c.req.json())
    if (!asked.success) return answerMalformed(asked, c)
    const { model: named, currency, ...said } = asked.data
    const price = priceFromUsd(said)
    if (!price.ok) return refused(c, price)
    const listed = { provider: named.provider, model: named.id, ...price.value }
    await database.transaction(tx => listPrices(tx, clock, [listed], 'operator'))
    return c.json({ provider: named.provider, model: named.id, currency, ...usdPrice(price.value) })
  })
  routes.post('/api/operator/prices/end', async c => {
    const asked = endSchema.safeParse(await c.req.json())
    if (!asked.success) return answerMalformed(asked, c)
    const { provider, id } = asked.data.model
    const ended = await database.transaction(tx => endPrice(tx, clock, { provider, model: id }))
    if (!ended.ok)
      return refused(c, { ...ended, says: `There is no price in force for ${id} of ${provider}.` })
    return c.json({ provider, model: id, active: false })
  })
  routes.post('/api/operator/prices/sync', async c => {
    const synced = await syncPrices()
    return synced.ok ? c.json(synced.value) : refused(c, synced)
  })
  return routes
}

function viewOf({ provider, model: name, source, standing, validFrom, ...price }: RecordedPrice) {
  return { provider, model: name, ...usdPrice(price), source, standing, validFromMs: validFrom.getTime() }
}

function refused(c: Request, { reason, says }: Refusal): Response {
  return c.json({ reason, says }, 409)
}
