import { and, eq, sql } from 'drizzle-orm'
import { rows, type Sql } from '../db/database.ts'
import { accounts, calls, postingSets, postings } from '../db/schema.ts'
import { RULES } from './auditRules.ts'
import { chargeFor, rateFromJson } from './pricing.ts'

/** One thing that does not add up: where, and what was found. */
export type Discrepancy = { rule: string; subject: string; found: string }

export type Audit = { balanced: boolean; checked: Record<string, number>; discrepancies: Discrepancy[] }

/** At most this many discrepancies of one rule are listed. */
const LISTED_MAX = 100

/** Proves the books: each rule over every row, and every charge recomputed from its usage. */
export async function audit(on: Sql): Promise<Audit> {
  const discrepancies: Discrepancy[] = []
  for (const { rule, query } of RULES) {
    const broken = await rows<{ subject: string; found: string }>(on, sql`${query} limit ${LISTED_MAX}`)
    discrepancies.push(...broken.map(row => ({ rule, ...row })))
  }
  discrepancies.push(...(await wrongCharges(on)))
  return { balanced: discrepancies.length === 0, checked: await counts(on), discrepancies }
}

async function wrongCharges(on: Sql): Promise<Discrepancy[]> {
  const parts = providersParts(on)
  const completed = await on
    .select({ ...USAGE, providersMicro: parts.micro })
    .from(calls)
    .leftJoin(parts, eq(parts.callId, calls.id))
    .where(eq(calls.status, 'completed'))
  return completed
    .flatMap(call => wrongCharge(call).map(found => ({ rule: CHARGE_RULE, subject: call.id, found })))
    .slice(0, LISTED_MAX)
}

/** What of the charge of each call fell to its provider; a charge from before that was kept has no such part. */
function providersParts(on: Sql) {
  return on
    .select({
      callId: postingSets.callId,
      micro: sql<string>`sum(${postings.amountMicro})::text`.as('micro'),
    })
    .from(postingSets)
    .innerJoin(postings, eq(postings.setId, postingSets.id))
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .where(and(eq(postingSets.cause, 'usage_deduction'), eq(accounts.kind, 'providers')))
    .groupBy(postingSets.callId)
    .as('parts')
}

const CHARGE_RULE = 'every charge follows from its usage'

/** Without the answers, which are most of the journal. */
const USAGE = {
  id: calls.id,
  projectId: calls.projectId,
  inputTokens: calls.inputTokens,
  cachedTokens: calls.cachedTokens,
  cacheWrittenTokens: calls.cacheWrittenTokens,
  images: calls.images,
  outputTokens: calls.outputTokens,
  thinkingTokens: calls.thinkingTokens,
  rate: calls.rate,
  namedPicoUsd: calls.namedPicoUsd,
  costPicoUsd: calls.costPicoUsd,
  chargeMicro: calls.chargeMicro,
}

type Charged = Pick<typeof calls.$inferSelect, keyof typeof USAGE> & { providersMicro: string | null }

function wrongCharge(call: Charged): string[] {
  const rate = rateFromJson(call.rate)
  if (!rate.ok) return [rate.says]
  const { picoUsd, micro: price, costMicro } = chargeFor(call, rate.value, call.namedPicoUsd ?? undefined)
  // The operator's own tries of a model are charged to nobody, whatever they cost.
  const micro = call.projectId === null ? 0n : price
  const { providersMicro } = call
  return [
    ...(picoUsd === call.costPicoUsd ? [] : [`${call.costPicoUsd} pico-USD, its usage says ${picoUsd}`]),
    ...(micro === call.chargeMicro ? [] : [`${call.chargeMicro} charged, its usage says ${micro}`]),
    ...(providersMicro === null || BigInt(providersMicro) === costMicro
      ? []
      : [`${providersMicro} for its provider, its usage says ${costMicro}`]),
  ]
}

async function counts(on: Sql): Promise<Record<string, number>> {
  const [row] = await rows<Record<string, number>>(
    on,
    sql`select (select count(*)::int from accounts) as accounts, (select count(*)::int from posting_sets) as posting_sets,
      (select count(*)::int from postings) as postings, (select count(*)::int from holds) as holds,
      (select count(*)::int from calls) as calls, (select count(*)::int from payments) as payments`,
  )
  return row ?? {}
}
