import { and, desc, eq, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { modelPricing } from '../db/schema.ts'
import { done, type Result, refuse } from '../failure.ts'
import { chargeMicro, costPicoUsd, type Markup, type Price, type Usage } from './money.ts'

/** A price with the markup that was in force: everything that a charge can be recomputed from. */
export type Rate = Price & Markup

export type ListedPrice = Price & { provider: string; model: string }

/**
 * Puts prices in force from now on; a price that is already in force is left alone, so history stays as it was. Of two
 * prices listed in the same millisecond the later wins.
 */
export async function listPrices(tx: Sql, clock: Clock, prices: readonly ListedPrice[]): Promise<void> {
  for (const listed of prices) {
    const current = await priceOf(tx, clock, listed)
    if (current.ok && samePrice(current.value, listed)) continue
    const row = { ...listed, active: true, validFrom: new Date(clock.nowMs()) }
    const { provider, model, validFrom } = modelPricing
    await tx
      .insert(modelPricing)
      .values(row)
      .onConflictDoUpdate({ target: [provider, model, validFrom], set: row })
  }
}

/** The price in force. Without a price there is no call: a missing price is not a price of zero. */
export async function priceOf(
  on: Sql,
  clock: Clock,
  asked: { provider: string; model: string },
): Promise<Result<Price, 'no-price'>> {
  const [row] = await on
    .select()
    .from(modelPricing)
    .where(
      and(
        eq(modelPricing.provider, asked.provider),
        eq(modelPricing.model, asked.model),
        lte(modelPricing.validFrom, new Date(clock.nowMs())),
      ),
    )
    .orderBy(desc(modelPricing.validFrom))
    .limit(1)
  if (row?.active) return done(row)
  return refuse('no-price', `There is no price for ${asked.model} of ${asked.provider}, so it is not called.`)
}

/** Every price in force or not, newest first. */
export function allPrices(on: Sql): Promise<(typeof modelPricing.$inferSelect)[]> {
  return on
    .select()
    .from(modelPricing)
    .orderBy(modelPricing.provider, modelPricing.model, desc(modelPricing.validFrom))
}

/** The charge for a usage at a rate, in micro-credits, with what it cost in pico-USD. A cost the provider names wins. */
export function chargeFor(
  usage: Usage,
  rate: Rate,
  namedPicoUsd?: bigint,
): { picoUsd: bigint; micro: bigint } {
  const picoUsd = namedPicoUsd ?? costPicoUsd(usage, rate)
  return { picoUsd, micro: chargeMicro(picoUsd, rate) }
}

/** A rate as JSON, which has no big integers. */
export function rateToJson(rate: Rate): Record<string, string> {
  const { inputPicoUsd, cachedPicoUsd, outputPicoUsd, creditPicoUsd, markupMillionths } = rate
  const all = { inputPicoUsd, cachedPicoUsd, outputPicoUsd, creditPicoUsd, markupMillionths }
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, value.toString()]))
}

/** And back; refused when it is no rate. */
export function rateFromJson(json: unknown): Result<Rate, 'no-rate'> {
  const read = rateSchema.safeParse(json)
  return read.success ? done(read.data) : refuse('no-rate', 'The rate of this call cannot be read.')
}

/** A missing price is not a price of zero, and a credit that is worth nothing buys nothing. */
const amount = z.string().regex(/^\d+$/).transform(BigInt)
const rateSchema = z.object({
  inputPicoUsd: amount,
  cachedPicoUsd: amount,
  outputPicoUsd: amount,
  creditPicoUsd: amount.refine(value => value > 0n),
  markupMillionths: amount,
})

function samePrice(one: Price, other: Price): boolean {
  return (
    one.inputPicoUsd === other.inputPicoUsd &&
    one.cachedPicoUsd === other.cachedPicoUsd &&
    one.outputPicoUsd === other.outputPicoUsd
  )
}
