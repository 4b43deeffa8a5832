import type { CallStop, Detour, ModelName } from './call.ts'
import type { Model, ModelFailure } from './model.ts'
import { nameOf } from './route.ts'

/** Why a model did not answer: it failed, or it was not asked at all. */
type Trouble =
  | { kind: 'failed'; name: ModelName; says: string; failure: ModelFailure }
  | { kind: 'unfit' | 'broken' | 'keyless' | 'unpriced'; name: ModelName; says: string }

/** How going on to the next model is called in `gateway.ts`. */
type Passed = { kind: 'wait'; ms: number } | { kind: 'nobody' }

/** What one call met on its way along the route, and the sentences about it. */
export type Detours = {
  failed(model: Model, failure: ModelFailure): void
  /** The request does not fit the model. */
  unfit(model: Model): Passed
  /** The model failed too often of late. */
  broken(model: Model, opensMs: number): Passed
  /** No key of its provider may be used now, or none is there. */
  keyless(model: Model, why: { says: string; untilMs: number | null }, nowMs: number): Passed
  unpriced(model: Model, says: string): Passed
  /** The detour to the model that answers, where it is not the first of the route. */
  taken(model: Model): { detour?: Detour }
  waiting(ms: number): string
  /** Why nobody answered. */
  stop(): CallStop
}

const NOBODY: Passed = { kind: 'nobody' }

export function openDetours(candidates: readonly Model[]): Detours {
  const troubles: Trouble[] = []
  const note = (kind: Exclude<Trouble['kind'], 'failed'>, model: Model, says: string) =>
    troubles.push({ kind, name: nameOf(model), says })
  return {
    failed: (model, failure) =>
      void troubles.push({ kind: 'failed', name: nameOf(model), says: failure.says, failure }),
    unfit: model => {
      note('unfit', model, `This request is too long for ${model.id}, or of a kind that it does not take.`)
      return NOBODY
    },
    broken: (model, ms) => {
      note('broken', model, `${model.id} of ${model.provider} failed several times in a row.`)
      return { kind: 'wait', ms }
    },
    keyless: (model, { says, untilMs }, nowMs) => {
      note('keyless', model, says)
      return untilMs === null ? NOBODY : { kind: 'wait', ms: Math.max(1, untilMs - nowMs) }
    },
    unpriced: (model, says) => {
      note('unpriced', model, says)
      return NOBODY
    },
    taken: model => detourTo(model, candidates[0], troubles),
    waiting: ms => `${troubles.at(-1)?.says ?? ''} Trying again in ${Math.ceil(ms / 1_000)} s.`.trim(),
    stop: () => stopFor(troubles),
  }
}

function detourTo(model: Model, first: Model | undefined, troubles: readonly Trouble[]): { detour?: Detour } {
  if (first === undefined || first === model) return {}
  const why = troubles.find(trouble => sameName(trouble.name, nameOf(first)))
  const says = `${why?.says ?? `${first.id} cannot answer.`} ${model.id} of ${model.provider} goes on in its place; nothing is lost, and the failed tries cost nothing.`
  return { detour: { from: nameOf(first), to: nameOf(model), says } }
}

function sameName(one: ModelName, other: ModelName): boolean {
  return one.provider === other.provider && one.model === other.model
}

/** The most hopeful trouble decides what the person hears: what may pass by itself before what somebody must mend. */
function stopFor(troubles: readonly Trouble[]): CallStop {
  const failures = troubles.flatMap(trouble => (trouble.kind === 'failed' ? [trouble.failure] : []))
  const told = failures.find(failure => failure.retry) ?? failures[0]
  if (told) return { kind: 'failed', says: told.says, failure: told }
  const of = (kind: Trouble['kind']) => troubles.find(trouble => trouble.kind === kind)
  const broken = of('broken')
  if (broken) return failedWith('overloaded', 'provider', broken.says, true)
  const keyless = of('keyless')
  if (keyless) return { kind: 'no-key', says: keyless.says }
  const unpriced = of('unpriced')
  if (unpriced) return { kind: 'no-price', says: unpriced.says }
  return failedWith('context-too-long', 'request', of('unfit')?.says ?? 'No model is set up for this.', false)
}

function failedWith(
  kind: ModelFailure['kind'],
  fault: ModelFailure['fault'],
  says: string,
  retry: boolean,
): CallStop {
  return { kind: 'failed', says, failure: { kind, fault, says, retry } }
}
