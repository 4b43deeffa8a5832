import { and, asc, eq } from 'drizzle-orm'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { packages } from '../../db/schema.ts'
import { done, type Result, refuse } from '../../failure.ts'
import { ceilDivide, type Markup, MICRO_PER_CREDIT } from '../money.ts'
import { worthPicoUsd } from '../tariff.ts'

/** What can be bought. `priceMinor` is in the smallest unit of the currency; `stars` null: not sold inside Telegram. */
export type Package = {
  id: string
  name: string
  creditsMicro: bigint
  priceMinor: bigint
  currency: string
  stars: number | null
}

/** The least and the most that a package may cost, in the smallest unit: what Stripe takes (docs.stripe.com/currencies). */
const PRICE_MIN = 50n
const PRICE_MAX = 99_999_999n
/** The most that Telegram lets anybody ask for at once in Stars: core.telegram.org/bots/api, InputPaidMedia. */
const STARS_MAX = 25_000
const CREDITS_MAX = 1_000_000_000n * MICRO_PER_CREDIT
/** Currencies whose smallest unit is a hundredth. In others a price would mean something else than it says. */
const CURRENCIES: ReadonlySet<string> = new Set([
  'usd',
  'eur',
  'gbp',
  'chf',
  'aud',
  'cad',
  'nzd',
  'sek',
  'nok',
  'dkk',
])

/** What is sold now, the smallest first. */
export async function packagesOf(on: Sql): Promise<Package[]> {
  const found = await on
    .select()
    .from(packages)
    .where(eq(packages.active, true))
    .orderBy(asc(packages.creditsMicro), asc(packages.id))
  return found.map(({ active: _, changedAt: __, ...sold }) => sold)
}

/** One that is sold now. */
export async function packageOf(on: Sql, id: string): Promise<Package | undefined> {
  return (await packagesOf(on)).find(each => each.id === id)
}

export type PackageRefusal = 'package-id' | 'credits' | 'price' | 'currency' | 'stars'

/** Sells a package from now on, or at this price from now on; orders stay at the price they were made at. */
export async function sellPackage(
  tx: Sql,
  clock: Clock,
  sold: Package,
): Promise<Result<Package, PackageRefusal>> {
  const wrong = faultOf(sold)
  if (wrong) return wrong
  const row = { ...sold, active: true, changedAt: new Date(clock.nowMs()) }
  await tx.insert(packages).values(row).onConflictDoUpdate({ target: packages.id, set: row })
  return done(sold)
}

/** Sells a package no more. */
export async function endPackage(tx: Sql, clock: Clock, id: string): Promise<Result<void, 'no-package'>> {
  const ended = await tx
    .update(packages)
    .set({ active: false, changedAt: new Date(clock.nowMs()) })
    .where(and(eq(packages.id, id), eq(packages.active, true)))
    .returning({ id: packages.id })
  return ended.length > 0 ? done(undefined) : refuse('no-package', `No package "${id}" is sold.`)
}

function faultOf({ id, creditsMicro, priceMinor, currency, stars }: Package) {
  if (!/^[a-z\d-]{1,30}$/.test(id))
    return refuse('package-id', 'A package is named by 1 to 30 small letters, digits and dashes.')
  if (creditsMicro <= 0n || creditsMicro > CREDITS_MAX)
    return refuse('credits', 'A package has credits: more than 0, and at most 1,000,000,000.')
  if (!CURRENCIES.has(currency))
    return refuse(
      'currency',
      `The currency "${currency}" is not known here. Known: ${[...CURRENCIES].join(', ')}.`,
    )
  if (priceMinor < PRICE_MIN || priceMinor > PRICE_MAX)
    return refuse(
      'price',
      'A package costs from 0.50 to 999,999.99. Credits are given away by `users grant`.',
    )
  if (stars !== null && (!Number.isInteger(stars) || stars < 1 || stars > STARS_MAX))
    return refuse('stars', 'A package costs from 1 to 25,000 Stars, in whole ones.')
  return undefined
}

const SIZES = [
  { id: 'small', name: 'Small', creditsMicro: 500n * MICRO_PER_CREDIT },
  { id: 'medium', name: 'Medium', creditsMicro: 2_000n * MICRO_PER_CREDIT },
  { id: 'large', name: 'Large', creditsMicro: 10_000n * MICRO_PER_CREDIT },
] as const
const PICO_PER_CENT = 10_000_000_000n
/** What a developer is paid for a Star: 0.013 USD (telegram.org/tos/stars). */
const PICO_PER_STAR = 13_000_000_000n

/** What an installation sells until its operator says otherwise: three sizes, at what a credit is worth. */
export async function seedPackages(tx: Sql, clock: Clock, markup: Markup): Promise<void> {
  if ((await tx.select({ id: packages.id }).from(packages).limit(1)).length > 0) return
  for (const size of SIZES) {
    const picoUsd = worthPicoUsd(size.creditsMicro, markup)
    const stars = Number(ceilDivide(picoUsd, PICO_PER_STAR))
    const sold = {
      ...size,
      priceMinor: ceilDivide(picoUsd, PICO_PER_CENT),
      currency: 'usd',
      stars: stars <= STARS_MAX ? stars : null,
    }
    if (!faultOf(sold)) await sellPackage(tx, clock, sold)
  }
}
