import { asc, eq } from 'drizzle-orm'
import { buyingOf } from '../../src/app/telegram.ts'
import { lockByHand } from '../../src/billing/frozen.ts'
import type { Notice } from '../../src/billing/payments/notice.ts'
import { endPackage, type Package, sellPackage } from '../../src/billing/payments/packages.ts'
import { balanceOf } from '../../src/billing/posting.ts'
import type { Clock } from '../../src/clock.ts'
import type { Database } from '../../src/db/database.ts'
import { orders, users } from '../../src/db/schema.ts'
import { newId } from '../../src/id.ts'
import type { Parts } from '../../src/projects/parts.ts'
import type { Newcomer } from '../../src/projects/register.ts'
import type { BuyingParts } from '../../src/telegram/parts.ts'
import { openBooks } from './books.ts'
import { TARIFF } from './tariff.ts'

/** The books on Postgres as the front in Telegram uses them, with what a test does to them and sees of them. */
export type ShopBooks = BuyingParts &
  AsyncDisposable & {
    database: Database
    /** Who came, in the words of the front. */
    newcomers: readonly Newcomer[]
    /** Everything that was asked to be taken, whether it was or not. */
    notices: readonly Notice[]
    /** The users whose projects were told that there may be credits again. */
    creditsCame: readonly string[]
    orders(): Promise<(typeof orders.$inferSelect)[]>
    /** Throws for somebody who has no account. */
    userId(telegramId: number): Promise<string>
    availableMicro(telegramId: number): Promise<bigint>
    sells(sold: Package): Promise<void>
    sellsNoMore(packageId: string): Promise<void>
    locks(telegramId: number): Promise<void>
    /** The next so many of these are out of reach. */
    breaks(what: 'take' | 'order' | 'packages', times: number): void
    /** Looking up an order takes until what is returned is called. */
    stalls(): () => void
  }

export const GRANTED_MICRO = 1_000_000_000n
/** Holds what a careless log would repeat. */
export const BROKEN = 'connection refused'

const USD = { currency: 'usd' }
export const SMALL = {
  id: 'small',
  name: 'Small',
  creditsMicro: 500_000_000n,
  priceMinor: 500n,
  ...USD,
  stars: 385,
}
const SOLD: readonly Package[] = [
  SMALL,
  { id: 'large', name: 'Large', creditsMicro: 2_000_000_000n, priceMinor: 2_000n, ...USD, stars: 1_539 },
  { id: 'card', name: 'Card only', creditsMicro: 9_000_000_000n, priceMinor: 9_000n, ...USD, stars: null },
]

/** `bonusMicro`: what both get for somebody who is brought here. */
export async function openShopBooks(clock: Clock, bonusMicro: bigint): Promise<ShopBooks> {
  const { database, close } = await openBooks()
  const { sql, transaction } = database
  const [newcomers, notices, creditsCame]: [Newcomer[], Notice[], string[]] = [[], [], []]
  const tariff = { ...TARIFF, initialMicro: GRANTED_MICRO }
  const parts = { database, clock, tariff, queue: queueFor(creditsCame) }
  const real = buyingOf(parts, { userId: newId(), telegramId: undefined }, bonusMicro)
  const broken = { take: 0, order: 0, packages: 0 }
  const reach = (what: keyof typeof broken) => {
    if (broken[what] === 0) return
    broken[what] -= 1
    throw new Error(BROKEN)
  }
  let gate = Promise.resolve()
  const userId = async (telegramId: number) => {
    const [found] = await sql.select().from(users).where(eq(users.telegramId, telegramId))
    if (!found) throw new Error(`nobody has the Telegram id ${telegramId}`)
    return found.id
  }
  const sells = async (sold: Package) => agreed(await transaction(tx => sellPackage(tx, clock, sold)))
  for (const sold of SOLD) await sells(sold)
  return {
    ...real,
    packages: async () => {
      reach('packages')
      return real.packages()
    },
    order: async id => {
      reach('order')
      await gate
      return real.order(id)
    },
    take: async notice => {
      notices.push(notice)
      reach('take')
      return real.take(notice)
    },
    register: async person => {
      const registered = await real.register(person)
      if (registered.isNew) newcomers.push(person)
      return registered
    },
    database,
    newcomers,
    notices,
    creditsCame,
    orders: () => sql.select().from(orders).orderBy(asc(orders.createdAt)),
    userId,
    availableMicro: async telegramId => (await balanceOf(sql, await userId(telegramId))).availableMicro,
    sells,
    sellsNoMore: async id => agreed(await transaction(tx => endPackage(tx, clock, id))),
    locks: async telegramId => {
      const locked = await userId(telegramId)
      agreed(await transaction(tx => lockByHand(tx, locked, true)))
    },
    breaks: (what, times) => {
      broken[what] = times
    },
    stalls: () => {
      const opened = Promise.withResolvers<void>()
      gate = opened.promise
      return opened.resolve
    },
    [Symbol.asyncDispose]: close,
  }
}

/** Nobody has a project here, so no project is ever woken: these tests end where the job engine is told. */
function queueFor(creditsCame: string[]): Parts['queue'] {
  const unasked = () => Promise.reject(new Error('there is no project to wake'))
  return {
    creditsCame: async (_tx, userId) => {
      creditsCame.push(userId)
    },
    nudge: () => {},
    wake: unasked,
    resumeLater: unasked,
  }
}

function agreed(result: { ok: true } | { ok: false; says: string }): void {
  if (!result.ok) throw new Error(result.says)
}
