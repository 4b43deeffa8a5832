import type { FailureKind, ModelFailure } from './model.ts'

/** What is tried after a failure: the same model again, the same model with another key, the next model, or nothing. */
export type Next = 'again' | 'other-key' | 'other-model' | 'stop'

type Rule = {
  next: Next
  /** Whether it speaks against the model itself, so that its breaker counts it. */
  counts: boolean
}

const RULES: Readonly<Record<FailureKind, Rule>> = {
  'rate-limited': { next: 'other-key', counts: false },
  overloaded: { next: 'again', counts: true },
  authentication: { next: 'other-key', counts: false },
  'out-of-provider-credit': { next: 'other-key', counts: false },
  'context-too-long': { next: 'other-model', counts: false },
  refused: { next: 'other-model', counts: false },
  malformed: { next: 'again', counts: false },
  timeout: { next: 'other-model', counts: true },
  cancelled: { next: 'stop', counts: false },
  network: { next: 'again', counts: true },
  unknown: { next: 'again', counts: true },
}

/** What follows a failure. Where the same call cannot work with this model, another one is asked at once. */
export function after(failure: ModelFailure): Rule {
  const rule = RULES[failure.kind]
  return rule.next === 'again' && !failure.retry ? { ...rule, next: 'other-model' } : rule
}
