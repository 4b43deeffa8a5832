import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { audit } from '../../src/billing/audit.ts'
import { refreeze } from '../../src/billing/frozen.ts'
import { capture, release } from '../../src/billing/holds.ts'
import { adjust, collect, giveBonus, openAccounts, refund } from '../../src/billing/ledger.ts'
import type { PaymentNotice } from '../../src/billing/payments/notice.ts'
import { takeNotice } from '../../src/billing/payments/take.ts'
import { rows, type Sql } from '../../src/db/database.ts'
import { accounts, calls, payments, projects } from '../../src/db/schema.ts'
import { newId } from '../../src/id.ts'
import { releaseOrphans } from '../../src/llm/orphans.ts'
import {
  answeredCall,
  type Books,
  failedCall,
  heldCall,
  type Maker,
  newMaker,
  openBooks,
} from '../set-up/books.ts'
import { newOrder, type Ordered } from '../set-up/orders.ts'
import { chance } from './chance.ts'

/**
 * Whatever moves credits, on 8 connections at once, some of which are cut in the middle. LEDGER_OPS in the environment
 * says how many operations; LEDGER_SEED repeats the choices of a run, though not how they meet.
 */

const OPS = Number(process.env.LEDGER_OPS ?? 2_000)
const SEED = process.env.LEDGER_SEED ?? newId()

const CONNECTIONS = 8
/** Fewer than connections, so that they meet on accounts, and more than one, so that they meet on the platform's. */
const MAKERS = 5
const GRANT = 2_000_000_000n
/** Of each maker: few, so that notices of one payment meet. */
const ORDERS = 4
const ORDERED = 1_500_000_000n
/** So late a notice may come: some are older than what is known, and some are of the same moment. */
const LATE_MS_MAX = 200
/** A charge stands in for as many tokens, which are counted up to 2³¹. */
const DIGITS_MAX = 9
/** Above what anybody can spend in a run. */
const CAP = 1_000_000_000_000_000n
const CUT_PERCENT = 3
const TIMEOUT_MS = 1_800_000

/** What an operation moved of what its user has; `key` is the set that says whether it was stored. */
type Effect = { userId: string; micro: bigint; key: string }

type Run = {
  books: Books
  makers: readonly Maker[]
  orders: readonly Ordered[]
  open: string[]
  effects: Map<string, Effect>
  counts: Map<string, number>
}

/** One transaction; `cut` may end the connection of it at that place. */
type Operation = (run: Run, tx: Sql, pick: Pick, cut: () => Promise<void>) => Promise<Effect | undefined>
type Pick = (below: number, what: string) => number

const makerOf = ({ makers }: Run, pick: Pick): Maker => {
  const maker = makers[pick(makers.length, 'maker')]
  if (!maker) throw new Error('there is a maker')
  return maker
}

/** Mostly small; some are nothing, some more than anybody has. */
function amountOf(pick: Pick, what: string): bigint {
  const digits = pick(DIGITS_MAX + 1, `digits of ${what}`)
  return BigInt(pick(10 ** digits, what))
}

const begin: Operation = async (run, tx, pick, cut) => {
  const maker = makerOf(run, pick)
  await tx.select().from(projects).where(eq(projects.id, maker.projectId)).for('no key update')
  const purse = pick(4, 'purse') === 0 ? 'tab' : 'available'
  const order = { amountMicro: amountOf(pick, 'hold'), capMicro: CAP, purse } as const
  const held = await heldCall(tx, run.books.clock, maker, order)
  await cut()
  if (typeof held === 'string') run.open.push(held)
  return undefined
}

/** A call that was begun, locked in the order of the journal; none where it was never stored. */
async function locked(run: Run, tx: Sql, pick: Pick) {
  const callId = run.open[pick(Math.max(1, run.open.length), 'call')]
  if (callId === undefined) return undefined
  const [known] = await tx.select({ projectId: calls.projectId }).from(calls).where(eq(calls.id, callId))
  if (!known?.projectId) return undefined
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, known.projectId)).for('key share')
  const [call] = await tx.select().from(calls).where(eq(calls.id, callId)).for('no key update')
  return call
}

const finish: Operation = async (run, tx, pick, cut) => {
  const call = await locked(run, tx, pick)
  if (!call || call.status === 'completed') return undefined
  const chargeMicro = amountOf(pick, 'charge')
  await answeredCall(tx, call.id, chargeMicro)
  await cut()
  const paid = await capture(tx, run.books.clock, call.id, {
    micro: chargeMicro,
    costMicro: chargeMicro,
  })
  return { userId: call.userId, micro: -paid, key: `capture:${call.id}` }
}

const fail: Operation = async (run, tx, pick, cut) => {
  const call = await locked(run, tx, pick)
  if (!call || !(await failedCall(tx, call.id))) return undefined
  await cut()
  await release(tx, run.books.clock, call.id, 'no answer')
  return undefined
}

/** Of two with one key the first counts, and both say the same. */
const adjustBy: Operation = async (run, tx, pick, cut) => {
  const { userId } = makerOf(run, pick)
  const at = pick(OPS, 'adjustment')
  const amountMicro = BigInt(at) - BigInt(Math.floor(OPS / 2))
  await cut()
  const change = { key: `${userId}:${at}`, userId, amountMicro, reason: 'by hand', actor: userId }
  const adjusted = await adjust(tx, run.books.clock, change)
  return adjusted.ok ? { userId, micro: amountMicro, key: `adjust:${change.key}` } : undefined
}

const giveBack: Operation = async (run, tx, pick, cut) => {
  const maker = makerOf(run, pick)
  const at = pick(OPS, 'refund')
  const given = {
    ...maker,
    key: `${maker.userId}:${at}`,
    taskId: 'T1',
    amountMicro: BigInt(at),
    reason: 'stuck',
    purse: 'available',
  } as const
  await cut()
  await refund(tx, run.books.clock, given)
  return at === 0 ? undefined : { userId: maker.userId, micro: BigInt(at), key: `refund:${given.key}` }
}

/** A word about a payment: a new one, one that came before, or one that is older. */
const heard: Operation = async (run, tx, pick, cut) => {
  const { notice, whole } = run.orders[pick(run.orders.length, 'order')] ?? {}
  if (!notice || !whole) throw new Error('there are orders')
  const refundedMinor = BigInt(pick(4, 'refunded')) * (ORDERED / 3n)
  // Mostly over again: a disputed payment locks its maker out of everything else.
  const dispute = (['open', 'lost'] as const)[pick(12, 'dispute')] ?? 'won'
  const words: readonly Partial<PaymentNotice>[] = [
    whole,
    whole,
    { refundedMinor },
    { refundedMinor },
    { dispute },
  ]
  const atMs = run.books.clock.nowMs() - pick(LATE_MS_MAX, 'late')
  await takeNotice(tx, run.books.clock, notice({ ...words[pick(words.length, 'words')], atMs }))
  await cut()
  return undefined
}

const bonus: Operation = async (run, tx, pick, cut) => {
  const { userId } = makerOf(run, pick)
  const at = pick(OPS, 'bonus')
  const given = { key: `${userId}:${at}`, userId, amountMicro: BigInt(at) + 1n, reason: 'A friend came' }
  await giveBonus(tx, run.books.clock, given)
  await cut()
  return { userId, micro: given.amountMicro, key: `bonus:${given.key}` }
}

/** Pays what is owed from what is there by now, and unlocks the account where the facts allow it. */
const payDebt: Operation = async (run, tx, pick, cut) => {
  const { userId } = makerOf(run, pick)
  await collect(tx, run.books.clock, userId, newId())
  await cut()
  await refreeze(tx, userId)
  return undefined
}

const grantAgain: Operation = async (run, tx, pick) => {
  await openAccounts(tx, run.books.clock, makerOf(run, pick).userId, GRANT)
  return undefined
}

/** Leaves the calls of a project behind, or comes back to them. */
const moveOn: Operation = async (run, tx, pick) => {
  const { projectId } = makerOf(run, pick)
  await tx
    .update(projects)
    .set({ step: sql`3 - ${projects.step}` })
    .where(eq(projects.id, projectId))
  return undefined
}

/** In transactions of its own. */
const sweep: Operation = async ({ books }) => {
  await releaseOrphans({ ...books, ends: [] })
  return undefined
}

const OPERATIONS: readonly { name: string; weight: number; operation: Operation }[] = [
  { name: 'hold', weight: 35, operation: begin },
  { name: 'capture', weight: 30, operation: finish },
  { name: 'release', weight: 12, operation: fail },
  { name: 'adjustment', weight: 8, operation: adjustBy },
  { name: 'refund', weight: 8, operation: giveBack },
  { name: 'payment', weight: 12, operation: heard },
  { name: 'bonus', weight: 2, operation: bonus },
  { name: 'collection', weight: 4, operation: payDebt },
  { name: 'grant', weight: 3, operation: grantAgain },
  { name: 'move on', weight: 2, operation: moveOn },
  { name: 'sweep', weight: 2, operation: sweep },
]
const WEIGHTS = OPERATIONS.reduce((sum, { weight }) => sum + weight, 0)

function chosen(at: number): (typeof OPERATIONS)[number] {
  let left = chance(WEIGHTS, SEED, at, 'operation')
  const found = OPERATIONS.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  if (!found) throw new Error('the weights add up')
  return found
}

const counted = ({ counts }: Run, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)

/** Ends the connection of a transaction from another one, as a server that restarts does, or a network that breaks. */
async function endConnection({ books }: Run, tx: Sql): Promise<void> {
  const [own] = await rows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
  await rows(books.database.sql, sql`select pg_terminate_backend(${own?.pid})`)
}

const LOST =
  /terminating connection|Connection terminated|ECONNRESET|EPIPE|connection error and is not queryable/

function isConnectionLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  return LOST.test(thrown.message) || isConnectionLost(thrown.cause)
}

async function operate(run: Run, at: number): Promise<void> {
  const { name, operation } = chosen(at)
  const pick: Pick = (below, what) => chance(below, SEED, at, what)
  const isCut = pick(100, 'cut') < CUT_PERCENT
  const atTheEnd = pick(2, 'where') === 0
  let effect: Effect | undefined
  const transaction = run.books.database.transaction(async tx => {
    const cut = async () => {
      if (isCut && !atTheEnd) await endConnection(run, tx)
    }
    effect = await operation(run, tx, pick, cut)
    // The end of the connection and the commit are under way at the same time: either may come first.
    if (isCut && atTheEnd) void endConnection(run, tx).catch(() => {})
  })
  try {
    await transaction
    counted(run, name)
  } catch (thrown) {
    // The end of a connection may also come when the next transaction has it.
    if (!isConnectionLost(thrown)) throw thrown
    counted(run, 'cut')
  }
  if (effect) run.effects.set(effect.key, effect)
}

/** Balances that differ from what the operations said they moved, as far as their sets were stored. */
async function wronglyHeld({ books, makers, effects }: Run): Promise<string[]> {
  const { sql: on } = books.database
  const stored = new Set(
    (await rows<{ id: string }>(on, sql`select id from posting_sets`)).map(({ id }) => id),
  )
  const moved = [...effects.values()].filter(({ key }) => stored.has(key))
  const wrong: string[] = []
  for (const { userId } of makers) {
    const bought = await on.select().from(payments).where(eq(payments.userId, userId))
    const owed = [
      ...moved.filter(one => one.userId === userId).map(({ micro }) => micro),
      ...bought.map(({ creditedMicro }) => creditedMicro),
    ].reduce((sum, micro) => sum + micro, GRANT)
    const own = await on.select().from(accounts).where(eq(accounts.userId, userId))
    const has = own.reduce((sum, { balanceMicro }) => sum + balanceMicro, 0n)
    if (has !== owed) wrong.push(`${userId} has ${has}, owed ${owed}`)
  }
  return wrong
}

test(`${OPS} operations on ${CONNECTIONS} connections leave books that balance (seed ${SEED})`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const books = await openBooks()
  try {
    const makers: Maker[] = []
    for (let each = 0; each < MAKERS; each++) makers.push(await newMaker(books, { grantMicro: GRANT }))
    const orders: Ordered[] = []
    for (const maker of makers)
      while (orders.length < ORDERS * (makers.indexOf(maker) + 1))
        orders.push(await newOrder(books, maker, ORDERED, orders.length % 2 === 0 ? 'stripe' : 'stars'))
    const run: Run = { books, makers, orders, open: [], effects: new Map(), counts: new Map() }
    const startMs = performance.now()
    let next = 0
    const work = async () => {
      while (next < OPS) await operate(run, next++)
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, work))
    const seconds = (performance.now() - startMs) / 1_000
    const said = [...run.counts].map(([what, count]) => `${count} ${what}`).join(', ')
    process.stdout.write(`seed ${SEED}: ${OPS} operations in ${seconds.toFixed(1)} s: ${said}\n`)

    expect((await audit(books.database.sql)).discrepancies).toEqual([])
    expect(await wronglyHeld(run)).toEqual([])
    const [server] = await rows<{ deadlocks: number }>(
      books.database.sql,
      sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`,
    )
    expect(server).toEqual({ deadlocks: 0 })

    // What was to be proven has happened.
    for (const { name } of OPERATIONS) expect(run.counts.get(name), name).toBeGreaterThan(0)
    expect(run.counts.get('cut')).toBeGreaterThan(0)
  } finally {
    await books.close()
  }
})
