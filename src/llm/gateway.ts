import { chargeMicro, worstPicoUsd } from '../billing/money.ts'
import { priceOf, type Rate } from '../billing/pricing.ts'
import { REHEARSAL } from '../billing/report.ts'
import type { Tariff } from '../billing/tariff.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { done, type Result, refuse } from '../failure.ts'
import { sha256 } from '../id.ts'
import type { Metrics } from '../metrics.ts'
import { after } from './after.ts'
import { attempt, reconcile } from './attempt.ts'
import { type Bound, boundOf } from './bound.ts'
import type { Breaker } from './breaker.ts'
import type { CallOrder, CallResult, CallStop } from './call.ts'
import { type Detours, openDetours } from './detours.ts'
import { type Examined, examine } from './doctor.ts'
import { type Begun, type Entry, findCall, type Key, startCall } from './journal.ts'
import type { KeyPool, Lease } from './keys/pool.ts'
import type { Model, ModelFailure } from './model.ts'
import { candidatesFor, fits, nameOf, type Route } from './route.ts'

/** The one way to a model: routed, priced, held, journalled, called, captured. */
export type Gateway = {
  /** The rates of the route's first models and whether the Implementer is played by the rehearsal model, for quotes. */
  rates(): Promise<{ architect: Rate; implementer: Rate; played: boolean } | { missing: string }>
  /**
   * Makes the call, or finds it finished. What fails is tried again, with another key, or with the next model of the
   * route; failed tries cost nothing. `signal` aborts it at once and it is not charged.
   */
  call(order: CallOrder, signal: AbortSignal): Promise<CallResult>
  /** Tries each model of the route with one tiny call; what they cost is the operator's. */
  examine(userId: string, signal: AbortSignal): Promise<Examined[]>
}

export type GatewayParts = {
  database: Database
  clock: Clock
  /** Read anew for each call: keys and settings change while the product runs. */
  route: () => Route
  keys: KeyPool
  breaker: Breaker
  metrics: Metrics
  tariff: Tariff
  /** How long one try may take. */
  callLimitMs: number
}

/** A model is asked at most this often in one round over the route. */
const TRIES_OF_A_MODEL = 3
/** When nobody can be asked now but soon can, the call waits and goes round again. */
const ROUNDS_MAX = 3
const WAIT_MS_MAX = 60_000
const BACK_OFF_MS = 500
const BACK_OFF_MS_MAX = 10_000

export function openGateway(parts: GatewayParts): Gateway {
  return {
    rates: () => ratesOf(parts),
    call: (order, signal) => callOnce(parts, order, signal),
    examine: (userId, signal) => examine(parts, parts.route(), userId, signal),
  }
}

/** What one call knows while it is made. */
type Making = {
  order: CallOrder
  key: Key
  bound: Bound
  signal: AbortSignal
  triedKeys: string[]
  detours: Detours
}

/** How asking one model, or going round the whole route, has ended. */
type Round =
  | { kind: 'ended'; result: CallResult }
  /** Nobody answered; somebody may after this time. */
  | { kind: 'wait'; ms: number }
  | { kind: 'nobody' }

async function callOnce(parts: GatewayParts, order: CallOrder, signal: AbortSignal): Promise<CallResult> {
  const key = keyOf(order)
  const { finished, inDoubt } = await findCall(parts.database.sql, key)
  if (finished) return { ok: true, ...finished }
  const candidates = candidatesFor(parts.route(), order, inDoubt)
  const bound = boundOf(order.request)
  const making: Making = { order, key, bound, signal, triedKeys: [], detours: openDetours(candidates) }
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const ended = await goRound(parts, making, candidates)
    if (ended.kind === 'ended') return ended.result
    if (ended.kind === 'nobody' || ended.ms > WAIT_MS_MAX || round === ROUNDS_MAX) break
    order.hear?.({ kind: 'waiting', says: making.detours.waiting(ended.ms) })
    await parts.clock.wait(ended.ms, signal)
    making.triedKeys = []
  }
  return { ok: false, stop: making.detours.stop() }
}

async function goRound(parts: GatewayParts, making: Making, candidates: readonly Model[]): Promise<Round> {
  const waits: number[] = []
  for (const model of candidates) {
    const asked = await askModel(parts, making, model)
    if (asked.kind === 'ended') return asked
    if (asked.kind === 'wait') waits.push(asked.ms)
  }
  return waits.length === 0 ? { kind: 'nobody' } : { kind: 'wait', ms: Math.min(...waits) }
}

/** Asks one model until it answers, or until another one should be asked. */
async function askModel(parts: GatewayParts, making: Making, model: Model): Promise<Round> {
  const { detours, order, bound } = making
  if (!fits(model, order.request, bound)) return detours.unfit(model)
  const opensMs = await parts.breaker.opensForMs(nameOf(model))
  if (opensMs > 0) return detours.broken(model, opensMs)
  const terms = await termsOf(parts, making, model)
  for (let tries = 1; tries <= TRIES_OF_A_MODEL; tries++) {
    const tried = await tryOnce(parts, making, { model, terms, tries })
    if (tried !== 'again') return tried
  }
  return { kind: 'nobody' }
}

type Asked = { model: Model; terms: Entry['terms']; tries: number }

async function tryOnce(parts: GatewayParts, making: Making, asked: Asked): Promise<Round | 'again'> {
  const { key, order, triedKeys, signal, detours } = making
  const { model, terms } = asked
  const begun = await startCall(parts, { key, order, model, terms, triedKeys })
  if (begun.kind !== 'make') return withoutAsking(parts, making, model, begun)
  if (begun.lost) await reconcile(parts, { model, ...begun }, begun.lost.generationId)
  const tried = await attempt(parts, { model, order, ...begun }, signal)
  if (!tried.ok) return afterFailure(parts, making, { ...asked, failure: tried.failure, lease: begun.lease })
  await parts.breaker.worked(nameOf(model))
  return { kind: 'ended', result: { ok: true, ...tried.answer, ...detours.taken(model) } }
}

type Failed = Asked & { failure: ModelFailure; lease: Lease | null }

/** Draws the consequences of a failure for the model, and says where to go on. */
async function afterFailure(
  { breaker, clock }: GatewayParts,
  { detours, order, triedKeys, signal }: Making,
  { model, failure, lease, tries }: Failed,
): Promise<Round | 'again'> {
  const { next, counts } = after(failure)
  detours.failed(model, failure)
  order.hear?.({ kind: 'again' })
  if (counts) await breaker.failed(nameOf(model))
  if (next === 'stop' || signal.aborted) return ended({ kind: 'failed', says: failure.says, failure })
  if (next === 'other-model') return { kind: 'nobody' }
  const backOffMs = failure.retryAfterMs ?? BACK_OFF_MS * 2 ** (tries - 1)
  if (next === 'other-key' && lease === null) return { kind: 'wait', ms: backOffMs }
  if (next === 'other-key' && lease !== null) triedKeys.push(lease.id)
  else if (tries < TRIES_OF_A_MODEL) await clock.wait(Math.min(backOffMs, BACK_OFF_MS_MAX), signal)
  return 'again'
}

async function withoutAsking(
  { clock }: GatewayParts,
  { detours }: Making,
  model: Model,
  begun: Exclude<Begun, { kind: 'make' }>,
): Promise<Round> {
  if (begun.kind === 'finished') return { kind: 'ended', result: { ok: true, ...begun.answer } }
  if (begun.kind === 'keyless') return detours.keyless(model, begun, clock.nowMs())
  return begun.stop.kind === 'no-price' ? detours.unpriced(model, begun.stop.says) : ended(begun.stop)
}

function ended(stop: CallStop): Round {
  return { kind: 'ended', result: { ok: false, stop } }
}

function keyOf({ projectId, step, ordinal, role, request }: CallOrder): Key {
  return { projectId, step, ordinal, promptSha256: sha256(JSON.stringify([role, request])) }
}

async function termsOf(parts: GatewayParts, { bound }: Making, model: Model): Promise<Entry['terms']> {
  const price = await priceOf(parts.database.sql, parts.clock, nameOf(model))
  if (!price.ok) return price
  const rate: Rate = { ...price.value, ...parts.tariff.markup }
  const worst = worstPicoUsd(bound, rate)
  return done({ rate, worstPicoUsd: worst, worstMicro: chargeMicro(worst, rate) })
}

async function ratesOf(parts: GatewayParts): ReturnType<Gateway['rates']> {
  const route = parts.route()
  const architect = await firstRate(parts, route.architect)
  const implementer = await firstRate(parts, route.implementer)
  if (!architect.ok) return { missing: architect.says }
  if (!implementer.ok) return { missing: implementer.says }
  const played = route.implementer[0]?.provider === REHEARSAL
  return { architect: architect.value, implementer: implementer.value, played }
}

/** The rate of the first model with a price: that is the one that will be asked. */
async function firstRate(parts: GatewayParts, models: readonly Model[]): Promise<Result<Rate, 'no-price'>> {
  let missing: Result<Rate, 'no-price'> = refuse('no-price', 'No model is set up for this.')
  for (const model of models) {
    const price = await priceOf(parts.database.sql, parts.clock, nameOf(model))
    if (price.ok) return done({ ...price.value, ...parts.tariff.markup })
    if (model === models[0]) missing = price
  }
  return missing
}
