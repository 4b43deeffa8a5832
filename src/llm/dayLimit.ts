import { sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import { rows, type Sql } from '../db/database.ts'

/** What all calls of a day (UTC) may cost an installation. */

const DAY_MS = 86_400_000
/** Any number that nobody else locks in this database. */
const DAY_LOCK = 8_190_419

/** What a day has cost until now, calls under way at their worst, in pico-USD. */
export async function spentToday(on: Sql, clock: Clock): Promise<bigint> {
  const from = new Date(startOfDay(clock)).toISOString()
  const [found] = await rows<{ pico: string }>(
    on,
    sql`select coalesce(sum(case status when 'started' then worst_pico_usd else cost_pico_usd end + lost_pico_usd), 0)::text as pico
      from calls where started_at >= ${from}::timestamptz`,
  )
  return BigInt(found?.pico ?? 0)
}

/**
 * Whether the worst case of one more call stays within the limit. One call looks at a time, until its transaction ends,
 * so that two cannot share what is left.
 */
export async function isWithinDay(
  tx: Sql,
  clock: Clock,
  { limitPicoUsd, worstPicoUsd }: { limitPicoUsd: bigint; worstPicoUsd: bigint },
): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(${DAY_LOCK})`)
  return (await spentToday(tx, clock)) + worstPicoUsd <= limitPicoUsd
}

/** When the next day begins, in ms. */
export function nextDay(clock: Clock): number {
  return startOfDay(clock) + DAY_MS
}

function startOfDay(clock: Clock): number {
  const nowMs = clock.nowMs()
  return nowMs - (nowMs % DAY_MS)
}
