import { describe, expect, test } from 'vitest'
import type { Role } from '../model.ts'
import { catalogPrice } from './catalogue.ts'
import type { Provider } from './provider.ts'
import { type ModelSettings, routeFrom } from './routes.ts'

const NOW_MS = Date.UTC(2026, 10, 22)
const NONE: ModelSettings = {
  architectModels: [],
  implementerModels: [],
  verifierModels: [],
  localModels: [],
}
const LOCAL = { localBaseUrl: 'http://localhost:11434' }

/** Who answers for each role, as `provider:id`, or the refusal. */
function routed(setUp: readonly Provider[], settings: Partial<ModelSettings> = {}) {
  const result = routeFrom({ ...NONE, ...settings }, new Set(setUp))
  if (!result.ok) return result.says
  if (!result.value) return 'nobody'
  const { route } = result.value
  const of = (role: Role) => route[role].map(({ provider, id }) => `${provider}:${id}`)
  return { architect: of('architect'), implementer: of('implementer'), verifier: of('verifier') }
}

describe('a route', () => {
  test('is missing where nothing is set up, whatever models are named', () => {
    expect(routed([], { architectModels: ['google:gemini-3.8-flash'] })).toBe('nobody')
  })

  test.each<[Provider[], string, string]>([
    [['google'], 'google:', 'google:'],
    [['openrouter'], 'openrouter:', 'openrouter:'],
    [['google', 'openrouter'], 'google:', 'openrouter:'],
  ])('has defaults for %o, more than one a role, all with a price', (setUp, architect, implementer) => {
    const route = routed(setUp)
    if (typeof route === 'string') throw new Error(route)
    expect(route.architect[0]).toMatch(`${architect}`)
    expect(route.implementer[0]).toMatch(`${implementer}`)
    expect(route.verifier).toEqual(route.architect)
    expect(route.architect.length).toBeGreaterThan(1)
    for (const name of [...route.architect, ...route.implementer]) {
      const [provider = '', id = ''] = name.split(/:(.*)/)
      expect(catalogPrice(provider as Provider, id, NOW_MS), name).toBeDefined()
    }
  })

  test('keeps the order of the lists, and has a verifier of its own where one is named', () => {
    const settings = {
      ...LOCAL,
      architectModels: ['google:gemini-2.5-pro', 'google:gemini-2.5-flash'],
      implementerModels: [' local:hf.co/some/model:Q4_K_M '],
      verifierModels: ['google:gemini-2.5-flash'],
    }
    expect(routed(['google', 'local'], settings)).toEqual({
      architect: ['google:gemini-2.5-pro', 'google:gemini-2.5-flash'],
      implementer: ['local:hf.co/some/model:Q4_K_M'],
      verifier: ['google:gemini-2.5-flash'],
    })
  })

  test('takes what a local server offers, after the models with a key', () => {
    const settings = { ...LOCAL, localModels: ['qwen3-coder', 'small'] }
    expect(routed(['local'], settings)).toMatchObject({ architect: ['local:qwen3-coder', 'local:small'] })
    expect(routed(['google', 'local'], settings)).toMatchObject({
      implementer: ['google:gemini-3.8-flash', 'local:qwen3-coder', 'local:small'],
    })
  })

  test('opens a model once, whatever roles it has', () => {
    const settings = {
      architectModels: ['google:gemini-2.5-flash'],
      implementerModels: ['google:gemini-2.5-flash'],
    }
    const result = routeFrom({ ...NONE, ...settings }, new Set<Provider>(['google']))
    if (!result.ok || !result.value) throw new Error('no route')
    const { route, named } = result.value
    expect(route.architect[0]).toBe(route.implementer[0])
    expect(named).toEqual([{ provider: 'google', id: 'gemini-2.5-flash' }])
  })

  test.each<[Provider[], Partial<ModelSettings>, RegExp]>([
    [['google'], { architectModels: ['gemini-2.5-pro'] }, /^ARCHITECT_MODELS: "gemini-2.5-pro" is no model/],
    [['google'], { architectModels: ['azure:gpt'] }, /^ARCHITECT_MODELS: "azure:gpt" is no model/],
    [['google'], { verifierModels: ['x'] }, /^VERIFIER_MODELS: "x" is no model; write for instance google:/],
    [['google'], { implementerModels: ['google:../x'] }, /^IMPLEMENTER_MODELS: "google:..\/x" is no model/],
    [['google'], { architectModels: ['google:a', 'openrouter:a/b'] }, /OPENROUTER_API_KEY is not set/],
    [['google'], { implementerModels: ['local:x'] }, /LOCAL_LLM_BASE_URL is not set/],
    [['local'], LOCAL, /^Name a local model in ARCHITECT_MODELS/],
  ])('is refused with what to do for %o and %o', (setUp, settings, says) => {
    expect(routed(setUp, settings)).toMatch(says)
  })
})
