import { and, desc, eq, lte, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { modelPricing } from '../db/schema.ts'
import { done, type Result, refuse } from '../failure.ts'
import { chargeMicro, costPicoUsd, type Markup, type Price, type Usage } from './money.ts'
import { priceFromJson, priceToJson, samePrice, tiersFromJson } from './priceJson.ts'

/** A price with the markup that was in force: everything that a charge can be recomputed from. */
export type Rate = Price & Markup

export type ListedPrice = Price & { provider: string; model: string }

/** Who says a price: the catalogue that is shipped, the provider's own list, or an operator. */
export type PriceSource = (typeof modelPricing.$inferSelect)['source']

type Named = { provider: string; model: string }

/**
 * Puts prices in force from now on, inside a transaction. One that is in force already is left alone, so history stays
 * as it was; what an operator set or ended is left alone by everybody else, and the catalogue does not replace what the
 * provider itself says. Of two prices listed in the same millisecond the later wins. Returns how many were changed.
 */
export async function listPrices(
  tx: Sql,
  clock: Clock,
  prices: readonly ListedPrice[],
  source: PriceSource,
): Promise<number> {
  await oneAtATime(tx)
  let changed = 0
  for (const listed of prices) {
    const current = await currentRow(tx, clock, listed)
    const same = current !== undefined && isSame(current, listed)
    if (current && isSettled(current.source, source, same)) continue
    await put(tx, clock, listed, { source, active: true })
    if (!same) changed += 1
  }
  return changed
}

/** Whose word counts more. */
const RANK: Readonly<Record<PriceSource, number>> = { catalogue: 0, provider: 1, operator: 2 }

/** Whose word counts more puts it on record even when the price is the same: it is the word that stands later. */
function isSettled(stands: PriceSource, says: PriceSource, same: boolean): boolean {
  return RANK[stands] > RANK[says] || (same && RANK[stands] === RANK[says])
}

/** Between reading who set the price in force and replacing it, nobody else sets one. Calls go on reading. */
async function oneAtATime(tx: Sql): Promise<void> {
  await tx.execute(sql`lock table ${modelPricing} in share row exclusive mode`)
}

/** Ends the price of a model, inside a transaction: it is not called any more. Refused when there is none in force. */
export async function endPrice(tx: Sql, clock: Clock, named: Named): Promise<Result<void, 'no-price'>> {
  await oneAtATime(tx)
  const current = await currentRow(tx, clock, named)
  if (!current?.active) return noPrice(named)
  await put(tx, clock, listedOf(current), { source: 'operator', active: false })
  return done(undefined)
}

/** The price in force. Without a price there is no call: a missing price is not a price of zero. */
export async function priceOf(on: Sql, clock: Clock, named: Named): Promise<Result<Price, 'no-price'>> {
  const row = await currentRow(on, clock, named)
  return row?.active ? done(listedOf(row)) : noPrice(named)
}

type Row = typeof modelPricing.$inferSelect

function noPrice({ provider, model }: Named): Result<never, 'no-price'> {
  const command = `./botwright pricing set ${provider}:${model} --input USD --output USD`
  return refuse(
    'no-price',
    `There is no price for ${model} of ${provider}, so it is not called. Set one, in USD per million tokens: ${command}`,
  )
}

async function currentRow(on: Sql, clock: Clock, { provider, model }: Named): Promise<Row | undefined> {
  const [row] = await on
    .select()
    .from(modelPricing)
    .where(
      and(
        eq(modelPricing.provider, provider),
        eq(modelPricing.model, model),
        lte(modelPricing.validFrom, new Date(clock.nowMs())),
      ),
    )
    .orderBy(desc(modelPricing.validFrom))
    .limit(1)
  return row
}

async function put(
  tx: Sql,
  clock: Clock,
  { provider, model, ...price }: ListedPrice,
  { source, active }: { source: PriceSource; active: boolean },
): Promise<void> {
  const row = {
    ...price,
    tiers: priceToJson(price).tiers,
    provider,
    model,
    currency: 'USD' as const,
    source,
    active,
    validFrom: new Date(clock.nowMs()),
  }
  const target = [modelPricing.provider, modelPricing.model, modelPricing.validFrom]
  await tx.insert(modelPricing).values(row).onConflictDoUpdate({ target, set: row })
}

function listedOf({ provider, model, ...row }: Row): ListedPrice {
  const { inputPicoUsd, cachedPicoUsd, cacheWrittenPicoUsd, outputPicoUsd, thinkingPicoUsd, imagePicoUsd } =
    row
  return {
    provider,
    model,
    inputPicoUsd,
    cachedPicoUsd,
    cacheWrittenPicoUsd,
    outputPicoUsd,
    thinkingPicoUsd,
    imagePicoUsd,
    tiers: tiersFromJson(row.tiers),
  }
}

function isSame(current: Row, listed: ListedPrice): boolean {
  return current.active && samePrice(listedOf(current), listed)
}

/** How a price stands now. An ended one is the last word on its model: there is no call. */
export type Standing = 'in force' | 'ended' | 'replaced' | 'to come'

export type RecordedPrice = ListedPrice & Pick<Row, 'source' | 'validFrom'> & { standing: Standing }

/** Every price on record, of each model the newest first. */
export async function allPrices(on: Sql, clock: Clock): Promise<RecordedPrice[]> {
  const found = await on
    .select()
    .from(modelPricing)
    .orderBy(modelPricing.provider, modelPricing.model, desc(modelPricing.validFrom))
  const nowMs = clock.nowMs()
  const current = new Map<string, Row>()
  for (const row of found)
    if (row.validFrom.getTime() <= nowMs && !current.has(nameOf(row))) current.set(nameOf(row), row)
  return found.map(row => ({
    ...listedOf(row),
    source: row.source,
    validFrom: row.validFrom,
    standing: standingOf(row, current.get(nameOf(row)), nowMs),
  }))
}

function standingOf(row: Row, current: Row | undefined, nowMs: number): Standing {
  if (row.validFrom.getTime() > nowMs) return 'to come'
  if (row !== current) return 'replaced'
  return row.active ? 'in force' : 'ended'
}

function nameOf({ provider, model }: Row): string {
  return `${provider}:${model}`
}

/** What a call costs the platform, what its user is charged, and the part of that which its provider takes. */
export type Charge = { picoUsd: bigint; micro: bigint; costMicro: bigint }

const UNMARKED = { markupMillionths: 1_000_000n }

/** The charge for a usage at a rate, in micro-credits, with what it cost in pico-USD. A cost the provider names wins. */
export function chargeFor(usage: Usage, rate: Rate, namedPicoUsd?: bigint): Charge {
  const picoUsd = namedPicoUsd ?? costPicoUsd(usage, rate)
  return {
    picoUsd,
    micro: chargeMicro(picoUsd, rate),
    costMicro: chargeMicro(picoUsd, { ...rate, ...UNMARKED }),
  }
}

/** A rate as JSON, which has no big integers. */
export function rateToJson(rate: Rate): Record<string, unknown> {
  const { creditPicoUsd, markupMillionths } = rate
  return { ...priceToJson(rate), creditPicoUsd: `${creditPicoUsd}`, markupMillionths: `${markupMillionths}` }
}

/** And back; refused when it is no rate. */
export function rateFromJson(json: unknown): Result<Rate, 'no-rate'> {
  const markup = markupSchema.safeParse(json)
  const price = priceFromJson(json)
  if (markup.success && price) return done({ ...price, ...markup.data })
  return refuse('no-rate', 'The rate of this call cannot be read.')
}

/** A credit that is worth nothing buys nothing. */
const markupSchema = z.object({
  creditPicoUsd: z
    .string()
    .regex(/^\d+$/)
    .transform(BigInt)
    .refine(value => value > 0n),
  markupMillionths: z.string().regex(/^\d+$/).transform(BigInt),
})
