import { and, eq, sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import { rows, type Sql } from '../db/database.ts'
import { holds } from '../db/schema.ts'
import { invariant } from '../failure.ts'
import { at, own, post } from './posting.ts'

/** Credits set aside for a call before it is made, charged or given back after it. In the caller's transaction. */

/** What a hold is taken from: bought credits, or the owner's own money where nothing is sold. */
export type Purse = 'available' | 'tab'

export type HoldOrder = {
  projectId: string
  userId: string
  amountMicro: bigint
  capMicro: bigint
  purse: Purse
}

/** Why nothing can be set aside for a call. */
export type NotHeld =
  | { why: 'too-few-credits'; neededMicro: bigint; availableMicro: bigint }
  | { why: 'over-cap'; committedMicro: bigint; capMicro: bigint }
  | { why: 'frozen' }

/**
 * Sets the worst case of a call aside before it is made; the call stands in the journal already. Where the cap of the
 * project, the balance or a lock on the account forbids it nothing is written, and the answer says why. The accounts
 * stay locked until the transaction ends, so that two holds cannot spend the same credit.
 */
export async function hold(
  tx: Sql,
  clock: Clock,
  callId: string,
  order: HoldOrder,
): Promise<NotHeld | undefined> {
  const { projectId, userId, purse, amountMicro, capMicro } = order
  const [found] = await rows<{ refused: NotHeld['why'] | null; available: string; committed: string }>(
    tx,
    sql`select refused, available::text, committed::text
      from hold_for_call(${callId}, ${projectId}, ${userId}, ${purse}, ${`${amountMicro}`}::bigint, ${`${capMicro}`}::bigint, ${at(clock)}::timestamptz)`,
  )
  invariant(found !== undefined, `the spending of ${projectId} is known`)
  if (found.refused === null) return undefined
  return {
    frozen: { why: 'frozen' as const },
    'over-cap': { why: 'over-cap' as const, committedMicro: BigInt(found.committed), capMicro },
    'too-few-credits': {
      why: 'too-few-credits' as const,
      neededMicro: amountMicro,
      availableMicro: BigInt(found.available),
    },
  }[found.refused]
}

/**
 * Charges a finished call and gives back what its hold has left. `costMicro` is the part of the charge that its provider
 * takes. A charge above the hold, or after the hold was released, is the platform's and never the user's.
 * Returns what the user paid, in micro-credits.
 */
export async function capture(
  tx: Sql,
  clock: Clock,
  callId: string,
  charge: { micro: bigint; costMicro: bigint },
): Promise<bigint> {
  const amounts = sql`${`${charge.micro}`}::bigint, ${`${charge.costMicro}`}::bigint`
  const [paid] = await rows<{ micro: string }>(
    tx,
    sql`select capture_call(${callId}, ${amounts}, ${at(clock)}::timestamptz)::text as micro`,
  )
  invariant(paid !== undefined, `call ${callId} is captured`)
  return BigInt(paid.micro)
}

/** Gives a hold back whole: its call failed, or its project ended. Nothing happens when it is not open. */
export async function release(tx: Sql, clock: Clock, callId: string, reason: string): Promise<void> {
  const [open] = await tx
    .update(holds)
    .set({ status: 'released' })
    .where(and(eq(holds.callId, callId), eq(holds.status, 'open')))
    .returning()
  if (!open) return
  await post(tx, clock, {
    key: `release:${callId}`,
    cause: 'release',
    ...open,
    reason,
    lines: [
      { account: own('held', open.userId), amountMicro: -open.amountMicro },
      { account: own(open.purse, open.userId), amountMicro: open.amountMicro },
    ],
  })
}

/** What a project has cost its user until now (refunds taken off) and what is set aside for it, in micro-credits. */
export async function spentMicro(
  on: Sql,
  projectId: string,
): Promise<{ spentMicro: bigint; heldMicro: bigint }> {
  const [found] = await rows<{ paid: string; held: string }>(
    on,
    sql`select paid::text, set_aside::text as held from spending_of(${projectId})`,
  )
  return { spentMicro: BigInt(found?.paid ?? 0), heldMicro: BigInt(found?.held ?? 0) }
}
