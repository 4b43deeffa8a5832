import { and, eq, sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { type ACCOUNT_KINDS, accounts, holds, postingSets, postings } from '../db/schema.ts'
import { done, invariant, type Result, refuse } from '../failure.ts'
import { sha256 } from '../id.ts'
import { creditsShown } from './money.ts'

/**
 * Double entry. Every movement is a set of postings that adds up to nothing, written once under its own key. Each
 * function runs in the caller's transaction, so that money moves together with what it is moved for.
 */
type AccountKind = (typeof ACCOUNT_KINDS)[number]
type Cause = (typeof postingSets.$inferInsert)['cause']
type Line = { accountId: string; amountMicro: bigint }

export type Balance = { availableMicro: bigint; heldMicro: bigint }

const NOTHING: Balance = { availableMicro: 0n, heldMicro: 0n }

/** Platform accounts are spread over this many rows of a kind, so that no single one is contended. */
const SHARDS = 16

/** Opens the two accounts of a user and grants the initial credits; a second call changes nothing. */
export async function openAccounts(tx: Sql, clock: Clock, userId: string, grantMicro: bigint): Promise<void> {
  await ensureAccount(tx, 'available', userId)
  await ensureAccount(tx, 'held', userId)
  if (grantMicro === 0n) return
  await post(tx, clock, {
    key: `grant:${userId}`,
    cause: 'initial_grant',
    userId,
    reason: 'Initial credits',
    lines: [
      { accountId: await platform(tx, 'promotions', userId), amountMicro: -grantMicro },
      { accountId: ownAccount('available', userId), amountMicro: grantMicro },
    ],
  })
}

/**
 * Gives (or, when negative, takes back) credits by hand. Refused when there is no such user or the balance cannot bear
 * it; a second call with the same key changes nothing.
 */
export async function adjust(
  tx: Sql,
  clock: Clock,
  change: { key: string; userId: string; amountMicro: bigint; reason: string },
): Promise<Result<Balance, 'too-few-credits' | 'nothing' | 'no-user'>> {
  if (change.amountMicro === 0n) return refuse('nothing', 'An adjustment of zero credits changes nothing.')
  const key = `adjust:${change.key}`
  const balance = await lockBalance(tx, change.userId)
  if (!balance) return refuse('no-user', `There is no user "${change.userId}" with an account.`)
  if (await isPosted(tx, key)) return done(balance)
  if (balance.availableMicro + change.amountMicro < 0n)
    return tooFew(-change.amountMicro, balance.availableMicro)
  await post(tx, clock, {
    key,
    cause: 'manual_adjustment',
    userId: change.userId,
    reason: change.reason,
    lines: [
      { accountId: await platform(tx, 'adjustments', change.userId), amountMicro: -change.amountMicro },
      { accountId: ownAccount('available', change.userId), amountMicro: change.amountMicro },
    ],
  })
  return done(await balanceOf(tx, change.userId))
}

export type HoldOrder = { projectId: string; userId: string; amountMicro: bigint; capMicro: bigint }

/**
 * Whether a call may be made: refused when the project's cap or the user's balance does not bear its worst case.
 * The accounts stay locked until the transaction ends, so that two holds cannot spend the same credit.
 */
export async function mayHold(
  tx: Sql,
  order: HoldOrder,
): Promise<Result<void, 'too-few-credits' | 'over-cap'>> {
  const balance = (await lockBalance(tx, order.userId)) ?? NOTHING
  const spending = await spentMicro(tx, order.projectId)
  const committed = spending.spentMicro + spending.heldMicro + order.amountMicro
  if (committed > order.capMicro) return overCap(committed, order.capMicro)
  if (order.amountMicro > balance.availableMicro) return tooFew(order.amountMicro, balance.availableMicro)
  return done(undefined)
}

/** Sets credits aside for a call before it is made; `mayHold` has said yes in the same transaction. */
export async function hold(tx: Sql, clock: Clock, callId: string, order: HoldOrder): Promise<void> {
  const { projectId, userId, amountMicro } = order
  await tx.insert(holds).values({ callId, projectId, userId, amountMicro, status: 'open' })
  await post(tx, clock, {
    key: `hold:${callId}`,
    cause: 'hold',
    userId,
    projectId,
    callId,
    reason: 'Set aside for a model call',
    lines: move('available', 'held', userId, amountMicro),
  })
}

/**
 * Charges a finished call and gives back what its hold has left. A charge above the hold, or after the hold was
 * released, is the platform's and never the user's.
 * Returns what the user paid, in micro-credits.
 */
export async function capture(tx: Sql, clock: Clock, callId: string, chargeMicro: bigint): Promise<bigint> {
  const [held] = await tx.select().from(holds).where(eq(holds.callId, callId)).for('update')
  invariant(held !== undefined, `call ${callId} has a hold`)
  invariant(held.status !== 'captured', `call ${callId} is captured once`)
  const openMicro = held.status === 'open' ? held.amountMicro : 0n
  const paidMicro = chargeMicro < openMicro ? chargeMicro : openMicro
  await tx.update(holds).set({ status: 'captured' }).where(eq(holds.callId, callId))
  await post(tx, clock, {
    key: `capture:${callId}`,
    cause: 'usage_deduction',
    ...held,
    reason: 'A model call',
    lines: [
      { accountId: ownAccount('held', held.userId), amountMicro: -openMicro },
      { accountId: ownAccount('available', held.userId), amountMicro: openMicro - paidMicro },
      { accountId: await platform(tx, 'revenue', held.projectId), amountMicro: chargeMicro },
      { accountId: await platform(tx, 'overrun', held.projectId), amountMicro: paidMicro - chargeMicro },
    ],
  })
  return paidMicro
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
    lines: move('held', 'available', open.userId, open.amountMicro),
  })
}

/** Returns what a task cost to the user, under a reason that the user sees; a second call with the same key does nothing. */
export async function refund(
  tx: Sql,
  clock: Clock,
  given: {
    key: string
    userId: string
    projectId: string
    taskId: string
    amountMicro: bigint
    reason: string
  },
): Promise<void> {
  invariant(given.amountMicro >= 0n, 'a refund takes nothing')
  if (given.amountMicro === 0n) return
  await post(tx, clock, {
    key: `refund:${given.key}`,
    cause: 'refund',
    userId: given.userId,
    projectId: given.projectId,
    taskId: given.taskId,
    reason: given.reason,
    lines: [
      { accountId: await platform(tx, 'refunds', given.projectId), amountMicro: -given.amountMicro },
      { accountId: ownAccount('available', given.userId), amountMicro: given.amountMicro },
    ],
  })
}

/** What a user has, in micro-credits. */
export async function balanceOf(on: Sql, userId: string): Promise<Balance> {
  const found = await on.select().from(accounts).where(eq(accounts.userId, userId))
  const of = (kind: AccountKind) => found.find(account => account.kind === kind)?.balanceMicro ?? 0n
  return { availableMicro: of('available'), heldMicro: of('held') }
}

/** What a project has cost its user until now (refunds taken off) and what is set aside for it, in micro-credits. */
export async function spentMicro(
  on: Sql,
  projectId: string,
): Promise<{ spentMicro: bigint; heldMicro: bigint }> {
  const [paid] = await on
    .select({ total: sql<string>`coalesce(sum(${postings.amountMicro}), 0)` })
    .from(postings)
    .innerJoin(postingSets, eq(postingSets.id, postings.setId))
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .where(and(eq(postingSets.projectId, projectId), sql`${accounts.kind} in ('available', 'held')`))
  const [set] = await on
    .select({ total: sql<string>`coalesce(sum(${holds.amountMicro}), 0)` })
    .from(holds)
    .where(and(eq(holds.projectId, projectId), eq(holds.status, 'open')))
  return { spentMicro: -BigInt(paid?.total ?? 0), heldMicro: BigInt(set?.total ?? 0) }
}

type Entry = {
  key: string
  cause: Cause
  userId: string
  projectId?: string
  callId?: string
  taskId?: string
  reason: string
  lines: readonly Line[]
}

/** Writes one set of postings, once. The database refuses a set that does not add up or a balance below zero. */
async function post(tx: Sql, clock: Clock, entry: Entry): Promise<void> {
  const { key, lines, cause, userId, projectId, callId, taskId, reason } = entry
  const moving = lines.filter(line => line.amountMicro !== 0n)
  invariant(
    moving.reduce((sum, line) => sum + line.amountMicro, 0n) === 0n,
    `postings of ${key} add up to nothing`,
  )
  const [written] = await tx
    .insert(postingSets)
    .values({ id: key, cause, userId, projectId, callId, taskId, reason, at: new Date(clock.nowMs()) })
    .onConflictDoNothing()
    .returning({ id: postingSets.id })
  if (!written || moving.length === 0) return
  await lockAccounts(tx, userId)
  await tx.insert(postings).values(moving.map((line, index) => ({ setId: key, line: index, ...line })))
}

async function isPosted(tx: Sql, key: string): Promise<boolean> {
  const found = await tx.select({ id: postingSets.id }).from(postingSets).where(eq(postingSets.id, key))
  return found.length > 0
}

/** What a user has, locked until the transaction ends; undefined where no accounts were opened. */
async function lockBalance(tx: Sql, userId: string): Promise<Balance | undefined> {
  const locked = await lockAccounts(tx, userId)
  return locked === 0 ? undefined : balanceOf(tx, userId)
}

/** Locks the two accounts of a user in one order, so that two transactions never wait for each other. */
async function lockAccounts(tx: Sql, userId: string): Promise<number> {
  const own = tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.userId, userId))
  const locked = await own.orderBy(accounts.id).for('update')
  return locked.length
}

function move(from: AccountKind, to: AccountKind, userId: string, amountMicro: bigint): Line[] {
  return [
    { accountId: ownAccount(from, userId), amountMicro: -amountMicro },
    { accountId: ownAccount(to, userId), amountMicro },
  ]
}

function ownAccount(kind: AccountKind, userId: string): string {
  return `${kind}:${userId}`
}

async function ensureAccount(tx: Sql, kind: AccountKind, userId: string): Promise<void> {
  const row = { id: ownAccount(kind, userId), kind, userId, balanceMicro: 0n }
  await tx.insert(accounts).values(row).onConflictDoNothing()
}

/** The platform's account of a kind for this project or user; opened when first needed. */
async function platform(tx: Sql, kind: AccountKind, spreadBy: string): Promise<string> {
  const shard = Number.parseInt(sha256(spreadBy).slice(0, 4), 16) % SHARDS
  const id = `${kind}#${shard}`
  await tx.insert(accounts).values({ id, kind, balanceMicro: 0n }).onConflictDoNothing()
  return id
}

function tooFew(neededMicro: bigint, availableMicro: bigint) {
  const says = `Too few credits: needed ${creditsShown(neededMicro)}, available ${creditsShown(availableMicro)}.`
  return refuse('too-few-credits', says)
}

function overCap(committedMicro: bigint, capMicro: bigint) {
  const says = `The next step could bring this project to ${creditsShown(committedMicro)} credits; its cap is ${creditsShown(capMicro)}.`
  return refuse('over-cap', says)
}
