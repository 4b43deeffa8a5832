import { millionths } from '../billing/money.ts'
import { openOrder, orderOf } from '../billing/payments/orders.ts'
import { packagesOf } from '../billing/payments/packages.ts'
import { paymentOf, purchasesOf } from '../billing/payments/payments.ts'
import { balanceOf } from '../billing/posting.ts'
import { referralCodeOf } from '../billing/referral.ts'
import { transactionsOf } from '../billing/transactions.ts'
import type { Config } from '../config.ts'
import { done, type Result, refuse } from '../failure.ts'
import { takePayment } from '../projects/funds.ts'
import type { Parts } from '../projects/parts.ts'
import { type Owner, registerNewcomer } from '../projects/register.ts'
import { openBot, type TelegramBot } from '../telegram/bot.ts'
import type { BuyingParts } from '../telegram/parts.ts'
import { refundStars, starPayments } from '../telegram/stars.ts'
import type { Door } from './payments.ts'

/** Transactions in one message. */
const LISTED = 10

/** The bot, wired to the books; none without a token, or where nothing is sold. */
export function botOf(config: Config, parts: Parts, ownerId: string): TelegramBot | null {
  const { botToken, apiRoot, supportContact, adminIds } = config.telegram
  if (botToken === undefined || parts.tariff.shows === 'usd') return null
  const { clock, log } = parts
  const owner = { userId: ownerId, telegramId: adminIds[0] }
  return openBot({
    settings: { token: botToken, apiRoot },
    support: supportContact,
    clock,
    log,
    buying: buyingOf(parts, owner, millionths(config.money.referralBonusCredits)),
  })
}

/** The books as the bot uses them. `bonusMicro`: what both get for somebody who is brought here. */
export function buyingOf(
  parts: Pick<Parts, 'database' | 'clock' | 'queue' | 'tariff'>,
  owner: Owner,
  bonusMicro: bigint,
): BuyingParts {
  const { database, clock } = parts
  const { sql } = database
  return {
    packages: () => packagesOf(sql),
    open: (userId, packageId, method) =>
      database.transaction(tx => openOrder(tx, clock, { userId, packageId, method })),
    order: id => orderOf(sql, id),
    take: async notice => {
      const taken = await takePayment(parts, notice)
      if (!taken.ok) return taken
      const { userId, changeMicro, balance } = taken.value
      return done({ userId, changeMicro, availableMicro: balance.availableMicro })
    },
    creditsOf: async userId => {
      const { availableMicro, heldMicro } = await balanceOf(sql, userId)
      const page = await transactionsOf(sql, userId, { limit: LISTED })
      const transactions = page.ok ? page.value.transactions : []
      const code = bonusMicro > 0n ? await referralCodeOf(sql, userId) : null
      return {
        availableMicro,
        heldMicro,
        invite: code === null ? null : { code, bonusMicro },
        transactions: transactions.map(({ at, ...each }) => ({ ...each, atMs: at.getTime() })),
      }
    },
    purchasesOf: userId => purchasesOf(sql, userId),
    register: person => registerNewcomer(parts, person, owner),
  }
}

/** Telegram as one of those who take money. */
export function starsDoor(
  { api, address }: TelegramBot,
  { database }: Parts,
): Door & { address(): string | null } {
  return {
    method: 'stars',
    address,
    list: sinceMs => starPayments(api, sinceMs),
    refund: async (chargeId, id) => {
      const payer = (await paymentOf(database.sql, id))?.telegramId
      if (payer == null) return refuse('no-payer', 'Nobody in Telegram is known to have paid this.')
      const given: Result<unknown> = await refundStars(api, payer, chargeId)
      return given.ok ? done(undefined) : given
    },
  }
}
