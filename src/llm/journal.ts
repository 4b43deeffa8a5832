import { and, asc, eq } from 'drizzle-orm'
import { capture, hold, mayHold, release } from '../billing/ledger.ts'
import { type Rate, rateToJson } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { newId } from '../id.ts'
import type { CallOrder, CallStop } from './call.ts'
import type { Answer, Model, ModelFailure } from './model.ts'

/**
 * The journal of model calls. A row stands before the call is made and is completed with the answer and the charge in
 * one transaction. A row that a crash left `started` is in doubt: it is made again under the same row, marked, and
 * charged once.
 */
export type Key = { projectId: string; step: number; ordinal: number; promptSha256: string }

export type Entry = { key: Key; order: CallOrder; model: Model; rate: Rate; worstMicro: bigint }

type Parts = { database: Database; clock: Clock }

export type Begun =
  | { kind: 'finished'; text: string }
  | { kind: 'make'; callId: string }
  | { kind: 'stopped'; stop: CallStop }

/** A call in doubt is made again at most this often; a process that keeps dying in it should not go on for ever. */
const REPEATS_MAX = 10

/** Writes the intent and sets its worst case aside, or finds that the call is finished, in doubt, or cannot be paid. */
export function startCall(parts: Parts, entry: Entry): Promise<Begun> {
  return parts.database.transaction(async tx => {
    const tries = await earlier(tx, entry.key)
    const finished = tries.find(call => call.status === 'completed')
    if (finished) return { kind: 'finished', text: finished.answer ?? '' }
    const doubtful = tries.find(call => call.status === 'started')
    if (doubtful) return makeAgain(tx, doubtful)
    return makeNew(tx, parts.clock, entry, tries.length + 1)
  })
}

type CallRow = typeof calls.$inferSelect

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

async function makeAgain(tx: Sql, call: CallRow): Promise<Begun> {
  if (call.repeats >= REPEATS_MAX) {
    const says = 'The same model call was cut off too often.'
    return {
      kind: 'stopped',
      stop: { kind: 'failed', says, failure: { kind: 'unknown', says, retry: true } },
    }
  }
  await tx
    .update(calls)
    .set({ repeats: call.repeats + 1 })
    .where(eq(calls.id, call.id))
  return { kind: 'make', callId: call.id }
}

async function makeNew(tx: Sql, clock: Clock, entry: Entry, tryNumber: number): Promise<Begun> {
  const { key, order, model, rate, worstMicro } = entry
  const { projectId, userId, capMicro } = order
  if (!(await current(tx, order)))
    return { kind: 'stopped', stop: { kind: 'stale', says: 'The project has moved on.' } }
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
  return { kind: 'make', callId }
}

/** Stores the answer, its usage and its charge in one transaction. */
export function finishWell(
  parts: Parts,
  made: { callId: string; answer: Answer; charge: { picoUsd: bigint; micro: bigint }; latencyMs: number },
): Promise<void> {
  const { callId, answer, charge, latencyMs } = made
  return parts.database.transaction(async tx => {
    await tx
      .update(calls)
      .set({
        ...answer.usage,
        status: 'completed',
        answer: storable(answer.text),
        generationId: answer.generationId,
        rawUsage: answer.rawUsage,
        namedPicoUsd: answer.costPicoUsd,
        costPicoUsd: charge.picoUsd,
        chargeMicro: charge.micro,
        endedAt: new Date(parts.clock.nowMs()),
        latencyMs,
      })
      .where(eq(calls.id, callId))
    await capture(tx, parts.clock, callId, charge.micro)
  })
}

/** Stores why there is no answer and gives the hold back: a failed call costs nothing. */
export function finishFailed(
  parts: Parts,
  made: { callId: string; failure: ModelFailure; latencyMs: number },
): Promise<void> {
  return parts.database.transaction(async tx => {
    const ended = { endedAt: new Date(parts.clock.nowMs()), latencyMs: made.latencyMs }
    await tx
      .update(calls)
      .set({ status: 'failed', failure: made.failure, ...ended })
      .where(eq(calls.id, made.callId))
    await release(tx, parts.clock, made.callId, 'The call brought no answer')
  })
}

/** Postgres text holds everything but NUL. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

/** Locks the project against moving on until the hold stands, and says whether it is still where the caller saw it. */
async function current(tx: Sql, order: CallOrder): Promise<boolean> {
  const found = await tx
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.id, order.projectId), eq(projects.epoch, order.epoch)))
    .for('share')
  return found.length > 0
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
