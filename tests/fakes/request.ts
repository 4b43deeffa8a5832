import type { Asking, ModelRequest } from '../../src/llm/model.ts'

/** A small request, with what a test wants otherwise. */
export function aRequest(over: Partial<ModelRequest> = {}): ModelRequest {
  return {
    kind: 'brief',
    system: 'You are brief.',
    turns: [{ role: 'user', text: 'Say hello.' }],
    outputTokensMax: 1_000,
    ...over,
  }
}

/** Asking without haste, with what a test wants otherwise. */
export function asking(over: Partial<Asking> = {}): Asking {
  return { signal: patience(), ...over }
}

/** A signal that nobody aborts. */
export function patience(): AbortSignal {
  return new AbortController().signal
}
