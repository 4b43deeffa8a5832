import { eq } from 'drizzle-orm'
import type { Markup, Price } from '../billing/money.ts'
import { costPicoUsd } from '../billing/money.ts'
import { priceOf, rateToJson } from '../billing/pricing.ts'
import type { Tariff } from '../billing/tariff.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { calls } from '../db/schema.ts'
import { newId, sha256 } from '../id.ts'
import { UNANSWERED } from './journal.ts'
import type { KeyPool, Lease } from './keys/pool.ts'
import { type Model, type ModelRequest, type ModelResult, ROLES, type Role } from './model.ts'
import { nameOf, type Route } from './route.ts'

/** How one configured model did at one tiny call. */
export type Examined = {
  provider: string
  model: string
  roles: readonly Role[]
  works: boolean
  /** Why it does not work, or a word about how it does. */
  says: string
  latencyMs: number | null
  firstTokenMs: number | null
  /** What the call cost in pico-USD; the operator's cost, charged to nobody. */
  costPicoUsd: bigint | null
  price: Price | null
}

const REQUEST: ModelRequest = {
  kind: 'doctor',
  system: 'You check that a connection works.',
  turns: [{ role: 'user', text: 'Answer with the one word OK.' }],
  // Models that think need room for it before their first word.
  outputTokensMax: 2_000,
}

type Parts = { database: Database; clock: Clock; keys: KeyPool; tariff: Tariff; callLimitMs: number }

/** Tries each model of the route once, one after the other, and journals the calls in the operator's name. */
export async function examine(
  parts: Parts,
  route: Route,
  userId: string,
  signal: AbortSignal,
): Promise<Examined[]> {
  const models = new Set(ROLES.flatMap(role => route[role]))
  const examined: Examined[] = []
  for (const model of models) {
    if (signal.aborted) break
    const roles = ROLES.filter(role => route[role].includes(model))
    examined.push(await examineOne(parts, { model, roles, userId }, signal))
  }
  return examined
}

type Patient = { model: Model; roles: readonly Role[]; userId: string }

async function examineOne(parts: Parts, patient: Patient, signal: AbortSignal): Promise<Examined> {
  const { database, clock, keys } = parts
  const { model, roles } = patient
  const price = await priceOf(database.sql, clock, nameOf(model))
  const unasked = (says: string): Examined => ({
    ...nameOf(model),
    roles,
    works: false,
    says,
    latencyMs: null,
    firstTokenMs: null,
    costPicoUsd: null,
    price: price.ok ? price.value : null,
  })
  if (!price.ok) return unasked(price.says)
  const lent = model.keyed ? await database.transaction(tx => keys.lease(tx, model.provider, [])) : undefined
  if (lent && !lent.ok) return unasked(lent.says)
  const lease = lent?.value ?? null
  const call = await journalled(parts, patient, { price: price.value, lease, signal })
  const { result, latencyMs, firstTokenMs, costPicoUsd: cost } = call
  if (!result.ok && lease) await keys.heed(lease.id, result.failure)
  const says = result.ok ? 'answers' : result.failure.says
  return { ...unasked(says), works: result.ok, latencyMs, firstTokenMs, costPicoUsd: cost }
}

type Call = { price: Price; lease: Lease | null; signal: AbortSignal }
type Called = {
  result: ModelResult
  latencyMs: number
  firstTokenMs: number | null
  costPicoUsd: bigint
}

async function journalled(parts: Parts, patient: Patient, call: Call): Promise<Called> {
  const { database, clock, tariff } = parts
  const id = newId()
  await begin(parts, id, patient, { ...call, markup: tariff.markup })
  const called = await asked(parts, patient.model, call)
  const { result, latencyMs, firstTokenMs, costPicoUsd: cost } = called
  const spent = result.ok ? result.answer : result.spent
  await database.sql
    .update(calls)
    .set({
      ...(spent ? { ...spent.usage, rawUsage: spent.rawUsage, generationId: spent.generationId } : {}),
      ...(result.ok
        ? {
            status: 'completed' as const,
            answer: 'OK',
            costPicoUsd: cost,
            namedPicoUsd: result.answer.costPicoUsd,
          }
        : { status: 'failed' as const, failure: result.failure, lostPicoUsd: cost }),
      endedAt: new Date(clock.nowMs()),
      latencyMs,
      firstTokenMs,
    })
    .where(eq(calls.id, id))
  return called
}

async function asked(
  { clock, callLimitMs }: Parts,
  model: Model,
  { price, lease, signal }: Call,
): Promise<Called> {
  const startMs = clock.monotonicMs()
  const sinceMs = () => Math.round(clock.monotonicMs() - startMs)
  let firstTokenMs: number | null = null
  const result = await model.answer(REQUEST, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(callLimitMs)]),
    ...(lease ? { apiKey: lease.apiKey } : {}),
    tell: piece => {
      if (piece.kind === 'text') firstTokenMs ??= sinceMs()
    },
  })
  const spent = result.ok ? result.answer : result.spent
  const cost = spent ? (spent.costPicoUsd ?? costPicoUsd(spent.usage, price)) : 0n
  return { result, latencyMs: sinceMs(), firstTokenMs, costPicoUsd: cost }
}

async function begin(
  { database, clock }: { database: Database; clock: Clock },
  id: string,
  { model, roles, userId }: Patient,
  { price, lease, markup }: Call & { markup: Markup },
): Promise<void> {
  await database.sql.insert(calls).values({
    id,
    userId,
    projectId: null,
    keyId: lease?.id ?? null,
    role: roles[0] ?? 'architect',
    step: 0,
    ordinal: 0,
    promptSha256: sha256(id),
    tryNumber: 1,
    kind: REQUEST.kind,
    provider: model.provider,
    model: model.id,
    rate: rateToJson({ ...price, ...markup }),
    startedAt: new Date(clock.nowMs()),
    ...UNANSWERED,
  })
}
