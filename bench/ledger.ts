import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { audit } from '../src/billing/audit.ts'
import { capture, hold } from '../src/billing/holds.ts'
import { rateToJson } from '../src/billing/pricing.ts'
import { systemClock as clock } from '../src/clock.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { calls, projects } from '../src/db/schema.ts'
import { newId } from '../src/id.ts'
import { UNANSWERED } from '../src/llm/journal.ts'
import { type Maker, newMaker, ONE_TO_ONE } from '../tests/set-up/books.ts'
import { startServer } from '../tests/set-up/server.ts'

/**
 * `node bench/ledger.ts [--json]`: pairs of a hold and a capture per second beside pgbench's simple update, in turns on
 * one server that keeps what it confirms. A pair is two transactions; the row of its call is written before, because it
 * belongs to the journal.
 */

const CONNECTIONS = 8
const ACCOUNTS = 1_000
const ROUNDS = 3
const SECONDS = 5
/** pgbench's own advice: at least as many branches as connections. */
const SCALE = 10
/** A project of a hundred calls is a large one; the hot account has that many projects in turn. */
const CALLS_PER_PROJECT = 100
const CALLS_SPREAD = 40_000
const CALLS_HOT = 20_000
const GRANT = 1_000_000_000_000n
const HOLD = 60n
const CHARGE = 45n
const GOAL = 0.25

const run = promisify(execFile)

type Rates = { pgbench: number[]; hot: number[]; spread: number[] }
type Prepared = Maker & { callId: string }

async function bench(pgbench: string): Promise<Rates> {
  const server = await startServer({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' })
  const admin = new pg.Client({ connectionString: server.url('postgres') })
  await admin.connect()
  await admin.query('create database simple')
  await admin.query('create database books')
  const database = await openDatabase({ url: server.url('books'), dataDir: '' })
  try {
    await run(pgbench, ['-i', '-q', '-s', String(SCALE), server.url('simple')])
    const rates: Rates = { pgbench: [], hot: [], spread: [] }
    const [hot, spread] = [await hotCalls(database), await spreadCalls(database)]
    await measure(database, hot, 1)
    await measure(database, spread, 1)
    for (let round = 0; round < ROUNDS; round++) {
      await admin.query('checkpoint')
      rates.pgbench.push(await simpleUpdates(pgbench, server.url('simple')))
      rates.hot.push(await measure(database, hot, SECONDS))
      rates.spread.push(await measure(database, spread, SECONDS))
    }
    await stands(database)
    return rates
  } finally {
    await database.close()
    await admin.end()
    await server.stop()
  }
}

/** Transactions per second of `pgbench -N`: one update, one select, one insert each. */
async function simpleUpdates(pgbench: string, url: string): Promise<number> {
  const { stdout } = await run(pgbench, [
    '-N',
    '-n',
    '-c',
    String(CONNECTIONS),
    '-j',
    '2',
    '-T',
    String(SECONDS),
    url,
  ])
  return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1])
}

/** Pairs per second; takes the calls from the front of the list. */
async function measure(database: Database, waiting: Prepared[], seconds: number): Promise<number> {
  const startMs = performance.now()
  let pairs = 0
  const work = async () => {
    while (performance.now() - startMs < seconds * 1_000) {
      const call = waiting.pop()
      if (!call) throw new Error('There were too few calls prepared for this machine.')
      await pair(database, call)
      pairs += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return (pairs * 1_000) / (performance.now() - startMs)
}

async function pair(database: Database, { callId, ...maker }: Prepared): Promise<void> {
  const order = { ...maker, amountMicro: HOLD, capMicro: GRANT, purse: 'available' } as const
  const notHeld = await database.transaction(tx => hold(tx, clock, callId, order))
  if (notHeld) throw new Error(`A call could not be held: ${notHeld.why}.`)
  await database.transaction(tx => capture(tx, clock, callId, { micro: CHARGE, costMicro: CHARGE }))
}

async function hotCalls(database: Database): Promise<Prepared[]> {
  const { userId, projectId } = await makerIn(database)
  const own = [projectId]
  while (own.length < CALLS_HOT / CALLS_PER_PROJECT) own.push(newId())
  const at = new Date(clock.nowMs())
  await database.sql.insert(projects).values(
    own.slice(1).map(id => ({
      id,
      userId,
      description: 'a program',
      state: 'implementing',
      step: 1,
      epoch: 1,
      file: {},
      capMicro: GRANT,
      createdAt: at,
      updatedAt: at,
    })),
  )
  return startCalls(
    database,
    Array.from({ length: CALLS_HOT }, (_, at) => ({ userId, projectId: own[at % own.length] ?? projectId })),
  )
}

async function spreadCalls(database: Database): Promise<Prepared[]> {
  const makers: Maker[] = []
  while (makers.length < ACCOUNTS) makers.push(await makerIn(database))
  return startCalls(
    database,
    Array.from({ length: CALLS_SPREAD }, (_, at) => makers.at(at % ACCOUNTS)).filter(
      maker => maker !== undefined,
    ),
  )
}

function makerIn(database: Database): Promise<Maker> {
  return newMaker({ database, clock, close: async () => {} }, { grantMicro: GRANT })
}

const ROWS_PER_INSERT = 1_000

async function startCalls(database: Database, makers: readonly Maker[]): Promise<Prepared[]> {
  const prepared = makers.map(maker => ({ ...maker, callId: newId() }))
  for (let from = 0; from < prepared.length; from += ROWS_PER_INSERT)
    await database.sql.insert(calls).values(prepared.slice(from, from + ROWS_PER_INSERT).map(rowOf))
  return prepared
}

function rowOf({ callId, ...maker }: Prepared): typeof calls.$inferInsert {
  return {
    ...maker,
    ...UNANSWERED,
    id: callId,
    step: 1,
    ordinal: 1,
    promptSha256: callId,
    tryNumber: 1,
    kind: 'implement',
    role: 'implementer',
    provider: 'bench',
    model: 'model',
    rate: rateToJson(ONE_TO_ONE),
    startedAt: new Date(0),
  }
}

/** What was measured is what the product promises: the books balance. Calls that were not come to have failed. */
async function stands({ sql: on }: Database): Promise<void> {
  await on.execute(sql`update calls c set status = 'failed', ended_at = now()
    where not exists (select 1 from holds where call_id = c.id)`)
  await on.execute(sql`update calls set status = 'completed', answer = 'done', ended_at = now(),
    input_tokens = ${Number(CHARGE)}, cost_pico_usd = ${Number(CHARGE)}, charge_micro_credits = ${Number(CHARGE)} where status = 'started'`)
  const { discrepancies } = await audit(on)
  if (discrepancies.length > 0)
    throw new Error(`The books do not balance: ${JSON.stringify(discrepancies[0])}`)
  const [server] = (
    await on.execute<{ deadlocks: string }>(
      sql`select deadlocks::text from pg_stat_database where datname = current_database()`,
    )
  ).rows
  if (server?.deadlocks !== '0') throw new Error(`There were ${server?.deadlocks} deadlocks.`)
}

/** Debian keeps it in the package `postgresql`, a folder for each version. */
function pgbenchOf(home = '/usr/lib/postgresql'): string | undefined {
  if (!existsSync(home)) return undefined
  return readdirSync(home)
    .sort()
    .map(version => join(home, version, 'bin/pgbench'))
    .findLast(path => existsSync(path))
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const pgbench = pgbenchOf()
if (pgbench === undefined) {
  process.stderr.write('This needs pgbench, which is part of Postgres. Run: apt-get install postgresql\n')
  process.exit(2)
}
const rates = await bench(pgbench)
const ratioOf = (of: 'hot' | 'spread') =>
  median(rates[of].map((pairs, at) => pairs / (rates.pgbench[at] ?? Number.NaN)))
const found = {
  connections: CONNECTIONS,
  pgbenchPerSecond: median(rates.pgbench),
  hotPairsPerSecond: median(rates.hot),
  spreadPairsPerSecond: median(rates.spread),
  hotRatio: ratioOf('hot'),
  spreadRatio: ratioOf('spread'),
  goal: GOAL,
  rounds: rates,
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(found)}\n`)
else
  process.stdout.write(
    [
      `pgbench -N                       ${found.pgbenchPerSecond.toFixed(0)} transactions/s`,
      `hold + capture, one account      ${found.hotPairsPerSecond.toFixed(0)} pairs/s   ${found.hotRatio.toFixed(2)} of pgbench`,
      `hold + capture, ${ACCOUNTS} accounts   ${found.spreadPairsPerSecond.toFixed(0)} pairs/s   ${found.spreadRatio.toFixed(2)} of pgbench (goal ${GOAL}${found.spreadRatio < GOAL ? ', MISSED' : ''})`,
      '',
    ].join('\n'),
  )
