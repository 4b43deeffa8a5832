/** The outside providers of models: the name is stored and shown, the label stands in sentences. */
export const PROVIDERS = ['google', 'openrouter', 'local'] as const
export type Provider = (typeof PROVIDERS)[number]

export const PROVIDER_LABELS: Readonly<Record<Provider, string>> = {
  google: 'Google Gemini',
  openrouter: 'OpenRouter',
  local: 'The local model server',
}

/** Whether a stored word names a provider of today. */
export function isProvider(word: string): word is Provider {
  return PROVIDERS.some(each => each === word)
}
