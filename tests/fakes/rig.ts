import type { Asking, Model } from '../../src/llm/model.ts'
import { googleModel } from '../../src/llm/providers/google.ts'
import { localModel } from '../../src/llm/providers/local.ts'
import { openrouterModel } from '../../src/llm/providers/openrouter.ts'
import type { Provider } from '../../src/llm/providers/provider.ts'
import { chatAnswer, startLocal, startOpenRouter } from './chat.ts'
import { googleAnswer, startGoogle } from './google.ts'
import { asking } from './request.ts'
import type { FakeServer, Reply } from './server.ts'

/** The key that every fake knows; no sentence for a person may show it. */
export const SECRET = 'AIzaSy-secret-0123456789'
const ID = 'gemini-2.5-flash'

/** Asking with the key; a local server is not to be shown it. */
export function askingKeyed(over: Partial<Asking> = {}): Asking {
  return asking({ apiKey: SECRET, ...over })
}

/** Each provider's fake, its model over that fake, and a plain answer in its protocol. */
export type Rig = {
  start: () => Promise<FakeServer>
  model: (baseUrl: string, idleMs?: number) => Model
  answer: (text: string) => Reply
}

export const RIG: Readonly<Record<Provider, Rig>> = {
  google: {
    start: () => startGoogle({ key: SECRET, model: ID }),
    model: (baseUrl, idleMs) => googleModel({ baseUrl, id: ID, ...idle(idleMs) }),
    answer: text => googleAnswer({ text, usage: { promptTokenCount: 1, totalTokenCount: 1 } }),
  },
  openrouter: {
    start: () => startOpenRouter({ key: SECRET, model: ID }),
    model: (baseUrl, idleMs) => openrouterModel({ baseUrl, id: ID, ...idle(idleMs) }),
    answer: text => chatAnswer({ text }),
  },
  local: {
    start: () => startLocal({ model: ID }),
    model: (baseUrl, idleMs) => localModel({ baseUrl, id: ID, ...idle(idleMs) }),
    answer: text => chatAnswer({ text }),
  },
}

function idle(idleMs: number | undefined): { idleMs?: number } {
  return idleMs === undefined ? {} : { idleMs }
}
