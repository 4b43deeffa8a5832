import { eq, sql } from 'drizzle-orm'
import { chargeMicro } from '../../src/billing/money.ts'
import { balanceOf } from '../../src/billing/posting.ts'
import { alerts, apiKeys, calls, holds } from '../../src/db/schema.ts'
import type { CallResult } from '../../src/llm/call.ts'
import { GRANT, type House } from './house.ts'
import type { Provider, Remembered } from './provider.ts'

/** A call as whoever ordered it saw it end. */
export type Ended = { call: string; userId: string; result: CallResult }

type Row = typeof calls.$inferSelect

/** A provider's answer takes this long to be read, at most: what was begun until then is under way. */
const UNDER_WAY_MS = 250

/** What does not agree between what the callers saw, what the journal says and what the provider remembers. */
export async function wrongMoney(
  house: House,
  provider: Provider,
  ended: readonly Ended[],
): Promise<string[]> {
  const rows = Map.groupBy(await house.database.sql.select().from(calls), callOf)
  const asked = Map.groupBy(provider.generations, each => each.call)
  const wrong = ended.flatMap(each =>
    wrongCall(house, each, rows.get(each.call) ?? [], asked.get(each.call) ?? []),
  )
  const [open] = await house.database.sql
    .select({ count: sql<number>`count(*)::int` })
    .from(holds)
    .where(eq(holds.status, 'open'))
  return [
    ...wrong,
    ...(open?.count === 0 ? [] : [`${open?.count} holds are open`]),
    ...(await wrongBalances(house, provider, ended)),
  ]
}

export function callOf({ projectId, step, ordinal }: Pick<Row, 'projectId' | 'step' | 'ordinal'>): string {
  return `${projectId}/${step}/${ordinal}`
}

function wrongCall(
  house: House,
  { call, result }: Ended,
  rows: readonly Row[],
  asked: readonly Remembered[],
): string[] {
  const completed = rows.filter(row => row.status === 'completed')
  const others = rows.filter(row => row.status !== 'completed')
  const names = new Map(asked.map(each => [each.id, each]))
  const wrong = [
    [
      completed.length === (result.ok ? 1 : 0),
      `has ${completed.length} answers, ended ${result.ok ? 'well' : 'badly'}`,
    ],
    [others.every(row => row.status === 'failed'), 'is still under way'],
    [others.every(row => row.chargeMicro === 0n), 'is charged for a failed try'],
    [others.every(row => isLost(row, names)), 'has lost what its provider did not name'],
    ...completed.map(row => [
      isExact(house, row, asked, result),
      `is not charged as its generation says: ${told(row)}`,
    ]),
    [askedOnce(rows, asked), 'was answered whole more than once'],
  ] as const
  return wrong.filter(([holds]) => !holds).map(([, says]) => `call ${call} ${says}`)
}

/** By the generation whose words the caller got, which is the last that was asked for this call. */
function isExact(house: House, row: Row, asked: readonly Remembered[], result: CallResult): boolean {
  const last = asked.at(-1)
  return (
    result.ok &&
    last?.whole === true &&
    result.text === last.text &&
    row.answer === last.text &&
    row.generationId === last.id &&
    row.costPicoUsd === last.picoUsd &&
    row.chargeMicro === chargeMicro(last.picoUsd, house.markup)
  )
}

function told({ generationId, costPicoUsd, chargeMicro }: Row): string {
  return `${generationId}, ${costPicoUsd} pico-USD, ${chargeMicro} charged`
}

function isLost({ lostPicoUsd, generationId }: Row, asked: ReadonlyMap<string, Remembered>): boolean {
  return lostPicoUsd === 0n || asked.get(generationId ?? '')?.picoUsd === lostPicoUsd
}

/** An answer that was sent whole is asked for again only by a call that did not wait for it. */
function askedOnce(rows: readonly Row[], asked: readonly Remembered[]): boolean {
  const left = rows.filter(row => /"kind":"(timeout|cancelled)"/.test(JSON.stringify(row.failure)))
  return asked.filter(each => each.whole).length <= 1 + left.length
}

async function wrongBalances(house: House, provider: Provider, ended: readonly Ended[]): Promise<string[]> {
  const costs = new Map(provider.generations.map(each => [each.text, each.picoUsd]))
  const wrong: string[] = []
  for (const { userId } of house.makers) {
    const spent = ended
      .filter(each => each.userId === userId)
      .map(({ result }) => (result.ok ? chargeMicro(costs.get(result.text) ?? 0n, house.markup) : 0n))
      .reduce((sum, each) => sum + each, 0n)
    const { availableMicro, heldMicro } = await balanceOf(house.database.sql, userId)
    if (availableMicro !== GRANT - spent || heldMicro !== 0n)
      wrong.push(`user ${userId} has ${availableMicro} and holds ${heldMicro}, after spending ${spent}`)
  }
  return wrong
}

/**
 * Requests with a key that the provider had limited or refused, as the provider saw it, by when their row was begun:
 * the requests for a call and its tries in the journal are the same, in the same order.
 */
export async function unwelcome({ database }: House, { generations, limits }: Provider): Promise<string[]> {
  const tries = Map.groupBy(await database.sql.select().from(calls).orderBy(calls.tryNumber), callOf)
  const asked = Map.groupBy(generations, each => each.call)
  const refusals = generations.filter(each => each.fault === 'revoked key')
  const firstMs = new Map(refusals.toReversed().map(each => [each.key, each.askedMs]))
  return generations.flatMap(generation => {
    const { id, key, call } = generation
    const row = tries.get(call)?.[asked.get(call)?.indexOf(generation) ?? -1]
    const begunMs = row?.startedAt.getTime() ?? generation.askedMs
    return [
      ...limits
        .filter(each => each.key === key && begunMs > each.toldMs + UNDER_WAY_MS && begunMs < each.untilMs)
        .map(each => `${id} was begun ${begunMs - each.toldMs} ms after its key was limited`),
      ...(begunMs > (firstMs.get(key) ?? begunMs) + UNDER_WAY_MS
        ? [`${id} was begun with a refused key`]
        : []),
    ]
  })
}

/** Where a key stands in clear: in the log, or in the words that the database keeps of failures. */
export async function spilled({ database, logged }: House, keys: readonly string[]): Promise<string[]> {
  const on = database.sql
  const failures = await on.select({ failure: calls.failure, rawUsage: calls.rawUsage }).from(calls)
  const told = await on.select().from(alerts)
  const reasons = await on.select({ reason: apiKeys.disabledReason }).from(apiKeys)
  const places = { log: logged(), calls: failures, alerts: told, keys: reasons }
  return Object.entries(places)
    .filter(([, place]) => keys.some(key => JSON.stringify(place).includes(key)))
    .map(([name]) => name)
}
