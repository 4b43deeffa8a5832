import { describe, expect, test } from 'vitest'
import { type ModelSettings, routeFrom } from './routes.ts'

const NOW_MS = Date.UTC(2026, 10, 22)
const NONE: ModelSettings = {
  googleApiKeys: [],
  openrouterApiKeys: [],
  architectModels: [],
  implementerModels: [],
}
const google = { googleApiKeys: ['g'] }
const openrouter = { openrouterApiKeys: ['o'] }
const local = { localBaseUrl: 'http://localhost:11434' }

/** Who answers, as `provider:id`. */
function routed(settings: Partial<ModelSettings>) {
  const result = routeFrom({ ...NONE, ...settings }, NOW_MS)
  if (!result.ok) return result.says
  if (!result.value) return 'nobody'
  const { architect, implementer } = result.value.route
  return [architect, implementer].map(({ provider, id }) => `${provider}:${id}`)
}

describe('a route', () => {
  test('is missing without any key, whatever models are named', () => {
    expect(routed({ architectModels: ['google:gemini-3.8-flash'] })).toBe('nobody')
  })

  test.each([
    [google, 'google:', 'google:'],
    [openrouter, 'openrouter:', 'openrouter:'],
    [{ ...google, ...openrouter }, 'google:', 'openrouter:'],
  ])('has defaults for %o', (settings, architect, implementer) => {
    expect(routed(settings)).toEqual([
      expect.stringMatching(`^${architect}`),
      expect.stringMatching(`^${implementer}`),
    ])
  })

  test.each([google, openrouter, { ...google, ...openrouter }])(
    'has prices for the defaults of %o',
    settings => {
      const result = routeFrom({ ...NONE, ...settings }, NOW_MS)
      if (!result.ok || !result.value) throw new Error('no route')
      const { route, prices } = result.value
      expect(prices.map(price => `${price.provider}:${price.model}`)).toEqual(
        [route.architect, route.implementer].map(({ provider, id }) => `${provider}:${id}`),
      )
    },
  )

  test('takes the first model of each list', () => {
    const settings = {
      ...google,
      ...local,
      architectModels: ['google:gemini-2.5-pro', 'google:gemini-2.5-flash'],
      implementerModels: [' local:hf.co/some/model:Q4_K_M '],
    }
    expect(routed(settings)).toEqual(['google:gemini-2.5-pro', 'local:hf.co/some/model:Q4_K_M'])
  })

  test('has a price of zero for a local model and none for one that nobody lists', () => {
    const settings = {
      ...google,
      ...local,
      architectModels: ['google:gemini-99'],
      implementerModels: ['local:x'],
    }
    const result = routeFrom({ ...NONE, ...settings }, NOW_MS)
    expect(result.ok && result.value?.prices).toEqual([
      { provider: 'local', model: 'x', inputPicoUsd: 0n, cachedPicoUsd: 0n, outputPicoUsd: 0n },
    ])
  })

  test.each([
    [{ ...google, architectModels: ['gemini-2.5-pro'] }, /^ARCHITECT_MODELS: "gemini-2.5-pro" is no model/],
    [{ ...google, architectModels: ['azure:gpt'] }, /^ARCHITECT_MODELS: "azure:gpt" is no model/],
    [{ ...google, implementerModels: ['google:../x'] }, /^IMPLEMENTER_MODELS: "google:..\/x" is no model/],
    [{ ...google, architectModels: ['openrouter:a/b'] }, /OPENROUTER_API_KEY is not set/],
    [{ ...google, implementerModels: ['local:x'] }, /LOCAL_LLM_BASE_URL is not set/],
    [local, /^Name a local model in ARCHITECT_MODELS/],
  ])('is refused with what to do for %o', (settings, says) => {
    expect(routed(settings)).toMatch(says)
  })
})
