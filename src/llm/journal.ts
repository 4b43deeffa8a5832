import { and, asc, eq } from 'drizzle-orm'
import { capture, hold, mayHold, release } from '../billing/ledger.ts'
import { type Rate, rateFromJson, rateToJson } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { invariant, type Result } from '../failure.ts'
import { newId } from '../id.ts'
import type { CallOrder, CallStop } from './call.ts'
import type { Answer, Model, ModelFailure } from './model.ts'

/**
 * The journal of model calls. A row stands before the call is made and is completed with the answer and the charge in
 * one transaction. A row that a crash left `started` is in doubt: it is made again under the same row, marked, and
 * charged once. Every transaction locks the project first, then the call, its hold and the accounts, so that no two wait
 * for each other.
 */
export type Key = { projectId: string; step: number; ordinal: number; promptSha256: string }

/** What a call is charged by, and the most that it can come to. */
export type Terms = { rate: Rate; worstMicro: bigint }

export type Entry = { key: Key; order: CallOrder; model: Model; terms: Result<Terms, 'no-price'> }

type Parts = { database: Database; clock: Clock }

export type Begun =
  | { kind: 'finished'; text: string }
  | { kind: 'make'; callId: string; rate: Rate }
  | { kind: 'stopped'; stop: CallStop }

/** A call in doubt is made again at most this often: a process that keeps dying in it stops, and the person decides. */
const REPEATS_MAX = 10

/**
 * Writes the intent and sets its worst case aside, or finds that the call is finished, in doubt, or cannot be made. Of
 * two that start the same call at once the second finds it in doubt: both ask the model, the first answer is kept.
 */
export function startCall(parts: Parts, entry: Entry): Promise<Begun> {
  return parts.database.transaction(async tx => {
    const epoch = await lockEpoch(tx, entry.key.projectId)
    const tries = await earlier(tx, entry.key)
    const finished = tries.find(call => call.status === 'completed')
    if (finished) return { kind: 'finished', text: finished.answer ?? '' }
    if (epoch !== entry.order.epoch) return STALE
    const doubtful = tries.find(call => call.status === 'started')
    if (doubtful && isBy(entry.model, doubtful)) return makeAgain(tx, parts.clock, doubtful)
    if (doubtful) await giveUp(tx, parts.clock, doubtful.id, 'Another model was chosen.')
    return makeNew(tx, parts.clock, entry, tries.length + 1)
  })
}

type CallRow = typeof calls.$inferSelect

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
async function makeAgain(tx: Sql, clock: Clock, call: CallRow): Promise<Begun> {
  if (call.repeats >= REPEATS_MAX) {
    const failure = await giveUp(tx, clock, call.id, 'The same model call was cut off too often.')
    return { kind: 'stopped', stop: { kind: 'failed', says: failure.says, failure } }
  }
  const rate = rateFromJson(call.rate)
  invariant(rate.ok, `call ${call.id} has a rate`)
  await tx
    .update(calls)
    .set({ repeats: call.repeats + 1 })
    .where(eq(calls.id, call.id))
  return { kind: 'make', callId: call.id, rate: rate.value }
}

async function giveUp(tx: Sql, clock: Clock, callId: string, says: string): Promise<ModelFailure> {
  const failure: ModelFailure = { kind: 'unknown', says, retry: true }
  await fail(tx, clock, callId, { failure })
  return failure
}

async function makeNew(tx: Sql, clock: Clock, entry: Entry, tryNumber: number): Promise<Begun> {
  const { key, order, model, terms } = entry
  if (!terms.ok) return { kind: 'stopped', stop: { kind: terms.reason, says: terms.says } }
  const { rate, worstMicro } = terms.value
  const { projectId, userId, capMicro } = order
  const wanted = { projectId, userId, capMicro, amountMicro: worstMicro }
  const allowed = await mayHold(tx, wanted)
  if (!allowed.ok) return { kind: 'stopped', stop: { kind: allowed.reason, says: allowed.says } }
  const callId = newId()
  await tx.insert(calls).values({
    ...key,
    id: callId,
    userId,
    tryNumber,
    kind: order.request.kind,
    taskId: order.taskId,
    provider: model.provider,
    model: model.id,
    status: 'started',
    repeats: 0,
    inputTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
    rate: rateToJson(rate),
    costPicoUsd: 0n,
    chargeMicro: 0n,
    startedAt: new Date(clock.nowMs()),
  })
  await hold(tx, clock, callId, wanted)
  return { kind: 'make', callId, rate }
}

type Made = { projectId: string; callId: string; latencyMs: number }

/**
 * Stores the answer, its usage and its charge in one transaction. Returns the text as it is stored; where the same call
 * was answered meanwhile, that text, and this answer is not charged.
 */
export function finishWell(
  parts: Parts,
  made: Made & { answer: Answer; charge: { picoUsd: bigint; micro: bigint } },
): Promise<string> {
  const { callId, answer, charge, latencyMs } = made
  return parts.database.transaction(async tx => {
    const call = await lockCall(tx, made)
    if (call.answer !== null) return call.answer
    const text = storable(answer.text)
    await tx
      .update(calls)
      .set({
        ...answer.usage,
        status: 'completed',
        answer: text,
        failure: null,
        generationId: answer.generationId && storable(answer.generationId),
        rawUsage: storableJson(answer.rawUsage),
        namedPicoUsd: answer.costPicoUsd,
        costPicoUsd: charge.picoUsd,
        chargeMicro: charge.micro,
        endedAt: new Date(parts.clock.nowMs()),
        latencyMs,
      })
      .where(eq(calls.id, callId))
    await capture(tx, parts.clock, callId, charge.micro)
    return text
  })
}

/**
 * Stores why there is no answer and gives the hold back: a failed call costs nothing. Returns the text where the same
 * call was answered meanwhile.
 */
export function finishFailed(
  parts: Parts,
  made: Made & { failure: ModelFailure },
): Promise<string | undefined> {
  return parts.database.transaction(async tx => {
    const call = await lockCall(tx, made)
    if (call.status === 'started') await fail(tx, parts.clock, made.callId, made)
    return call.answer ?? undefined
  })
}

/** The call, locked; its project before it, because whoever ends a project locks in that order. */
async function lockCall(tx: Sql, { projectId, callId }: Made): Promise<CallRow> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('key share')
  const [call] = await tx.select().from(calls).where(eq(calls.id, callId)).for('no key update')
  invariant(call !== undefined, `call ${callId} is in the journal`)
  return call
}

async function fail(
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

/** Postgres text holds everything but NUL, and its JSON everything but NUL and half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

function storableJson(value: unknown): unknown {
  const json = JSON.stringify(value ?? null)
  return JSON.parse(json, (_, part) => (typeof part === 'string' ? storable(part) : part))
}

/**
 * Gives up every call of a project that is under way or in doubt, and returns its hold: the project has come to an
 * end. An answer that still arrives is stored and is the platform's cost.
 */
export async function abandonCalls(tx: Sql, clock: Clock, projectId: string): Promise<void> {
  const failure: ModelFailure = { kind: 'cancelled', says: 'The project ended.', retry: false }
  const open = await tx
    .update(calls)
    .set({ status: 'failed', failure, endedAt: new Date(clock.nowMs()) })
    .where(and(eq(calls.projectId, projectId), eq(calls.status, 'started')))
    .returning({ id: calls.id })
  for (const { id } of open) await release(tx, clock, id, 'The project ended')
}
