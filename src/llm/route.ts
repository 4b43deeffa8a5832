import type { Bound } from './bound.ts'
import { mediaIn } from './bound.ts'
import type { CallOrder, ModelName } from './call.ts'
import type { Model, ModelRequest, Role } from './model.ts'

/** The models that may answer for each role, best first. */
export type Route = Readonly<Record<Role, readonly Model[]>>

/**
 * The models to ask for an order, in turn. After failures the Architect's models come first: they are the strongest of
 * the house. A model whose answer a crash cost it is asked again before any other, so that one call stays one.
 */
export function candidatesFor(
  route: Route,
  order: Pick<CallOrder, 'role' | 'stronger'>,
  inDoubt: ModelName | null,
): readonly Model[] {
  const own = route[order.role]
  const ordered = order.stronger === true ? [...route.architect, ...own] : own
  const unique = ordered.filter((model, at) => ordered.findIndex(each => isSame(each, nameOf(model))) === at)
  const doubtful = unique.filter(model => inDoubt !== null && isSame(model, inDoubt))
  return [...doubtful, ...unique.filter(model => !doubtful.includes(model))]
}

/** Whether a request fits a model: its words and its answer into the context, its pictures and recordings to what it reads. */
export function fits(model: Model, request: ModelRequest, bound: Bound): boolean {
  if (bound.inputTokens + bound.outputTokens > model.contextTokensMax) return false
  return mediaIn(request).every(({ mediaType }) => model.reads.some(prefix => mediaType.startsWith(prefix)))
}

export function nameOf({ provider, id }: Model): ModelName {
  return { provider, model: id }
}

function isSame({ provider, id }: Model, name: ModelName): boolean {
  return provider === name.provider && id === name.model
}
