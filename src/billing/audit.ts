import { eq, sql } from 'drizzle-orm'
import { rows, type Sql } from '../db/database.ts'
import { calls } from '../db/schema.ts'
import { chargeFor, rateFromJson } from './pricing.ts'

/** One thing that does not add up: where, and what was found. */
export type Discrepancy = { rule: string; subject: string; found: string }

export type Audit = { balanced: boolean; checked: Record<string, number>; discrepancies: Discrepancy[] }

/** At most this many discrepancies of one rule are listed. */
const LISTED_MAX = 100

type Rule = { rule: string; query: ReturnType<typeof sql> }

/** Each query returns the rows that break its rule. */
const RULES: readonly Rule[] = [
  {
    rule: 'every posting set adds up to nothing',
    query: sql`select set_id as subject, sum(amount_micro_credits)::text as found
      from postings group by set_id having sum(amount_micro_credits) <> 0`,
  },
  {
    rule: 'every balance is the sum of its postings',
    query: sql`select a.id as subject, a.balance_micro_credits::text || ' but postings say ' || coalesce(sum(p.amount_micro_credits), 0)::text as found
      from accounts a left join postings p on p.account_id = a.id
      group by a.id, a.balance_micro_credits having a.balance_micro_credits <> coalesce(sum(p.amount_micro_credits), 0)`,
  },
  {
    rule: 'the credits of a user are those of their account',
    query: sql`select u.id as subject, u.credit_balance::text || ' but available are ' || coalesce(a.balance_micro_credits, 0)::text as found
      from users u left join accounts a on a.user_id = u.id and a.kind = 'available'
      where u.credit_balance <> coalesce(a.balance_micro_credits, 0)`,
  },
  {
    rule: 'what a user sees adds up to what they have',
    query: sql`select u.id as subject, coalesce(a.total, 0)::text || ' but transactions say ' || coalesce(t.total, 0)::text as found
      from users u
      left join (select user_id, sum(balance_micro_credits) as total from accounts where user_id is not null group by user_id) a on a.user_id = u.id
      left join (select user_id, sum(amount_micro_credits) as total from credit_transactions group by user_id) t on t.user_id = u.id
      where coalesce(a.total, 0) <> coalesce(t.total, 0)`,
  },
  {
    rule: 'no user is below zero',
    query: sql`select id as subject, balance_micro_credits::text as found
      from accounts where user_id is not null and balance_micro_credits < 0`,
  },
  {
    rule: 'what is held equals the open holds',
    query: sql`select a.id as subject, a.balance_micro_credits::text || ' held, open holds say ' || coalesce(h.total, 0)::text as found
      from accounts a left join (select user_id, sum(amount_micro_credits) as total from holds where status = 'open' group by user_id) h
      on h.user_id = a.user_id where a.kind = 'held' and a.balance_micro_credits <> coalesce(h.total, 0)`,
  },
  {
    rule: 'an ended project holds nothing',
    query: sql`select h.call_id as subject, h.amount_micro_credits::text as found
      from holds h join projects p on p.id = h.project_id
      where h.status = 'open' and p.state in ('completed', 'cancelled', 'failed')`,
  },
  {
    rule: 'a call has an open hold while it is under way, and then no more',
    query: sql`select c.id as subject, c.status || ', its hold ' || coalesce(h.status, 'missing') as found
      from calls c left join holds h on h.call_id = c.id
      where c.project_id is not null and (c.status = 'started') <> (coalesce(h.status, 'missing') = 'open')`,
  },
  {
    rule: 'every completed call is charged once, exactly',
    query: sql`select c.id as subject, c.charge_micro_credits::text || ' charged, postings say ' || coalesce(r.total, 0)::text as found
      from calls c left join (select s.call_id, sum(p.amount_micro_credits) as total
        from posting_sets s join postings p on p.set_id = s.id join accounts a on a.id = p.account_id
        where s.cause = 'usage_deduction' and a.kind = 'revenue' group by s.call_id) r on r.call_id = c.id
      where c.charge_micro_credits <> coalesce(r.total, 0)`,
  },
]

/** Proves the books: each rule over every row, and every charge recomputed from its usage. */
export async function audit(on: Sql): Promise<Audit> {
  const discrepancies: Discrepancy[] = []
  for (const { rule, query } of RULES) {
    const broken = await rows<{ subject: string; found: string }>(on, sql`${query} limit ${LISTED_MAX}`)
    discrepancies.push(...broken.map(row => ({ rule, ...row })))
  }
  discrepancies.push(...(await wrongCharges(on)))
  return { balanced: discrepancies.length === 0, checked: await counts(on), discrepancies }
}

async function wrongCharges(on: Sql): Promise<Discrepancy[]> {
  const completed = await on.select(USAGE).from(calls).where(eq(calls.status, 'completed'))
  return completed
    .flatMap(call => wrongCharge(call).map(found => ({ rule: CHARGE_RULE, subject: call.id, found })))
    .slice(0, LISTED_MAX)
}

const CHARGE_RULE = 'every charge follows from its usage'

/** Without the answers, which are most of the journal. */
const USAGE = {
  id: calls.id,
  projectId: calls.projectId,
  inputTokens: calls.inputTokens,
  cachedTokens: calls.cachedTokens,
  cacheWrittenTokens: calls.cacheWrittenTokens,
  images: calls.images,
  outputTokens: calls.outputTokens,
  thinkingTokens: calls.thinkingTokens,
  rate: calls.rate,
  namedPicoUsd: calls.namedPicoUsd,
  costPicoUsd: calls.costPicoUsd,
  chargeMicro: calls.chargeMicro,
}

type Charged = Pick<typeof calls.$inferSelect, keyof typeof USAGE>

function wrongCharge(call: Charged): string[] {
  const rate = rateFromJson(call.rate)
  if (!rate.ok) return [rate.says]
  const { picoUsd, micro: price } = chargeFor(call, rate.value, call.namedPicoUsd ?? undefined)
  // The operator's own tries of a model are charged to nobody, whatever they cost.
  const micro = call.projectId === null ? 0n : price
  return [
    ...(picoUsd === call.costPicoUsd ? [] : [`${call.costPicoUsd} pico-USD, its usage says ${picoUsd}`]),
    ...(micro === call.chargeMicro ? [] : [`${call.chargeMicro} charged, its usage says ${micro}`]),
  ]
}

async function counts(on: Sql): Promise<Record<string, number>> {
  const [row] = await rows<Record<string, number>>(
    on,
    sql`select (select count(*)::int from accounts) as accounts, (select count(*)::int from posting_sets) as posting_sets,
      (select count(*)::int from postings) as postings, (select count(*)::int from holds) as holds,
      (select count(*)::int from calls) as calls`,
  )
  return row ?? {}
}
