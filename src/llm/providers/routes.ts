import type { ListedPrice } from '../../billing/pricing.ts'
import { done, type Result, refuse } from '../../failure.ts'
import type { Route } from '../gateway.ts'
import type { Model, Role } from '../model.ts'
import { catalogPrice } from './catalogue.ts'
import { googleModel } from './google.ts'
import { localModel } from './local.ts'
import { openrouterModel } from './openrouter.ts'
import { PROVIDERS, type Provider } from './provider.ts'

/** What an installation says about its models; lists are in the order of preference. */
export type ModelSettings = {
  googleApiKeys: readonly string[]
  openrouterApiKeys: readonly string[]
  localBaseUrl?: string | undefined
  googleBaseUrl?: string | undefined
  openrouterBaseUrl?: string | undefined
  architectModels: readonly string[]
  implementerModels: readonly string[]
}

export type Routed = { route: Route; prices: ListedPrice[] }

/**
 * The models that answer for each role and their list prices at `nowMs`. A model is named `google:gemini-…`,
 * `openrouter:vendor/model` or `local:name`; the first of a list is used. Without names the defaults of the providers
 * that have a key are taken. Undefined without any key or local server; refused when a name cannot be used.
 */
export function routeFrom(
  settings: ModelSettings,
  nowMs: number,
): Result<Routed | undefined, 'model-name' | 'no-key'> {
  if (!PROVIDERS.some(provider => isSetUp(settings, provider))) return done(undefined)
  const architect = namedFor('architect', settings)
  if (!architect.ok) return architect
  const implementer = namedFor('implementer', settings)
  if (!implementer.ok) return implementer
  return done({
    route: { architect: opened(settings, architect.value), implementer: opened(settings, implementer.value) },
    prices: pricesOf([architect.value, implementer.value], nowMs),
  })
}

type Named = { provider: Provider; id: string }

/** Known to the price catalogue, current in November 2026. The stronger one plans and judges, the cheaper one writes. */
const DEFAULTS: Readonly<Record<Role, readonly Named[]>> = {
  architect: [
    { provider: 'google', id: 'gemini-3.1-pro-preview' },
    { provider: 'openrouter', id: 'anthropic/claude-sonnet-5' },
  ],
  implementer: [
    { provider: 'openrouter', id: 'deepseek/deepseek-v4-pro' },
    { provider: 'google', id: 'gemini-3.8-flash' },
  ],
}

const LISTS = {
  architect: { setting: 'ARCHITECT_MODELS', names: settings => settings.architectModels },
  implementer: { setting: 'IMPLEMENTER_MODELS', names: settings => settings.implementerModels },
} as const satisfies Record<Role, { setting: string; names: (settings: ModelSettings) => readonly string[] }>

const KEY_SETTINGS: Readonly<Record<Provider, string>> = {
  google: 'GOOGLE_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
  local: 'LOCAL_LLM_BASE_URL',
}

function isSetUp(settings: ModelSettings, provider: Provider): boolean {
  const { googleApiKeys, openrouterApiKeys, localBaseUrl } = settings
  const keys = { google: googleApiKeys[0], openrouter: openrouterApiKeys[0], local: localBaseUrl }
  return keys[provider] !== undefined
}

function namedFor(role: Role, settings: ModelSettings): Result<Named, 'model-name' | 'no-key'> {
  const { setting, names } = LISTS[role]
  const [name] = names(settings)
  if (name === undefined) return defaultFor(role, settings)
  const named = parsed(name)
  if (!named)
    return refuse('model-name', `${setting}: "${name}" is no model; write for instance ${exampleFor(role)}.`)
  if (isSetUp(settings, named.provider)) return done(named)
  return refuse('no-key', `${setting} names ${name}, but ${KEY_SETTINGS[named.provider]} is not set.`)
}

function defaultFor(role: Role, settings: ModelSettings): Result<Named, 'no-key'> {
  const named = DEFAULTS[role].find(({ provider }) => isSetUp(settings, provider))
  if (named) return done(named)
  return refuse('no-key', `Name a local model in ${LISTS[role].setting}, for instance local:qwen3-coder.`)
}

function exampleFor(role: Role): string {
  return DEFAULTS[role].map(({ provider, id }) => `${provider}:${id}`).join(' or ')
}

/** An id goes into addresses and logs: what models are named with, and no more. */
const NAME = /^([a-z]+):([\w~][\w.:/@~-]{0,199})$/

function parsed(name: string): Named | undefined {
  const [, prefix, id = ''] = NAME.exec(name.trim()) ?? []
  const provider = PROVIDERS.find(each => each === prefix)
  return provider && !id.includes('..') ? { provider, id } : undefined
}

function opened(settings: ModelSettings, { provider, id }: Named): Model {
  const { googleApiKeys, openrouterApiKeys, localBaseUrl, googleBaseUrl, openrouterBaseUrl } = settings
  const open: Record<Provider, () => Model> = {
    google: () => googleModel({ apiKey: googleApiKeys[0] ?? '', baseUrl: googleBaseUrl, id }),
    openrouter: () => openrouterModel({ apiKey: openrouterApiKeys[0] ?? '', baseUrl: openrouterBaseUrl, id }),
    local: () => localModel({ baseUrl: localBaseUrl ?? '', id }),
  }
  return open[provider]()
}

function pricesOf(named: readonly Named[], nowMs: number): ListedPrice[] {
  return named.flatMap(({ provider, id }) => catalogPrice(provider, id, nowMs) ?? [])
}
