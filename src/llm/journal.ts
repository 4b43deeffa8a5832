import { and, asc, eq, ne, sql } from 'drizzle-orm'
import { capture, hold, mayHold, release } from '../billing/ledger.ts'
import { type Rate, rateFromJson, rateToJson } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { invariant, type Result } from '../failure.ts'
import { newId } from '../id.ts'
import type { CallAnswer, CallOrder, CallStop } from './call.ts'
import type { KeyPool, Lease } from './keys/pool.ts'
import type { Answer, Model, ModelFailure, Spent } from './model.ts'
import { storable, storableJson } from './storable.ts'
import { readToolCalls } from './toolCalls.ts'

/**
 * The journal of model calls. A row stands before the call is made and is completed with the answer and the charge in
 * one transaction. A row that a crash left `started` is in doubt: it is made again under the same row, marked, and
 * charged once. Every transaction locks the project first, then the call, its hold, the accounts and the key, so that no
 * two wait for each other.
 */
export type Key = { projectId: string; step: number; ordinal: number; promptSha256: string }

/** What a call is charged by, and the most that it can come to. */
export type Terms = { rate: Rate; worstMicro: bigint }

export type Entry = {
  key: Key
  order: CallOrder
  model: Model
  terms: Result<Terms, 'no-price'>
  /** Keys that this call tried already. */
  triedKeys: readonly string[]
}

type Parts = { database: Database; clock: Clock; keys: KeyPool }

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
export function startCall(parts: Parts, entry: Entry): Promise<Begun> {
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

type CallRow = typeof calls.$inferSelect

const STALE: Begun = { kind: 'stopped', stop: { kind: 'stale', says: 'The project has moved on.' } }

function answerOf(call: CallRow): CallAnswer {
  const {
    provider,
    model,
    inputTokens,
    cachedTokens,
    cacheWrittenTokens,
    outputTokens,
    thinkingTokens,
    images,
  } = call
  const usage = { inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images }
  return { text: call.answer ?? '', toolCalls: readToolCalls(call.toolCalls), usage, by: { provider, model } }
}

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
  const { rate, worstMicro } = terms.value
  const { projectId, userId, capMicro } = order
  const wanted = { projectId, userId, capMicro, amountMicro: worstMicro }
  const allowed = await mayHold(tx, wanted)
  if (!allowed.ok) return { kind: 'stopped', stop: { kind: allowed.reason, says: allowed.says } }
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
    startedAt: new Date(parts.clock.nowMs()),
    ...UNANSWERED,
  })
  await hold(tx, parts.clock, callId, wanted)
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

/** Remembers by what id a generation that is under way can be looked up, should its answer never arrive. */
export async function noteGeneration(parts: Parts, callId: string, generationId: string): Promise<void> {
  await parts.database.sql
    .update(calls)
    .set({ generationId: storable(generationId) })
    .where(and(eq(calls.id, callId), eq(calls.status, 'started')))
}

/** Adds what the provider was paid for a generation whose answer was lost. A call that is completed stays as it is. */
export async function noteLost(parts: Parts, callId: string, picoUsd: bigint): Promise<void> {
  await parts.database.sql
    .update(calls)
    .set({ lostPicoUsd: sql`${calls.lostPicoUsd} + ${picoUsd}` })
    .where(and(eq(calls.id, callId), ne(calls.status, 'completed')))
}

type Made = { projectId: string; callId: string; latencyMs: number; firstTokenMs: number | null }

/**
 * Stores the answer, its usage and its charge in one transaction. Returns the answer as it is stored; where the same
 * call was answered meanwhile, that one, and this answer is not charged.
 */
export function finishWell(
  parts: Parts,
  made: Made & { answer: Answer; charge: { picoUsd: bigint; micro: bigint } },
): Promise<CallAnswer> {
  const { callId, answer, charge, latencyMs, firstTokenMs } = made
  return parts.database.transaction(async tx => {
    const call = await lockCall(tx, made)
    if (call.answer !== null) return answerOf(call)
    const [stored] = await tx
      .update(calls)
      .set({
        ...answer.usage,
        ...traced(answer, call),
        status: 'completed',
        answer: storable(answer.text),
        toolCalls: answer.toolCalls === undefined ? null : storableJson(answer.toolCalls),
        failure: null,
        costPicoUsd: charge.picoUsd,
        chargeMicro: charge.micro,
        endedAt: new Date(parts.clock.nowMs()),
        latencyMs,
        firstTokenMs,
      })
      .where(eq(calls.id, callId))
      .returning()
    await capture(tx, parts.clock, callId, charge.micro)
    invariant(stored !== undefined, `call ${callId} was stored`)
    return answerOf(stored)
  })
}

function traced({ generationId, rawUsage, costPicoUsd }: Spent, call: CallRow) {
  return {
    generationId: generationId === undefined ? call.generationId : storable(generationId),
    rawUsage: storableJson(rawUsage),
    namedPicoUsd: costPicoUsd,
  }
}

/**
 * Stores why there is no answer and gives the hold back: a failed call costs its user nothing; what its provider counted
 * all the same is kept as lost. Returns the answer where the same call was answered meanwhile.
 */
export function finishFailed(
  parts: Parts,
  made: Made & { failure: ModelFailure; spent?: Spent | undefined; lostPicoUsd: bigint },
): Promise<CallAnswer | undefined> {
  const { callId, spent, lostPicoUsd } = made
  return parts.database.transaction(async tx => {
    const call = await lockCall(tx, made)
    if (call.status === 'started') await fail(tx, parts.clock, callId, made)
    if (spent && call.status === 'started') {
      const lost = { lostPicoUsd: call.lostPicoUsd + lostPicoUsd }
      await tx
        .update(calls)
        .set({ ...spent.usage, ...traced(spent, call), ...lost })
        .where(eq(calls.id, callId))
    }
    return call.answer === null ? undefined : answerOf(call)
  })
}

/** The call, locked; its project before it, because whoever ends a project locks in that order. */
async function lockCall(
  tx: Sql,
  { projectId, callId }: Pick<Made, 'projectId' | 'callId'>,
): Promise<CallRow> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('key share')
  const [call] = await tx.select().from(calls).where(eq(calls.id, callId)).for('no key update')
  invariant(call !== undefined, `call ${callId} is in the journal`)
  return call
}

/** Ends a call that brought no answer and gives its hold back; project and call are locked. */
export async function fail(
  tx: Sql,
  clock: Clock,
  callId: string,
  ended: { failure: ModelFailure; latencyMs?: number },
): Promise<void> {
  await tx
    .update(calls)
    .set({
      status: 'failed',
      failure: storableJson(ended.failure),
      latencyMs: ended.latencyMs,
      endedAt: new Date(clock.nowMs()),
    })
    .where(eq(calls.id, callId))
  await release(tx, clock, callId, 'The call brought no answer')
}

/**
 * Gives up every call of a project that is under way or in doubt, and returns its hold: the project has come to an
 * end. An answer that still arrives is stored and is the platform's cost.
 */
export async function abandonCalls(tx: Sql, clock: Clock, projectId: string): Promise<void> {
  const failure: ModelFailure = {
    kind: 'cancelled',
    fault: 'caller',
    says: 'The project ended.',
    retry: false,
  }
  const open = await tx
    .update(calls)
    .set({ status: 'failed', failure, endedAt: new Date(clock.nowMs()) })
    .where(and(eq(calls.projectId, projectId), eq(calls.status, 'started')))
    .returning({ id: calls.id })
  for (const { id } of open) await release(tx, clock, id, 'The project ended')
}
