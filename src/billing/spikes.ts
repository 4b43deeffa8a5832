import { type SQL, sql } from 'drizzle-orm'
import { raiseAlert } from '../alerts.ts'
import type { Clock } from '../clock.ts'
import { rows, type Sql } from '../db/database.ts'
import { usdShown } from './money.ts'

/** Whose cost is watched: one that runs away costs the operator before anybody pays for it. */
const WATCHED: Readonly<Record<string, SQL>> = {
  user: sql`user_id`,
  project: sql`project_id`,
  provider: sql`provider`,
}

/** An hour is a spike when it costs this many times what an hour of the days before cost on average. */
const TIMES = 10
const HOUR_MS = 3_600_000
const HOURS_BEFORE = 7 * 24

export type Spike = { what: string; id: string; picoUsd: bigint; usualPicoUsd: bigint }

/**
 * Who cost at least `fromPicoUsd` within the last hour and ten times what they cost in an average hour of the week before;
 * for somebody new that is nothing, so that `fromPicoUsd` alone counts.
 */
export async function spikesOf(on: Sql, clock: Clock, fromPicoUsd: bigint): Promise<Spike[]> {
  const nowMs = clock.nowMs()
  const [hour, week] = [nowMs - HOUR_MS, nowMs - HOUR_MS * (HOURS_BEFORE + 1)].map(ms =>
    new Date(ms).toISOString(),
  )
  const found: Spike[] = []
  for (const [what, id] of Object.entries(WATCHED)) {
    const costs = await rows<{ id: string; lately: string; before: string }>(
      on,
      sql`select ${id} as id,
          coalesce(sum(cost_pico_usd + lost_pico_usd) filter (where started_at >= ${hour}::timestamptz), 0)::text as lately,
          coalesce(sum(cost_pico_usd + lost_pico_usd) filter (where started_at < ${hour}::timestamptz), 0)::text as before
        from calls where started_at >= ${week}::timestamptz and ${id} is not null group by 1
        having coalesce(sum(cost_pico_usd + lost_pico_usd) filter (where started_at >= ${hour}::timestamptz), 0) >= ${`${fromPicoUsd}`}::bigint`,
    )
    for (const cost of costs) {
      const spike = {
        what,
        id: cost.id,
        picoUsd: BigInt(cost.lately),
        usualPicoUsd: BigInt(cost.before) / BigInt(HOURS_BEFORE),
      }
      if (spike.picoUsd >= spike.usualPicoUsd * BigInt(TIMES)) found.push(spike)
    }
  }
  return found
}

/** Tells operators of each spike, once until they have seen it. Returns how many there are. */
export async function tellSpikes(tx: Sql, clock: Clock, fromPicoUsd: bigint): Promise<number> {
  const spikes = await spikesOf(tx, clock, fromPicoUsd)
  for (const { what, id, picoUsd, usualPicoUsd } of spikes)
    await raiseAlert(tx, clock, {
      kind: 'spend-spike',
      subject: `${what}:${id}`,
      says: `The ${what} ${id} cost ${usdShown(picoUsd)} within an hour; usual is ${usdShown(usualPicoUsd)}. Look at \`ledger report\`; \`users lock\` stops a user.`,
    })
  return spikes.length
}
