import { debtorsWithCredits } from '../billing/frozen.ts'
import { millionths } from '../billing/money.ts'
import { settleReferrals } from '../billing/referral.ts'
import { tellSpikes } from '../billing/spikes.ts'
import type { Context } from '../http/context.ts'
import type { Duty } from '../jobs/queue.ts'
import { releaseOrphans } from '../llm/orphans.ts'
import { payDebt } from '../projects/funds.ts'
import { END_STATES } from '../projects/life.ts'
import type { Parts } from '../projects/parts.ts'

/** How far back the nightly look at payments goes: a card can be disputed for months. */
const PAYMENTS_DAYS = 90
const DAY_MS = 86_400_000

/** What is done regularly. Once a day means at an odd minute: everybody asks at the full hour. */
export function dutiesOf(parts: Parts, context: Context): Duty[] {
  return [
    { name: 'prices', cron: '37 4 * * *', run: () => bringPricesUpToDate(parts, context) },
    { name: 'orphans', cron: '*/10 * * * *', run: () => sweepHolds(parts) },
    { name: 'spikes', cron: '*/10 * * * *', run: () => watchSpending(parts, context) },
    { name: 'debts', cron: '*/10 * * * *', run: () => collectDebts(parts) },
    { name: 'referrals', cron: '7 3 * * *', run: () => giveBonuses(parts, context) },
    { name: 'payments', cron: '17 3 * * *', run: () => comparePayments(parts, context) },
  ]
}

/** A list that cannot be had today is had tomorrow; the prices of yesterday stay. */
async function bringPricesUpToDate({ log }: Parts, { syncPrices }: Context): Promise<void> {
  const synced = await syncPrices()
  if (synced.ok) log.info(synced.value, 'prices are up to date')
  else log.warn({ says: synced.says }, 'prices could not be brought up to date')
}

async function sweepHolds({ database, clock, log }: Parts): Promise<void> {
  const released = await releaseOrphans({ database, clock, ends: END_STATES })
  if (released > 0) log.warn({ released }, 'holds that nobody came back for were released')
}

async function watchSpending({ database, clock }: Parts, { config }: Context): Promise<void> {
  const fromPicoUsd = millionths(config.money.spendAlertUsd) * 1_000_000n
  await database.transaction(tx => tellSpikes(tx, clock, fromPicoUsd))
}

/** What is owed is paid from what holds gave back since. */
async function collectDebts(parts: Parts): Promise<void> {
  for (const userId of await debtorsWithCredits(parts.database.sql)) await payDebt(parts, userId)
}

async function giveBonuses({ database, clock, log }: Parts, { config }: Context): Promise<void> {
  const bonusMicro = millionths(config.money.referralBonusCredits)
  const rewarded = await settleReferrals({ database, clock }, bonusMicro)
  if (rewarded > 0) log.info({ rewarded }, 'people who brought others were rewarded')
}

async function comparePayments({ clock, log }: Parts, { buying }: Context): Promise<void> {
  for (const { ok, ...found } of await buying.reconcile(clock.nowMs() - PAYMENTS_DAYS * DAY_MS))
    if (ok) log.info(found, 'payments were compared with the list of their processor')
}
