import { and, asc, eq } from 'drizzle-orm'
import { raiseAlert } from '../alerts.ts'
import { hold, type NotHeld } from '../billing/holds.ts'
import { usdShown } from '../billing/money.ts'
import { type Rate, rateFromJson, rateToJson } from '../billing/pricing.ts'
import { sayNotHeld, type Tariff } from '../billing/tariff.ts'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { invariant, type Result } from '../failure.ts'
import { newId } from '../id.ts'
import type { CallAnswer, CallOrder, CallStop } from './call.ts'
import { answerOf, type CallRow } from './callRow.ts'
import { isWithinDay, nextDay } from './dayLimit.ts'
import { fail } from './finish.ts'
import type { KeyPool, Lease } from './keys/pool.ts'
import type { Model, ModelFailure } from './model.ts'

/**
 * The journal of model calls. A row stands before the call is made and is completed with the answer and the charge in
 * one transaction. A row that a crash left `started` is in doubt: it is made again under the same row, marked, and
 * charged once. Every transaction locks the project first, then the call, its hold, the accounts and the key, so that no
 * two wait for each other.
 */
export type Key = { projectId: string; step: number; ordinal: number; promptSha256: string }

/** What a call is charged by, and the most that it can come to. */
export type Terms = { rate: Rate; worstPicoUsd: bigint; worstMicro: bigint }

export type Entry = {
  key: Key
  order: CallOrder
  model: Model
  terms: Result<Terms, 'no-price'>
  /** Keys that this call tried already. */
  triedKeys: readonly string[]
}

type Parts = { database: Database; clock: Clock; keys: KeyPool; tariff: Tariff }

export type Begun =
  | { kind: 'finished'; answer: CallAnswer }
  | { kind: 'make'; callId: string; rate: Rate; lease: Lease | null; lost: Doubtful | null }
  | { kind: 'stopped'; stop: CallStop }
  /** No key of the provider may be used now. */
  | { kind: 'keyless'; says: string; untilMs: number | null }

/** A generation that may have been paid for although its answer never arrived. */
export type Doubtful = { generationId: string }

/** What is known of a call before it is begun: its answer, or the model whose answer a crash cost it. */
export type Known = { finished: CallAnswer | null; inDoubt: { provider: string; model: string } | null }

/** A call in doubt is made again at most this often: a process that keeps dying in it stops, and the person decides. */
const REPEATS_MAX = 10

/** Looks a call up, without a lock: what is finished stays so, and `startCall` looks again at everything else. */
export async function findCall(on: Sql, key: Key): Promise<Known> {
  const tries = await earlier(on, key)
  const finished = tries.find(call => call.status === 'completed')
  const inDoubt = tries.find(call => call.status === 'started')
  return { finished: finished ? answerOf(finished) : null, inDoubt: inDoubt ?? null }
}

/**
 * Writes the intent, sets its worst case aside and lends a key, or finds that the call is finished, in doubt, or cannot
 * be made. Of two that start the same call at once the second finds it in doubt: both ask the model, the first answer is
 * kept.
 */
export async function startCall(parts: Parts, entry: Entry): Promise<Begun> {
  try {
    return await begin(parts, entry)
  } catch (thrown) {
    if (!(thrown instanceof CannotPay)) throw thrown
    return { kind: 'stopped', stop: stopOf(thrown.reason, parts.tariff) }
  }
}

/** Takes back what was written of a call that cannot be paid for: its row, and the key that was lent. */
class CannotPay extends Error {
  readonly reason: NotHeld

  constructor(reason: NotHeld) {
    super('a call cannot be paid for')
    this.name = 'CannotPay'
    this.reason = reason
  }
}

function stopOf(reason: NotHeld, tariff: Tariff): CallStop {
  const says = sayNotHeld(reason, tariff)
  if (reason.why !== 'too-few-credits') return { kind: reason.why, says }
  return { kind: reason.why, says, neededMicro: reason.neededMicro }
}

async function overDay(
  tx: Sql,
  clock: Clock,
  { limitPicoUsd, worstPicoUsd }: { limitPicoUsd: bigint; worstPicoUsd: bigint },
): Promise<CallStop> {
  const isTooSmall = worstPicoUsd > limitPicoUsd
  const says = isTooSmall
    ? `The next call could cost ${usdShown(worstPicoUsd)}, and all projects here together may cost ${usdShown(limitPicoUsd)} in a day.`
    : `What all projects here may cost in a day is spent: ${usdShown(limitPicoUsd)}.`
  const tomorrowMs = nextDay(clock)
  await raiseAlert(tx, clock, {
    kind: 'day-limit',
    subject: new Date(tomorrowMs).toISOString(),
    says: `${says} Projects rest${isTooSmall ? '' : ' until midnight (UTC)'}; DAILY_LIMIT_USD is the limit.`,
  })
  return { kind: 'day-limit', says, untilMs: isTooSmall ? null : tomorrowMs }
}

function begin(parts: Parts, entry: Entry): Promise<Begun> {
  return parts.database.transaction(async tx => {
    const epoch = await lockEpoch(tx, entry.key.projectId)
    const tries = await earlier(tx, entry.key)
    const finished = tries.find(call => call.status === 'completed')
    if (finished) return { kind: 'finished', answer: answerOf(finished) }
    if (epoch !== entry.order.epoch) return STALE
    const doubtful = tries.find(call => call.status === 'started')
    if (doubtful && isBy(entry.model, doubtful)) return makeAgain(tx, parts, entry, doubtful)
    if (doubtful) await giveUp(tx, parts.clock, doubtful.id, 'Another model was chosen.')
    return makeNew(tx, parts, entry, tries.length + 1)
  })
}

const STALE: Begun = { kind: 'stopped', stop: { kind: 'stale', says: 'The project has moved on.' } }

/** Keeps the project from moving on until the transaction ends, and two calls of it from starting at the same moment. */
async function lockEpoch(tx: Sql, projectId: string): Promise<number | undefined> {
  const wanted = tx.select({ epoch: projects.epoch }).from(projects).where(eq(projects.id, projectId))
  const [project] = await wanted.for('no key update')
  return project?.epoch
}

function earlier(tx: Sql, key: Key): Promise<CallRow[]> {
  return tx
    .select()
    .from(calls)
    .where(
      and(
        eq(calls.projectId, key.projectId),
        eq(calls.step, key.step),
        eq(calls.ordinal, key.ordinal),
        eq(calls.promptSha256, key.promptSha256),
      ),
    )
    .orderBy(asc(calls.tryNumber))
}

/** A row says who was asked and at what rate: it is not for another model. */
function isBy(model: Model, call: CallRow): boolean {
  return call.provider === model.provider && call.model === model.id
}

/** The same row at the rate it was begun with; cut off too often it is given up, and may be asked for as a new try. */
async function makeAgain(tx: Sql, parts: Parts, entry: Entry, call: CallRow): Promise<Begun> {
  if (call.repeats >= REPEATS_MAX) {
    const failure = await giveUp(tx, parts.clock, call.id, 'The same model call was cut off too often.')
    return { kind: 'stopped', stop: { kind: 'failed', says: failure.says, failure } }
  }
  const lent = await lend(tx, parts, entry)
  if (!lent.ok) return lent.keyless
  const rate = rateFromJson(call.rate)
  invariant(rate.ok, `call ${call.id} has a rate`)
  await tx
    .update(calls)
    .set({
      repeats: call.repeats + 1,
      epoch: entry.order.epoch,
      keyId: lent.lease?.id ?? null,
      generationId: null,
    })
    .where(eq(calls.id, call.id))
  const { generationId } = call
  const lost = generationId === null ? null : { generationId }
  return { kind: 'make', callId: call.id, rate: rate.value, lease: lent.lease, lost }
}

async function giveUp(tx: Sql, clock: Clock, callId: string, says: string): Promise<ModelFailure> {
  const failure: ModelFailure = { kind: 'unknown', fault: 'provider', says, retry: true }
  await fail(tx, clock, callId, { failure })
  return failure
}

async function makeNew(tx: Sql, parts: Parts, entry: Entry, tryNumber: number): Promise<Begun> {
  const { key, order, model, terms } = entry
  if (!terms.ok) return { kind: 'stopped', stop: { kind: terms.reason, says: terms.says } }
  const { tariff, clock } = parts
  const { rate, worstPicoUsd, worstMicro } = terms.value
  const { projectId, userId, capMicro } = order
  const limitPicoUsd = tariff.dayLimitPicoUsd
  if (limitPicoUsd !== null && !(await isWithinDay(tx, clock, { limitPicoUsd, worstPicoUsd })))
    return { kind: 'stopped', stop: await overDay(tx, clock, { limitPicoUsd, worstPicoUsd }) }
  const lent = await lend(tx, parts, entry)
  if (!lent.ok) return lent.keyless
  const callId = newId()
  await tx.insert(calls).values({
    ...key,
    id: callId,
    userId,
    tryNumber,
    keyId: lent.lease?.id ?? null,
    role: order.role,
    epoch: order.epoch,
    kind: order.request.kind,
    taskId: order.taskId,
    provider: model.provider,
    model: model.id,
    rate: rateToJson(rate),
    startedAt: new Date(clock.nowMs()),
    ...UNANSWERED,
    worstPicoUsd,
  })
  const worst = { projectId, userId, capMicro, amountMicro: worstMicro, purse: tariff.purse }
  const notHeld = await hold(tx, clock, callId, worst)
  if (notHeld) throw new CannotPay(notHeld)
  return { kind: 'make', callId, rate, lease: lent.lease, lost: null }
}

/** What a row says of a call that was just begun. */
export const UNANSWERED = {
  status: 'started',
  repeats: 0,
  inputTokens: 0,
  cachedTokens: 0,
  cacheWrittenTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  images: 0,
  costPicoUsd: 0n,
  worstPicoUsd: 0n,
  lostPicoUsd: 0n,
  chargeMicro: 0n,
} as const

type Lent = { ok: true; lease: Lease | null } | { ok: false; keyless: Begun }

async function lend(tx: Sql, { keys }: Parts, { model, triedKeys }: Entry): Promise<Lent> {
  if (!model.keyed) return { ok: true, lease: null }
  const lent = await keys.lease(tx, model.provider, triedKeys)
  if (lent.ok) return { ok: true, lease: lent.value }
  const untilMs = 'untilMs' in lent ? lent.untilMs : null
  return { ok: false, keyless: { kind: 'keyless', says: lent.says, untilMs } }
}
