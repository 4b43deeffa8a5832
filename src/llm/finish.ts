import { and, eq, ne, sql } from 'drizzle-orm'
import { capture, release } from '../billing/holds.ts'
import type { Charge } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { invariant } from '../failure.ts'
import type { CallAnswer } from './call.ts'
import { answerOf, type CallRow } from './callRow.ts'
import type { Answer, ModelFailure, Spent } from './model.ts'
import { storable, storableJson } from './storable.ts'

/** How calls of the journal end: with an answer and its charge, or with a reason and their hold given back. */

type Parts = { database: Database; clock: Clock }

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
  made: Made & { answer: Answer; charge: Charge },
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
    await capture(tx, parts.clock, callId, charge)
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
