import { sql } from 'drizzle-orm'

/** What must hold of the books, row by row. The charges are recomputed in audit.ts. */

export type Rule = { rule: string; query: ReturnType<typeof sql> }

/**
 * What each payment is worth, worked out apart from what was posted for it: the credits of its order for as much as was
 * not given back; nothing while it is disputed, after that was lost, or where it is not what was ordered.
 */
const WORTHS = sql`select y.id, y.order_id, y.changes, y.credited_micro_credits as credited, case
    when y.paid_minor is null or y.paid_minor <> o.amount_minor or y.currency <> o.currency or y.dispute in ('open', 'lost') then 0
    else div(o.credits_micro::numeric * (y.paid_minor - least(y.refunded_minor, y.paid_minor)), y.paid_minor)
  end as worth
  from payments y join orders o on o.id = y.order_id`

/** Each query returns the rows that break its rule. */
export const RULES: readonly Rule[] = [
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
      from accounts where kind in ('available', 'held') and balance_micro_credits < 0`,
  },
  {
    rule: 'nobody is above zero on the tab or on what is owed',
    query: sql`select id as subject, balance_micro_credits::text as found
      from accounts where kind in ('tab', 'owed') and balance_micro_credits > 0`,
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
        where s.cause = 'usage_deduction' and a.kind in ('revenue', 'providers') group by s.call_id) r on r.call_id = c.id
      where c.charge_micro_credits <> coalesce(r.total, 0)`,
  },
  {
    rule: 'every payment is credited what it is worth',
    query: sql`select id as subject, credited::text || ' credited, worth ' || worth::text as found
      from (${WORTHS}) w where credited <> worth`,
  },
  {
    rule: 'what a payment was credited is what was posted for it',
    query: sql`select y.id as subject, y.credited_micro_credits::text || ' credited, postings say ' || coalesce(p.total, 0)::text as found
      from payments y left join (select s.payment_id, a.user_id, sum(p.amount_micro_credits) as total
        from posting_sets s join postings p on p.set_id = s.id join accounts a on a.id = p.account_id
        where s.cause = 'purchase' and a.user_id is not null group by s.payment_id, a.user_id) p
      on p.payment_id = y.id and p.user_id = y.user_id
      where y.credited_micro_credits <> coalesce(p.total, 0)`,
  },
  {
    rule: 'a payment moves the credits of nobody else',
    query: sql`select s.id as subject, 'for ' || s.user_id || ', its payment is of ' || y.user_id as found
      from posting_sets s join payments y on y.id = s.payment_id where s.user_id <> y.user_id`,
  },
  {
    rule: 'an order that brought credits is paid',
    query: sql`select distinct o.id as subject, o.status as found
      from orders o join (${WORTHS}) w on w.order_id = o.id
      where o.status <> 'paid' and (w.worth > 0 or w.changes > 0)`,
  },
  {
    rule: 'who owes something or disputes a payment is locked',
    query: sql`select u.id as subject,
        coalesce(-a.balance_micro_credits, 0)::text || ' owed, disputes open: ' || coalesce(d.open, 0)::text as found
      from users u left join accounts a on a.user_id = u.id and a.kind = 'owed'
      left join (select user_id, count(*) as open from payments where dispute = 'open' group by user_id) d on d.user_id = u.id
      where u.frozen is null and (a.balance_micro_credits < 0 or d.open > 0)`,
  },
]
