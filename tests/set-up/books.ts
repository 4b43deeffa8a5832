import { and, eq, sql } from 'drizzle-orm'
import { type HoldOrder, hold, type NotHeld } from '../../src/billing/holds.ts'
import { openAccounts } from '../../src/billing/ledger.ts'
import type { Price } from '../../src/billing/money.ts'
import { type Charge, chargeFor, type Rate, rateToJson } from '../../src/billing/pricing.ts'
import type { Clock } from '../../src/clock.ts'
import { type Database, openDatabase, rows, type Sql } from '../../src/db/database.ts'
import { calls, projects, users } from '../../src/db/schema.ts'
import { newId, sha256 } from '../../src/id.ts'
import { UNANSWERED } from '../../src/llm/journal.ts'
import { freshDatabase } from './database.ts'

/** A database of the test's own with the money side of a house: makers, their projects and calls. */
export type Books = { database: Database; clock: Clock; close(): Promise<void> }

export type Maker = { userId: string; projectId: string }

/** A price without tiers: caches cost what input costs, thinking what output costs, unless a test says otherwise. */
export function priceLike(prices: Partial<Price> & Pick<Price, 'inputPicoUsd' | 'outputPicoUsd'>): Price {
  return {
    cachedPicoUsd: prices.inputPicoUsd,
    cacheWrittenPicoUsd: prices.inputPicoUsd,
    thinkingPicoUsd: prices.outputPicoUsd,
    imagePicoUsd: 0n,
    tiers: [],
    ...prices,
  }
}

/** At this rate a pico-USD is charged as a micro-credit. */
export const ONE_TO_ONE: Rate = {
  ...priceLike({ inputPicoUsd: 1n, outputPicoUsd: 1n }),
  creditPicoUsd: 1_000_000n,
  markupMillionths: 1_000_000n,
}

/** Half as much again as ONE_TO_ONE: two thirds of a charge are what it cost. */
export const MARKED_UP: Rate = { ...ONE_TO_ONE, markupMillionths: 1_500_000n }

export async function openBooks(): Promise<Books> {
  const { url, drop } = await freshDatabase()
  const database = await openDatabase({ url, dataDir: '' })
  const close = async () => {
    await database.close()
    await drop()
  }
  return { database, clock: tickingClock(), close }
}

/** Every look at it is a millisecond later. */
export function tickingClock(): Clock {
  let ms = 1_800_000_000_000
  return {
    nowMs: () => ms++,
    monotonicMs: () => ms++,
    wait: async waitMs => {
      ms += waitMs
    },
  }
}

/** A user with credits and a project of theirs at step 1 and epoch 1. */
export function newMaker(books: Books, given: { grantMicro: bigint; capMicro?: bigint }): Promise<Maker> {
  const at = new Date(books.clock.nowMs())
  const [userId, projectId] = [newId(), newId()]
  return books.database.transaction(async tx => {
    await tx.insert(users).values({ id: userId, name: 'Ada', role: 'maker', createdAt: at })
    await openAccounts(tx, books.clock, userId, given.grantMicro)
    await tx.insert(projects).values({
      id: projectId,
      userId,
      description: 'a program',
      state: 'implementing',
      step: 1,
      epoch: 1,
      file: {},
      capMicro: given.capMicro ?? given.grantMicro,
      createdAt: at,
      updatedAt: at,
    })
    return { userId, projectId }
  })
}

/** The row of a call that is under way; its hold is for the test to make. */
export async function startedCall(on: Sql, { userId, projectId }: Maker): Promise<string> {
  const id = newId()
  await on.insert(calls).values({
    id,
    projectId,
    userId,
    step: 1,
    ordinal: 1,
    promptSha256: sha256(id),
    tryNumber: 1,
    kind: 'implement',
    role: 'implementer',
    provider: 'scripted',
    model: 'model',
    rate: rateToJson(ONE_TO_ONE),
    startedAt: new Date(0),
    ...UNANSWERED,
  })
  return id
}

export type Held = Pick<HoldOrder, 'amountMicro' | 'capMicro'> & Partial<Pick<HoldOrder, 'purse'>>

/** A call that is under way with its hold; why not, and no call, where nothing can be set aside. */
export async function heldCall(
  tx: Sql,
  clock: Clock,
  maker: Maker,
  { purse = 'available', ...order }: Held,
): Promise<string | NotHeld> {
  const callId = await startedCall(tx, maker)
  const notHeld = await hold(tx, clock, callId, { ...maker, ...order, purse })
  if (!notHeld) return callId
  // Nothing refers to it: a refusal has written nothing.
  await tx.delete(calls).where(eq(calls.id, callId))
  return notHeld
}

/** Writes the answer and a usage that costs this much; capturing it is for the test to do. */
export async function answeredCall(on: Sql, callId: string, chargeMicro: bigint, atMs = 1): Promise<void> {
  const cost = { inputTokens: Number(chargeMicro), costPicoUsd: chargeMicro, chargeMicro }
  await on
    .update(calls)
    .set({ ...cost, status: 'completed', answer: 'done', endedAt: new Date(atMs) })
    .where(eq(calls.id, callId))
}

/** Writes an answer to so many tokens, at a rate of its own; capturing its charge is for the test to do. */
export async function answeredAt(on: Sql, callId: string, rate: Rate, inputTokens: number): Promise<Charge> {
  const charge = chargeFor({ ...UNANSWERED, inputTokens }, rate)
  const { picoUsd: costPicoUsd, micro: chargeMicro } = charge
  const asked = { rate: rateToJson(rate), inputTokens, costPicoUsd, chargeMicro }
  await on
    .update(calls)
    .set({ ...asked, status: 'completed', answer: 'done', endedAt: new Date(1) })
    .where(eq(calls.id, callId))
  return charge
}

/** Writes that there is no answer; says no where the call has ended already. */
export async function failedCall(on: Sql, callId: string): Promise<boolean> {
  const failed = await on
    .update(calls)
    .set({ status: 'failed', endedAt: new Date(1) })
    .where(and(eq(calls.id, callId), eq(calls.status, 'started')))
    .returning({ id: calls.id })
  return failed.length > 0
}

const LOOKS_MAX = 2_000

/** Looks until this many connections of the database wait for a lock. */
export async function waitsForLocks({ database }: Books, connections: number): Promise<void> {
  const waiting = sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  for (let looks = 0; looks < LOOKS_MAX; looks++)
    if ((await rows(database.sql, waiting)).length >= connections) return
  throw new Error('nobody waits for a lock')
}
