import { eq, type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { accounts, type OWN_ACCOUNTS, type PLATFORM_ACCOUNTS, postingSets } from '../db/schema.ts'
import { invariant } from '../failure.ts'

/** How the books are written: a set of postings that adds up to nothing, once, and the accounts it moves. */

type OwnKind = (typeof OWN_ACCOUNTS)[number]
type PlatformKind = (typeof PLATFORM_ACCOUNTS)[number]
type Cause = (typeof postingSets.$inferInsert)['cause']

export type Line = { account: SQL; amountMicro: bigint }

export type Entry = {
  key: string
  cause: Cause
  userId: string
  projectId?: string
  callId?: string
  taskId?: string
  paymentId?: string
  actor?: string
  reason: string
  lines: readonly Line[]
}

/** Writes one set of postings, once. The database refuses a set that does not add up or a balance below zero. */
export async function post(tx: Sql, clock: Clock, entry: Entry): Promise<void> {
  const { key, lines, cause, userId, projectId, callId, taskId, paymentId, actor, reason } = entry
  invariant(
    lines.reduce((sum, line) => sum + line.amountMicro, 0n) === 0n,
    `postings of ${key} add up to nothing`,
  )
  const about = [projectId, callId, taskId, paymentId, actor].map(id => sql`${id ?? null}::text`)
  const moved = lines.filter(line => line.amountMicro !== 0n)
  const accountIds = listed(moved.map(line => line.account))
  const amounts = listed(moved.map(line => sql`${`${line.amountMicro}`}::bigint`))
  await tx.execute(
    sql`select post_set(${key}, ${cause}, ${userId}, ${sql.join(about, sql`, `)}, ${reason}, ${at(clock)}::timestamptz, ${accountIds}::text[], ${amounts}::bigint[])`,
  )
}

function listed(values: readonly SQL[]): SQL {
  return sql`array[${sql.join([...values], sql`, `)}]`
}

export function at(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString()
}

export async function isPosted(tx: Sql, key: string): Promise<boolean> {
  const found = await tx.select({ id: postingSets.id }).from(postingSets).where(eq(postingSets.id, key))
  return found.length > 0
}

/**
 * What a user has, locked until the transaction ends; undefined where no accounts were opened. The accounts are locked
 * in one order, so that two transactions never wait for each other.
 */
export async function lockBalance(tx: Sql, userId: string): Promise<Balance | undefined> {
  const locking = tx.select().from(accounts).where(eq(accounts.userId, userId))
  const locked = await locking.orderBy(accounts.id).for('update')
  return locked.length === 0 ? undefined : balanceIn(locked)
}

export function own(kind: OwnKind, userId: string): SQL {
  return sql`${`${kind}:${userId}`}::text`
}

/** The platform's account of a kind for this project or user: one of many, so that no single one is contended. */
export function platform(kind: PlatformKind, spreadBy: string): SQL {
  return sql`${`${kind}#`}::text || shard_of(${spreadBy})`
}

/** What a user has; what is owed is counted from zero up. In micro-credits. */
export type Balance = { availableMicro: bigint; heldMicro: bigint; owedMicro: bigint }

/** What a user has, in micro-credits. */
export async function balanceOf(on: Sql, userId: string): Promise<Balance> {
  return balanceIn(await on.select().from(accounts).where(eq(accounts.userId, userId)))
}

function balanceIn(found: readonly { kind: string; balanceMicro: bigint }[]): Balance {
  const of = (kind: OwnKind) => found.find(account => account.kind === kind)?.balanceMicro ?? 0n
  return { availableMicro: of('available'), heldMicro: of('held'), owedMicro: -of('owed') }
}
