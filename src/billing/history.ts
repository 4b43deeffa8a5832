import { type SQL, sql } from 'drizzle-orm'
import { rows, type Sql } from '../db/database.ts'
import type { Usage } from './money.ts'
import { REHEARSAL } from './report.ts'

/**
 * What delivered projects used up after their last plan, as tokens and not as money, so that quotes can price it at the
 * rates of today.
 */
export type History = readonly Finished[]

export type Finished = {
  /** Documents, acceptance tests, the verdict on the whole, the README. */
  fixed: Uses
  /** The work on all tasks together. */
  onTasks: Uses
  /** The tasks that this was for. Those that a review added are part of what the planned ones cost. */
  tasks: number
}

/** By whose price it is paid. A plan knows two prices: reviewers are paid like the Architect. */
export type Uses = Readonly<Record<PaidAs, Used>>
type PaidAs = 'architect' | 'implementer'

/** The tokens of this many calls, added up. */
export type Used = Usage & { calls: number }

export const emptyHistory: History = []

/** Older projects say little about the models and prompts of today. */
const HISTORY_MAX = 100

/**
 * The newest delivered projects: those that the rehearsal model played, or those without any of it. What a script uses
 * up says nothing about real models.
 */
export async function historyOf(on: Sql, played: boolean): Promise<History> {
  const found = await rows<Row>(on, usesAfterPlans(played))
  const projects = Map.groupBy(found, row => row.project)
  return [...projects.values()].map(own => ({
    fixed: usesIn(own.filter(row => !row.onTask)),
    onTasks: usesIn(own.filter(row => row.onTask)),
    tasks: own[0]?.tasks ?? 0,
  }))
}

type Row = Used & { project: string; tasks: number; onTask: boolean; paidAs: PaidAs }

const UNUSED: Used = {
  calls: 0,
  inputTokens: 0,
  cachedTokens: 0,
  cacheWrittenTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
  images: 0,
}

function usesIn(found: readonly Row[]): Uses {
  const by = (paidAs: PaidAs) => usedIn(found.find(row => row.paidAs === paidAs) ?? UNUSED)
  return { architect: by('architect'), implementer: by('implementer') }
}

function usedIn({ calls, images, ...row }: Used): Used {
  const { inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens } = row
  return { calls, inputTokens, cachedTokens, cacheWrittenTokens, outputTokens, thinkingTokens, images }
}

/**
 * At most four rows a project. `offset 0` keeps the planner from turning the look into each project round: calls, events
 * and books are read by their index, for the newest projects only. Measured: 65 ms with 10,000 calls in the house; with
 * 200,000 it reads a third more pages.
 *
 * What was given back does not count: of a task, all until the refund that returned the last of it; of a step (refunds
 * name it in their key), its calls. Nor does an answer that came too late to be charged. What the Architect's model wrote
 * in the place of an Implementer is paid like the Architect, unless the Implementer's own model is the same.
 */
function usesAfterPlans(played: boolean): SQL {
  return sql`with delivered as (
      select p.id, plan.at as planned_at, plan.tasks as planned
      from (select id, updated_at from projects where state = 'completed' order by updated_at desc, id offset 0) p
        cross join lateral (
          select at, (data ->> 'tasks')::int as tasks from events
          where project_id = p.id and type = 'planned' order by seq desc limit 1) plan
      where ${played}::boolean = all (select provider = ${REHEARSAL} from calls where project_id = p.id)
      order by p.updated_at desc, p.id limit ${HISTORY_MAX}),
    booked as (
      select d.id as project_id, d.planned, t.*, sum(micro) over (partition by d.id, task_id order by at) as net
      from delivered d cross join lateral (
        select id as key, type, usage_id, task_id, amount_micro_credits as micro, at from credit_transactions
        where project_id = d.id and at > d.planned_at offset 0) t),
    cleared as (
      select *, max(at) filter (where type = 'refund' and net >= 0) over (partition by project_id, task_id) as cleared_at
      from booked),
    paid as (
      select c.id, c.project_id, c.task_id, c.role, c.provider || ':' || c.model as name, c.input_tokens, c.cached_tokens,
        c.cache_written_tokens, c.output_tokens, c.thinking_tokens, c.images, b.at, b.planned
      from cleared b join calls c on c.id = b.usage_id
        left join booked returned on returned.key = 'refund:' || c.project_id || ':' || c.step
      where (b.micro < 0 or c.charge_micro_credits = 0) and returned.key is null
        and (b.task_id is null or b.cleared_at is null or b.at > b.cleared_at)),
    named as (
      select *, bool_or(role = 'architect') over (partition by project_id, name) as of_architect,
        first_value(name) over (partition by project_id, role order by at, id) as own
      from paid),
    counted as (
      select project_id, least(planned, count(distinct task_id))::int as tasks from paid group by project_id, planned)
    select n.project_id as project, c.tasks, n.task_id is not null as "onTask",
      case when n.role <> 'implementer' or (n.of_architect and n.name <> n.own) then 'architect' else 'implementer' end
        as "paidAs",
      count(*)::float8 as calls, sum(n.input_tokens)::float8 as "inputTokens",
      sum(n.cached_tokens)::float8 as "cachedTokens", sum(n.cache_written_tokens)::float8 as "cacheWrittenTokens",
      sum(n.output_tokens)::float8 as "outputTokens", sum(n.thinking_tokens)::float8 as "thinkingTokens",
      sum(n.images)::float8 as images
    from named n join counted c on c.project_id = n.project_id group by 1, 2, 3, 4`
}
