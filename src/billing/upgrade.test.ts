import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../tests/set-up/database.ts'
import { openDatabase, rows } from '../db/database.ts'
import journal from '../db/migrations/meta/_journal.json' with { type: 'json' }
import { audit } from './audit.ts'

/** Databases of earlier versions, which hold what people paid for, are brought up to date with what is in them. */

/** A database as the first so many migrations leave it, with what these statements put into it. */
async function databaseOf(
  migrations: number,
  ...statements: string[]
): Promise<{ url: string; drop(): Promise<void> }> {
  const { url, drop } = await freshDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'botwright-migrations-'))
  await cp(join(import.meta.dirname, '..', 'db', 'migrations'), folder, { recursive: true })
  const entries = journal.entries.slice(0, migrations)
  await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('drop schema public cascade; drop schema drizzle cascade; create schema public')
    await migrate(drizzle({ client }), { migrationsFolder: folder })
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
    await rm(folder, { recursive: true })
  }
  return { url, drop }
}

/** A user with a thousand micro-credits, adjusted by nobody knows whom, of which one call was paid and one is under way. */
const BEFORE_PAYMENTS = [
  `insert into users (id, name, role, created_at) values ('ada', 'Ada', 'maker', now())`,
  `insert into projects (id, user_id, description, state, step, epoch, file, cap_micro_credits, created_at, updated_at)
    values ('p', 'ada', 'a program', 'implementing', 1, 1, '{}', 1000, now(), now())`,
  `insert into accounts (id, kind, user_id, balance_micro_credits) values ('available:ada', 'available', 'ada', 0), ('held:ada', 'held', 'ada', 0)`,
  ...['paid', 'open'].map(
    id => `insert into calls (id, project_id, user_id, step, ordinal, prompt_sha256, try_number, repeats, kind, role, provider, model, rate, status,
        input_tokens, cached_tokens, cache_written_tokens, output_tokens, thinking_tokens, images, cost_pico_usd, lost_pico_usd, charge_micro_credits, started_at)
      values ('${id}', 'p', 'ada', 1, 1, '${id}', 1, 0, 'implement', 'implementer', 'google', 'model',
        '{"inputPicoUsd": "1", "cachedPicoUsd": "1", "cacheWrittenPicoUsd": "1", "outputPicoUsd": "1", "thinkingPicoUsd": "1", "imagePicoUsd": "0",
          "tiers": [], "creditPicoUsd": "1000000", "markupMillionths": "1500000"}', 'started', 0, 0, 0, 0, 0, 0, 0, 0, 0, now())`,
  ),
  `insert into holds (call_id, project_id, user_id, amount_micro_credits, status) values ('paid', 'p', 'ada', 60, 'captured'), ('open', 'p', 'ada', 60, 'open')`,
  `select post_set('adjust:1', 'manual_adjustment', 'ada', null, null, null, null, 'by hand', now(), array['adjustments#0', 'available:ada'], array[-1000, 1000])`,
  `select post_set('hold:paid', 'hold', 'ada', 'p', 'paid', null, null, 'x', now(), array['available:ada', 'held:ada'], array[-60, 60])`,
  `select post_set('hold:open', 'hold', 'ada', 'p', 'open', null, null, 'x', now(), array['available:ada', 'held:ada'], array[-60, 60])`,
  `select post_set('capture:paid', 'usage_deduction', 'ada', 'p', 'paid', null, null, 'x', now(), array['held:ada', 'available:ada', 'revenue#0'], array[-60, 15, 45])`,
  `update calls set status = 'completed', answer = 'done', ended_at = now(), input_tokens = 30, cost_pico_usd = 30, charge_micro_credits = 45 where id = 'paid'`,
]

test('the books from before anything could be bought still balance, and go on', async () => {
  const { url, drop } = await databaseOf(4, ...BEFORE_PAYMENTS)
  const database = await openDatabase({ url, dataDir: '' })
  try {
    expect(await audit(database.sql)).toMatchObject({ discrepancies: [], checked: { posting_sets: 4 } })
    const own = await rows(
      database.sql,
      sql`select kind, balance_micro_credits::int as micro from accounts where user_id = 'ada' order by kind`,
    )
    expect(own).toEqual([
      { kind: 'available', micro: 895 },
      { kind: 'held', micro: 60 },
      { kind: 'owed', micro: 0 },
      { kind: 'tab', micro: 0 },
    ])
    await rows(database.sql, sql`select capture_call('open', 45, 30, now())`)
    await rows(
      database.sql,
      sql`update calls set status = 'completed', answer = 'done', ended_at = now(), input_tokens = 30, cost_pico_usd = 30,
        charge_micro_credits = 45 where id = 'open'`,
    )
    expect((await audit(database.sql)).discrepancies).toEqual([])
    expect(await rows(database.sql, sql`select paid::int, set_aside::int from spending_of('p')`)).toEqual([
      { paid: 90, set_aside: 0 },
    ])
  } finally {
    await database.close()
    await drop()
  }
})
