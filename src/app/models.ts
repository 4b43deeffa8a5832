import { listPrices } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { apiKeys } from '../db/schema.ts'
import { done, type Result } from '../failure.ts'
import type { Model, Role } from '../llm/model.ts'
import type { NamedModel } from '../llm/providers/name.ts'
import { isProvider, type Provider } from '../llm/providers/provider.ts'
import { REHEARSAL_APPS } from '../llm/rehearsal/apps.ts'
import { REHEARSAL_PRICES } from '../llm/rehearsal/prices.ts'
import { rehearsalModel } from '../llm/rehearsal/rehearsal.ts'
import type { Route } from '../llm/route.ts'

/** The models of an installation: who may answer for each role now. Keys come and go while the product runs. */
export type Models = {
  route(): Route
  /** The models of the settings, without the rehearsal. */
  named(): readonly NamedModel[]
  /** What may be tried at once; only the rehearsal model has such. */
  examples(): readonly Example[]
  /** Looks again at keys and settings. A refusal leaves everything as it was. */
  refresh(): Promise<Result<void, ModelsRefusal>>
}

export type Example = { name: string; title: string; description: string; toolchain: string }

export type ModelsRefusal = 'model-name' | 'no-key'

/** Where a test may stand between the product and each model. */
export type ModelSeam = (role: Role, model: Model) => Model

type Parts = { config: Config; database: Database; clock: Clock; seam: ModelSeam | undefined }

type Standing = { route: Route; named: readonly NamedModel[]; examples: readonly Example[] }

/** The models of the settings whose provider has a key or a server; the rehearsal model where there is none. */
export async function openModels(parts: Parts): Promise<Result<Models, ModelsRefusal>> {
  const local = await localServer(parts.config)
  const first = await standing(parts, local)
  if (!first.ok) return first
  let now = first.value
  return done({
    route: () => now.route,
    named: () => now.named,
    examples: () => now.examples,
    refresh: async () => {
      const again = await standing(parts, local)
      if (!again.ok) return again
      now = again.value
      return done(undefined)
    },
  })
}

type LocalServer = { baseUrl: string; models: readonly string[] }

/** The server of the settings, or an Ollama on its usual port where nothing else is set up. */
async function localServer({ models }: Config): Promise<LocalServer | undefined> {
  if (models.rehearse) return undefined
  if (models.localBaseUrl) return { baseUrl: models.localBaseUrl, models: [] }
  if (models.googleApiKeys.length + models.openrouterApiKeys.length > 0) return undefined
  const { findOllama } = await import('../llm/providers/ollama.ts')
  return findOllama()
}

async function standing(
  parts: Parts,
  local: LocalServer | undefined,
): Promise<Result<Standing, ModelsRefusal>> {
  const { config, clock, database } = parts
  const setUp = config.models.rehearse ? new Set<Provider>() : await providersWithKeys(database)
  if (local) setUp.add('local')
  if (setUp.size === 0) return done(await rehearsal(parts))
  // Providers and price catalogue take most of a second to load; without a key nobody waits for them.
  const { routeFrom } = await import('../llm/providers/routes.ts')
  const { catalogPrice } = await import('../llm/providers/catalogue.ts')
  const { models } = config
  const settings = { ...models, localBaseUrl: local?.baseUrl, localModels: local?.models ?? [] }
  const routed = routeFrom(settings, setUp)
  if (!routed.ok) return routed
  if (!routed.value) return done(await rehearsal(parts))
  const { route, named } = routed.value
  const prices = named.flatMap(({ provider, id }) => catalogPrice(provider, id, clock.nowMs()) ?? [])
  await database.transaction(tx => listPrices(tx, clock, prices, 'catalogue'))
  return done({ route: seamed(parts, route), named, examples: [] })
}

async function providersWithKeys({ sql }: Database): Promise<Set<Provider>> {
  const found = await sql.selectDistinct({ provider: apiKeys.provider }).from(apiKeys)
  return new Set(found.map(({ provider }) => provider).filter(isProvider))
}

async function rehearsal(parts: Parts): Promise<Standing> {
  const { database, clock } = parts
  await database.transaction(tx => listPrices(tx, clock, REHEARSAL_PRICES, 'catalogue'))
  const architect = [rehearsalModel('architect', REHEARSAL_APPS)]
  const implementer = [rehearsalModel('implementer', REHEARSAL_APPS)]
  const examples = REHEARSAL_APPS.map(({ name, title, description, plan }) => ({
    ...{ name, title, description },
    toolchain: plan.toolchain,
  }))
  return { route: seamed(parts, { architect, implementer, verifier: architect }), named: [], examples }
}

function seamed({ seam }: Parts, route: Route): Route {
  if (seam === undefined) return route
  const of = (role: Role) => route[role].map(model => seam(role, model))
  return { architect: of('architect'), implementer: of('implementer'), verifier: of('verifier') }
}
