import { done, type Result, refuse } from '../../failure.ts'
import { type Model, ROLES, type Role } from '../model.ts'
import type { Route } from '../route.ts'
import { googleModel } from './google.ts'
import { localModel } from './local.ts'
import { type NamedModel, parsedName } from './name.ts'
import { openrouterModel } from './openrouter.ts'
import type { Provider } from './provider.ts'

/** What an installation says about its models; lists are in the order of preference. */
export type ModelSettings = {
  localBaseUrl?: string | undefined
  googleBaseUrl?: string | undefined
  openrouterBaseUrl?: string | undefined
  architectModels: readonly string[]
  implementerModels: readonly string[]
  /** Empty: the Architect's. */
  verifierModels: readonly string[]
  /** What a local server that was found by itself offers, best first. */
  localModels: readonly string[]
}

export type Routed = { route: Route; named: readonly NamedModel[] }

/**
 * The models that answer for each role, best first. A model is named `google:gemini-…`, `openrouter:vendor/model` or
 * `local:name`. Without names the defaults of the providers in `setUp` (those with a key, and a local server) are taken.
 * Undefined when nothing is set up; refused when a name cannot be used.
 */
export function routeFrom(
  settings: ModelSettings,
  setUp: ReadonlySet<Provider>,
): Result<Routed | undefined, 'model-name' | 'no-key'> {
  if (setUp.size === 0) return done(undefined)
  const lists: Partial<Record<Role, readonly NamedModel[]>> = {}
  for (const role of ROLES) {
    const named = namedFor(role, settings, setUp)
    if (!named.ok) return named
    lists[role] = named.value
  }
  return done(opened(settings, lists))
}

/**
 * Known to the price catalogue, current in November 2026. The stronger ones plan and judge, the cheaper ones write; the
 * later ones of a list answer when the earlier cannot.
 */
const DEFAULTS: Readonly<Record<Role, readonly NamedModel[]>> = {
  architect: [
    { provider: 'google', id: 'gemini-3.1-pro-preview' },
    { provider: 'openrouter', id: 'anthropic/claude-sonnet-5' },
    { provider: 'openrouter', id: 'google/gemini-3.1-pro-preview' },
    { provider: 'google', id: 'gemini-3.8-flash' },
  ],
  implementer: [
    { provider: 'openrouter', id: 'deepseek/deepseek-v4-pro' },
    { provider: 'google', id: 'gemini-3.8-flash' },
    { provider: 'openrouter', id: 'anthropic/claude-sonnet-5' },
  ],
  verifier: [],
}

const LISTS = {
  architect: { setting: 'ARCHITECT_MODELS', names: settings => settings.architectModels },
  implementer: { setting: 'IMPLEMENTER_MODELS', names: settings => settings.implementerModels },
  verifier: { setting: 'VERIFIER_MODELS', names: settings => settings.verifierModels },
} as const satisfies Record<Role, { setting: string; names: (settings: ModelSettings) => readonly string[] }>

const KEY_SETTINGS: Readonly<Record<Provider, string>> = {
  google: 'GOOGLE_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
  local: 'LOCAL_LLM_BASE_URL',
}

type Named = Result<readonly NamedModel[], 'model-name' | 'no-key'>

function namedFor(role: Role, settings: ModelSettings, setUp: ReadonlySet<Provider>): Named {
  const { setting, names } = LISTS[role]
  const given = names(settings)
  if (given.length === 0) {
    return role === 'verifier' ? namedFor('architect', settings, setUp) : defaultsFor(role, settings, setUp)
  }
  const found: NamedModel[] = []
  for (const name of given) {
    const named = parsedName(name)
    if (!named)
      return refuse(
        'model-name',
        `${setting}: "${name}" is no model; write for instance ${exampleFor(role)}.`,
      )
    if (!setUp.has(named.provider))
      return refuse('no-key', `${setting} names ${name}, but ${KEY_SETTINGS[named.provider]} is not set.`)
    found.push(named)
  }
  return done(found)
}

function defaultsFor(role: Role, settings: ModelSettings, setUp: ReadonlySet<Provider>): Named {
  const local = setUp.has('local') ? settings.localModels : []
  const named = [
    ...DEFAULTS[role].filter(({ provider }) => setUp.has(provider)),
    ...local.map(id => ({ provider: 'local' as const, id })),
  ]
  if (named.length > 0) return done(named)
  return refuse('no-key', `Name a local model in ${LISTS[role].setting}, for instance local:qwen3-coder.`)
}

function exampleFor(role: Role): string {
  const shown = DEFAULTS[role === 'verifier' ? 'architect' : role].slice(0, 2)
  return shown.map(({ provider, id }) => `${provider}:${id}`).join(' or ')
}

/** Each model is opened once, whatever roles it has. */
function opened(settings: ModelSettings, lists: Partial<Record<Role, readonly NamedModel[]>>): Routed {
  const models = new Map<string, { named: NamedModel; model: Model }>()
  const modelOf = (named: NamedModel): Model => {
    const name = `${named.provider}:${named.id}`
    const found = models.get(name) ?? { named, model: open(settings, named) }
    models.set(name, found)
    return found.model
  }
  const of = (role: Role) => (lists[role] ?? []).map(modelOf)
  const route = { architect: of('architect'), implementer: of('implementer'), verifier: of('verifier') }
  return { route, named: [...models.values()].map(({ named }) => named) }
}

function open(settings: ModelSettings, { provider, id }: NamedModel): Model {
  const { localBaseUrl, googleBaseUrl, openrouterBaseUrl } = settings
  const open: Record<Provider, () => Model> = {
    google: () => googleModel({ baseUrl: googleBaseUrl, id }),
    openrouter: () => openrouterModel({ baseUrl: openrouterBaseUrl, id }),
    local: () => localModel({ baseUrl: localBaseUrl ?? '', id }),
  }
  return open[provider]()
}
