import type { Api } from 'grammy'
import { invariant } from '../failure.ts'

type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>

/** Something that can be ended, by a signal that grammY takes too. */
export type Ending = { end(): void; signal: AbortSignal & GrammySignal }

export function openEnding(): Ending {
  const controller = new AbortController()
  const { signal } = controller
  invariant(hasListeners(signal), 'a signal has listeners')
  return { end: () => controller.abort(), signal }
}

/**
 * grammY's types name the signal of the package abort-controller, whose events have other types than Node's. At run time
 * it takes whatever has listeners, and checks exactly that.
 */
function hasListeners(signal: AbortSignal): signal is AbortSignal & GrammySignal {
  return typeof signal.addEventListener === 'function'
}
