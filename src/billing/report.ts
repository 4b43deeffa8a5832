import { type SQL, sql } from 'drizzle-orm'
import { rows, type Sql } from '../db/database.ts'

/** By what a report is split. */
export const REPORT_BY = ['provider', 'model', 'project', 'user', 'day'] as const
export type ReportBy = (typeof REPORT_BY)[number]

/** Days in UTC, `2026-11-25`, both of them included. */
export type Period = { from?: string | undefined; to?: string | undefined }

/**
 * What calls cost the platform (lost generations included), what users paid for them and got back, in pico-USD. Credits
 * count at what one was worth when their call was made; those that were granted count like those that were bought.
 */
export type Figures = { calls: number; costPicoUsd: bigint; revenuePicoUsd: bigint; refundsPicoUsd: bigint }

export type Report = {
  total: Figures
  rows: (Figures & { key: string })[]
  /** The rehearsal model costs nothing: what is paid for it is play money, and in no figure above. */
  rehearsal: Figures
  quotes: QuoteRecord
}

/** How good quotes were, over the projects that were delivered. The low end of a range is
 * what half of all projects should stay below, the high end what nine in ten should; ratios are of what was spent to the
 * low end. */
export type QuoteRecord = {
  projects: number
  below: number
  inside: number
  above: number
  overCap: number
  medianRatio: number | null
}

/** The provider that plays: src/llm/rehearsal. */
export const REHEARSAL = 'rehearsal'
const NOTHING: Figures = { calls: 0, costPicoUsd: 0n, revenuePicoUsd: 0n, refundsPicoUsd: 0n }

/** Costs, revenue and refunds of a period, and how good the quotes of the projects were that ended in it. */
export async function report(on: Sql, period: Period, by: ReportBy): Promise<Report> {
  const [played, real] = [await figures(on, period, PLAYED), await figures(on, period, PAID)]
  return {
    total: real[0] ?? NOTHING,
    rows: await figures(on, period, PAID, KEYS[by]),
    rehearsal: played[0] ?? NOTHING,
    quotes: await quoteRecord(on, period),
  }
}

const KEYS: Readonly<Record<ReportBy, SQL>> = {
  provider: sql`coalesce(provider, '')`,
  model: sql`coalesce(provider || ':' || model, '')`,
  project: sql`coalesce(project_id, '')`,
  user: sql`user_id`,
  day: sql`to_char(at at time zone 'UTC', 'YYYY-MM-DD')`,
}

const PLAYED = sql`provider = ${REHEARSAL}`
const PAID = sql`provider is distinct from ${REHEARSAL}`

type Row = { key: string; calls: number; cost: string; revenue: string; refunds: string }

async function figures(
  on: Sql,
  period: Period,
  which: SQL,
  key: SQL = sql`''::text`,
): Promise<(Figures & { key: string })[]> {
  const found = await rows<Row>(
    on,
    sql`with ${LINES}
      select ${key} as key, sum(calls)::int as calls, coalesce(sum(cost), 0)::text as cost,
        round(coalesce(sum(revenue), 0))::text as revenue, round(coalesce(sum(refund), 0))::text as refunds
      from lines where ${which} and ${during(sql`at`, period)} group by 1 order by 1`,
  )
  return found.map(row => ({
    key: row.key,
    calls: row.calls,
    costPicoUsd: BigInt(row.cost),
    revenuePicoUsd: BigInt(row.revenue),
    refundsPicoUsd: BigInt(row.refunds),
  }))
}

/**
 * A line for each call, and for each part of a refund: a refund is of a task, and falls on the calls that were paid for
 * that task by then, by what was paid for each.
 */
const LINES = sql`
  paid as (
    select s.call_id, -sum(p.amount_micro_credits) as micro
    from posting_sets s join postings p on p.set_id = s.id join accounts a on a.id = p.account_id
    where s.cause = 'usage_deduction' and a.user_id is not null group by s.call_id),
  made as (
    select c.provider, c.model, c.project_id, c.task_id, c.user_id, coalesce(c.ended_at, c.started_at) as at,
      c.cost_pico_usd + c.lost_pico_usd as cost, coalesce(paid.micro, 0) as micro,
      (c.rate ->> 'creditPicoUsd')::numeric / 1000000 as pico_per_micro
    from calls c left join paid on paid.call_id = c.id where c.status <> 'started'),
  refunded as (
    select s.id, s.project_id, s.task_id, s.user_id, s.at, sum(p.amount_micro_credits) as micro
    from posting_sets s join postings p on p.set_id = s.id join accounts a on a.id = p.account_id
    where s.cause = 'refund' and a.user_id is not null group by s.id),
  shares as (
    select r.id, m.provider, m.model, r.micro * m.micro / sum(m.micro) over (partition by r.id) * m.pico_per_micro as refund
    from refunded r join made m on m.project_id = r.project_id and m.task_id = r.task_id and m.at <= r.at and m.micro > 0),
  lines as (
    select provider, model, project_id, user_id, at, 1 as calls, cost, micro * pico_per_micro as revenue, 0::numeric as refund
    from made
    union all
    select h.provider, h.model, r.project_id, r.user_id, r.at, 0, 0, 0,
      coalesce(h.refund, r.micro * (select pico_per_micro from made order by at desc limit 1))
    from refunded r left join shares h on h.id = r.id)`

function during(at: SQL, { from, to }: Period): SQL {
  const since = from === undefined ? sql`true` : sql`${at} >= ${`${from}T00:00:00Z`}::timestamptz`
  const until =
    to === undefined ? sql`true` : sql`${at} < ${`${to}T00:00:00Z`}::timestamptz + interval '24 hours'`
  return sql`${since} and ${until}`
}

/** A quote is for what comes after the plan, refunds taken off; the last plan of a project counts. */
async function quoteRecord(on: Sql, period: Period): Promise<QuoteRecord> {
  const [found] = await rows<QuoteRecord>(
    on,
    sql`with delivered as (
        select p.id, p.cap_micro_credits as cap, (p.file -> 'quote' ->> 'fromMicro')::numeric as low,
          (p.file -> 'quote' ->> 'toMicro')::numeric as high,
          (select max(at) from events where project_id = p.id and type = 'planned') as planned_at
        from projects p
        where p.state = 'completed' and p.file -> 'quote' ->> 'fromMicro' is not null
          and ${during(sql`(select max(at) from events where project_id = p.id and type = 'ended')`, period)}
          and not exists (select 1 from calls where project_id = p.id and provider = ${REHEARSAL})),
      spent as (
        select d.*, coalesce(-sum(t.amount_micro_credits), 0) as total,
          coalesce(-sum(t.amount_micro_credits) filter (where t.at > d.planned_at), 0) as since
        from delivered d left join credit_transactions t on t.project_id = d.id
        where d.planned_at is not null group by d.id, d.cap, d.low, d.high, d.planned_at)
      select count(*)::int as projects, (count(*) filter (where since < low))::int as below,
        (count(*) filter (where since between low and high))::int as inside,
        (count(*) filter (where since > high))::int as above, (count(*) filter (where total > cap))::int as "overCap",
        percentile_cont(0.5) within group (order by (since / nullif(low, 0))::float8) as "medianRatio"
      from spent`,
  )
  return found ?? { projects: 0, below: 0, inside: 0, above: 0, overCap: 0, medianRatio: null }
}
