import { done, type Result, refuse } from '../../failure.ts'
import { PROVIDER_LABELS, PROVIDERS, type Provider } from '../providers/provider.ts'

const CHARACTERS_MAX = 500
/** Four characters of a key shorter than this would say too much of it. */
const SHOWN_FROM_CHARACTERS = 12

/** The key in what a person or the environment gave, or why it is none; the sentence repeats nothing of it. */
export function keyIn(given: string): Result<string, 'malformed'> {
  const key = given.trim()
  if (key === '') return refuse('malformed', 'The key is empty.')
  if (key.length > CHARACTERS_MAX)
    return refuse('malformed', `That is no key: it has more than ${CHARACTERS_MAX} characters.`)
  if (/\s/.test(key)) return refuse('malformed', 'That is no key: it has white space inside.')
  if (!/^[!-~]+$/.test(key))
    return refuse('malformed', 'That is no key: it has characters that are not ASCII.')
  return done(key)
}

/** What may be shown of a key: its last four characters, or nothing of a short one. */
export function lastFourOf(key: string): string {
  return key.length < SHOWN_FROM_CHARACTERS ? '' : key.slice(-4)
}

export type KeyedProvider = Exclude<Provider, 'local'>

/** The provider that is called so, if it is one that takes keys. */
export function keyedProvider(name: string): Result<KeyedProvider, 'provider'> {
  const provider = PROVIDERS.find(one => one === name)
  if (provider === 'local')
    return refuse('provider', 'The local model server needs no key: set LOCAL_LLM_BASE_URL instead.')
  if (provider) return done(provider)
  const names = PROVIDERS.filter(one => one !== 'local').join(' and ')
  return refuse('provider', `There is no provider "${name}". Keys are kept for ${names}.`)
}

/** How a provider is called in sentences. */
export function labelOf(provider: string): string {
  const labels: Readonly<Record<string, string>> = PROVIDER_LABELS
  return labels[provider] ?? provider
}
