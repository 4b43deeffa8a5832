import { allPrices, listPrices } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { done, type Result } from '../failure.ts'
import type { Models } from './models.ts'

export type Synced = { looked: number; changed: number }

type Parts = {
  database: Database
  clock: Clock
  models: Pick<Models, 'named'>
  openrouterBaseUrl: string | undefined
}

/**
 * Brings prices up to date: OpenRouter's own list for its models that are configured or have a price here, the shipped
 * catalogue for the others. Refused when OpenRouter's list cannot be had; nothing is changed then.
 */
export async function syncPrices(parts: Parts): Promise<Result<Synced, 'unreachable'>> {
  const { database, clock, models, openrouterBaseUrl } = parts
  // Providers and price catalogue take most of a second to load; without a key nobody waits for them.
  const { openrouterPrices } = await import('../llm/providers/openrouterPrices.ts')
  const { catalogPrice } = await import('../llm/providers/catalogue.ts')
  const named = models.named()
  const known = await allPrices(database.sql, clock)
  const ids = new Set([
    ...named.filter(({ provider }) => provider === 'openrouter').map(({ id }) => id),
    ...known.filter(({ provider }) => provider === 'openrouter').map(({ model }) => model),
  ])
  const listed = ids.size === 0 ? done([]) : await openrouterPrices(ids, openrouterBaseUrl)
  if (!listed.ok) return listed
  const catalogued = named.flatMap(({ provider, id }) => catalogPrice(provider, id, clock.nowMs()) ?? [])
  const changed = await database.transaction(
    async tx =>
      (await listPrices(tx, clock, listed.value, 'provider')) +
      (await listPrices(tx, clock, catalogued, 'catalogue')),
  )
  return done({ looked: listed.value.length + catalogued.length, changed })
}
