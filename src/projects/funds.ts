import { lockByHand, refreeze } from '../billing/frozen.ts'
import { adjust, collect } from '../billing/ledger.ts'
import { noLongerLow } from '../billing/low.ts'
import type { Notice } from '../billing/payments/notice.ts'
import { type Taken, type TakeRefusal, takeNotice } from '../billing/payments/take.ts'
import type { Sql } from '../db/database.ts'
import { done, type Result } from '../failure.ts'
import { newId } from '../id.ts'
import type { Parts } from './parts.ts'

/**
 * Whatever gives a user credits, or unlocks their account: in one transaction with the word that projects which waited
 * for it go on, so that a process that dies in between loses neither.
 */

type Needs = Pick<Parts, 'database' | 'clock' | 'queue' | 'tariff'>

/** Takes what a processor says of a payment or an order; see `takeNotice`. */
export function takePayment(parts: Needs, notice: Notice): Promise<Result<Taken, TakeRefusal>> {
  return moving(
    parts,
    tx => takeNotice(tx, parts.clock, notice),
    ({ userId }) => userId,
  )
}

type Change = Parameters<typeof adjust>[2]

/** Gives or takes credits by hand; see `adjust`. */
export function adjustCredits(parts: Needs, change: Change): ReturnType<typeof adjust> {
  return moving(
    parts,
    tx => adjust(tx, parts.clock, change),
    () => change.userId,
  )
}

/** Locks an account by hand, or takes that back; see `lockByHand`. */
export function lockAccount(parts: Needs, userId: string, locked: boolean): ReturnType<typeof lockByHand> {
  return moving(
    parts,
    tx => lockByHand(tx, userId, locked),
    () => userId,
  )
}

/** Pays what a user owes from what has become available since; see `collect`. */
export async function payDebt(parts: Needs, userId: string): Promise<void> {
  const steps = async (tx: Sql) => {
    await collect(tx, parts.clock, userId, newId())
    return done(userId)
  }
  await moving(parts, steps, whose => whose)
}

async function moving<Value, Reason extends string>(
  parts: Needs,
  steps: (tx: Sql) => Promise<Result<Value, Reason>>,
  whose: (value: Value) => string,
): Promise<Result<Value, Reason>> {
  const moved = await parts.database.transaction(async tx => {
    const result = await steps(tx)
    if (result.ok) await followUp(parts, tx, whose(result.value))
    return result
  })
  parts.queue.nudge()
  return moved
}

async function followUp({ queue, tariff }: Needs, tx: Sql, userId: string): Promise<void> {
  if (tariff.lowMicro !== null) await noLongerLow(tx, userId, tariff.lowMicro)
  if ((await refreeze(tx, userId)) === null) await queue.creditsCame(tx, userId)
}
