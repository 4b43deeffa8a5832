import { PROVIDERS, type Provider } from './provider.ts'

export type NamedModel = { provider: Provider; id: string }

/** An id goes into addresses and logs: what models are named with, and no more. */
const NAME = /^([a-z]+):([\w~][\w.:/@~-]{0,199})$/

/** A model by its name in settings and commands, for instance `openrouter:vendor/model`; undefined when it is none. */
export function parsedName(name: string): NamedModel | undefined {
  const [, prefix, id = ''] = NAME.exec(name.trim()) ?? []
  const provider = PROVIDERS.find(each => each === prefix)
  return provider && !id.includes('..') ? { provider, id } : undefined
}
