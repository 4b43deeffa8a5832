import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import { rows, type Sql } from '../db/database.ts'
import { type ACCOUNT_KINDS, accounts, holds, postingSets } from '../db/schema.ts'
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

/** Platform accounts are spread over this many rows of a kind, so that no single one is contended; migrations open them. */
const SHARDS = 64

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
      { accountId: platform('promotions', userId), amountMicro: -grantMicro },
      { accountId: ownAccount('available', userId), amountMicro: grantMicro },
    ],
  })
}

/**
 * Gives (or, when negative, takes back) credits by hand; `actor` is the user who does it. Refused when there is no such
 * user or the balance cannot bear it; a second call with the same key changes nothing.
 */
export async function adjust(
  tx: Sql,
  clock: Clock,
  change: { key: string; userId: string; amountMicro: bigint; reason: string; actor?: string },
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
    actor: change.actor,
    reason: change.reason,
    lines: [
      { accountId: platform('adjustments', change.userId), amountMicro: -change.amountMicro },
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
  const [found] = await rows<Record<'available' | 'paid' | 'held', string>>(
    tx,
    sql`select available::text, paid::text, set_aside::text as held
      from lock_spending(${order.userId}, ${order.projectId})`,
  )
  invariant(found !== undefined, `the spending of ${order.projectId} is known`)
  const availableMicro = BigInt(found.available)
  const committed = BigInt(found.paid) + BigInt(found.held) + order.amountMicro
  if (committed > order.capMicro) return overCap(committed, order.capMicro)
  if (order.amountMicro > availableMicro) return tooFew(order.amountMicro, availableMicro)
  return done(undefined)
}

/** Sets credits aside for a call before it is made; `mayHold` has said yes in the same transaction. */
export async function hold(tx: Sql, clock: Clock, callId: string, order: HoldOrder): Promise<void> {
  const { projectId, userId, amountMicro } = order
  const set = posting(clock, {
    key: `hold:${callId}`,
    cause: 'hold',
    userId,
    projectId,
    callId,
    reason: 'Set aside for a model call',
    lines: move('available', 'held', userId, amountMicro),
  })
  await tx.execute(sql`with opened as (
      insert into holds (call_id, project_id, user_id, amount_micro_credits, status)
      values (${callId}, ${projectId}, ${userId}, ${`${amountMicro}`}::bigint, 'open'))
    select ${set}`)
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
  const set = posting(clock, {
    key: `capture:${callId}`,
    cause: 'usage_deduction',
    ...held,
    reason: 'A model call',
    lines: [
      { accountId: ownAccount('held', held.userId), amountMicro: -openMicro },
      { accountId: ownAccount('available', held.userId), amountMicro: openMicro - paidMicro },
      { accountId: platform('revenue', held.projectId), amountMicro: chargeMicro },
      { accountId: platform('overrun', held.projectId), amountMicro: paidMicro - chargeMicro },
    ],
  })
  await tx.execute(sql`with ended as (
      update holds set status = 'captured' where call_id = ${callId})
    select ${set}`)
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
      { accountId: platform('refunds', given.projectId), amountMicro: -given.amountMicro },
      { accountId: ownAccount('available', given.userId), amountMicro: given.amountMicro },
    ],
  })
}

/** What a user has, in micro-credits. */
export async function balanceOf(on: Sql, userId: string): Promise<Balance> {
  return balanceIn(await on.select().from(accounts).where(eq(accounts.userId, userId)))
}

function balanceIn(own: readonly { kind: AccountKind; balanceMicro: bigint }[]): Balance {
  const of = (kind: AccountKind) => own.find(account => account.kind === kind)?.balanceMicro ?? 0n
  return { availableMicro: of('available'), heldMicro: of('held') }
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

type Entry = {
  key: string
  cause: Cause
  userId: string
  projectId?: string
  callId?: string
  taskId?: string
  actor?: string | undefined
  reason: string
  lines: readonly Line[]
}

/** Writes one set of postings, once. The database refuses a set that does not add up or a balance below zero. */
async function post(tx: Sql, clock: Clock, entry: Entry): Promise<void> {
  await tx.execute(sql`select ${posting(clock, entry)}`)
}

/** The writing of a set, as an expression that a statement of its own or one that does more can evaluate. */
function posting(clock: Clock, entry: Entry): SQL {
  const { key, lines, cause, userId, projectId, callId, taskId, actor, reason } = entry
  const moving = lines.filter(line => line.amountMicro !== 0n)
  invariant(
    moving.reduce((sum, line) => sum + line.amountMicro, 0n) === 0n,
    `postings of ${key} add up to nothing`,
  )
  const about = sql`${projectId ?? null}, ${callId ?? null}, ${taskId ?? null}, ${actor ?? null}, ${reason}`
  const at = new Date(clock.nowMs()).toISOString()
  const moved = sql`${listed(moving.map(line => line.accountId))}::text[], ${listed(moving.map(line => line.amountMicro))}::bigint[]`
  return sql`post_set(${key}, ${cause}, ${userId}, ${about}, ${at}, ${moved})`
}

/** An array as SQL writes it; both drivers take it alike. The ids of accounts have no commas and no quotes. */
function listed(values: readonly (string | bigint)[]): string {
  return `{${values.join(',')}}`
}

async function isPosted(tx: Sql, key: string): Promise<boolean> {
  const found = await tx.select({ id: postingSets.id }).from(postingSets).where(eq(postingSets.id, key))
  return found.length > 0
}

/**
 * What a user has, locked until the transaction ends; undefined where no accounts were opened. The accounts are locked
 * in one order, so that two transactions never wait for each other.
 */
async function lockBalance(tx: Sql, userId: string): Promise<Balance | undefined> {
  const own = tx.select().from(accounts).where(eq(accounts.userId, userId))
  const locked = await own.orderBy(accounts.id).for('update')
  return locked.length === 0 ? undefined : balanceIn(locked)
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

/** The platform's account of a kind for this project or user. */
function platform(kind: AccountKind, spreadBy: string): string {
  const shard = Number.parseInt(sha256(spreadBy).slice(0, 4), 16) % SHARDS
  return `${kind}#${shard}`
}

function tooFew(neededMicro: bigint, availableMicro: bigint) {
  const says = `Too few credits: needed ${creditsShown(neededMicro)}, available ${creditsShown(availableMicro)}.`
  return refuse('too-few-credits', says)
}

function overCap(committedMicro: bigint, capMicro: bigint) {
  const says = `The next step could bring this project to ${creditsShown(committedMicro)} credits; its cap is ${creditsShown(capMicro)}.`
  return refuse('over-cap', says)
}
