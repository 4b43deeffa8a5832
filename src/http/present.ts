import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { spentMicro } from '../billing/holds.ts'
import { credits, usd } from '../billing/money.ts'
import { balanceOf } from '../billing/posting.ts'
import { users } from '../db/schema.ts'
import { invariant } from '../failure.ts'
import { spentToday } from '../llm/dayLimit.ts'
import type { Model } from '../llm/model.ts'
import { nameOf } from '../llm/route.ts'
import { allowedNow } from '../projects/decide.ts'
import { life } from '../projects/life.ts'
import { type PictureFacts, pictureFactsOf } from '../projects/pictures.ts'
import type { Attempt, Project, TaskRow } from '../projects/project.ts'
import { taskInHand } from '../projects/series.ts'
import { paidPerTask } from '../projects/spending.ts'
import { attemptsOf, type CallRow, callsOf, type Delivery, deliveriesOf, tasksOf } from '../projects/store.ts'
import { titleOf } from '../projects/title.ts'
import type { Context } from './context.ts'
import {
  type AttemptView,
  type CallView,
  type DeliveryView,
  deliveryView,
  type PictureView,
  type ProjectView,
  type SessionView,
  type SummaryView,
  type TaskView,
} from './views.ts'

/** Domain in, views out. */

const TITLE_CHARACTERS_MAX = 80
/** As the journal wrote it, see `ModelFailure`. */
const failureSchema = z.object({ kind: z.string() })

export async function sessionOf({ parts, userId, models }: Context): Promise<SessionView> {
  const balance = await balanceOf(parts.database.sql, userId)
  const { sandbox } = parts
  const route = models.route()
  return {
    user: { id: userId, name: userId },
    balance: { availableCredits: credits(balance.availableMicro), heldCredits: credits(balance.heldMicro) },
    billing: await billingOf(parts, userId, balance.owedMicro),
    models: { architect: firstOf(route.architect), implementer: firstOf(route.implementer) },
    examples: models.examples().map(example => exampleView(example, parts)),
    sandbox: sandbox.ok
      ? { backend: sandbox.value.sandbox.backend, says: null }
      : { backend: 'none', says: sandbox.says },
  }
}

async function billingOf(
  { database, clock, tariff }: Context['parts'],
  userId: string,
  owedMicro: bigint,
): Promise<SessionView['billing']> {
  const [user] = await database.sql.select().from(users).where(eq(users.id, userId))
  const { dayLimitPicoUsd: limit, projectLimitMicro } = tariff
  return {
    shows: tariff.shows,
    creditUsd: usd(tariff.markup.creditPicoUsd),
    low: tariff.lowMicro !== null && user?.lowSince != null,
    locked: user?.frozen ?? null,
    owedCredits: credits(owedMicro),
    today:
      limit === null ? null : { spentUsd: usd(await spentToday(database.sql, clock)), limitUsd: usd(limit) },
    projectLimitCredits: projectLimitMicro === null ? null : credits(projectLimitMicro),
  }
}

/** Who answers first for a role; the others of the route stand in. */
function firstOf(models: readonly Model[]): { provider: string; model: string } {
  const [first] = models
  invariant(first !== undefined, 'every role has a model')
  return nameOf(first)
}

export async function summaryOf({ parts }: Context, project: Project): Promise<SummaryView> {
  const { sql } = parts.database
  const [rows, spending] = [await tasksOf(sql, project.id), await spentMicro(sql, project.id)]
  return {
    id: project.id,
    title: project.file.brief?.title ?? titleOf(project.description, TITLE_CHARACTERS_MAX),
    state: project.state,
    paused: project.paused !== null,
    waits: project.paused !== null || life[project.state].kind === 'parked',
    tasksDone: rows.filter(row => row.status === 'done').length,
    tasks: rows.length,
    hidden: project.file.hidden,
    spentCredits: credits(spending.spentMicro),
    createdAtMs: project.createdAtMs,
    updatedAtMs: project.updatedAtMs,
  }
}

export async function projectOf(context: Context, project: Project): Promise<ProjectView> {
  const { sql } = context.parts.database
  const rows = await tasksOf(sql, project.id)
  const attempts = await attemptsOf(sql, project.id)
  const paid = await paidPerTask(sql, project.id)
  const spending = await spentMicro(sql, project.id)
  const pictures = await pictureFactsOf(sql, project.id)
  const { brief, plan, quote, questions, answered, decision } = project.file
  return {
    ...(await summaryOf(context, project)),
    description: project.description,
    pause: project.paused,
    decision: project.state === 'deciding' ? decision : null,
    allowed: allowedNow(project, rows),
    questions: project.state === 'asking' ? questions : [],
    answered,
    brief,
    plan: plan && withoutTasks(plan),
    taskList: rows.map(row => taskView(row, attempts, paid)),
    task: taskInHand(rows)?.id ?? null,
    quote: quote && {
      fromCredits: credits(BigInt(quote.fromMicro)),
      toCredits: credits(BigInt(quote.toMicro)),
      capCredits: credits(BigInt(quote.capMicro)),
    },
    capCredits: credits(project.capMicro),
    heldCredits: credits(spending.heldMicro),
    providers: [...new Set((await callsOf(sql, project.id)).map(call => call.provider))],
    deliveries: (await deliveriesOf(sql, project.id)).map(each =>
      deliveryOf(each, plan?.slug ?? project.id, pictures),
    ),
  }
}

export function attemptOf(attempt: Attempt): AttemptView {
  const { taskId, number, result, problem, changes, applied, checks, verdict, atMs } = attempt
  return {
    task: taskId,
    number,
    result,
    problem,
    changes: [...changes],
    applied: [...applied],
    checks: [...checks],
    verdict,
    atMs,
  }
}

export function callOf(call: CallRow): CallView {
  const { id, kind, taskId, provider, model, status, repeats, latencyMs } = call
  const { inputTokens, cachedTokens, outputTokens } = call
  const amounts = { credits: credits(call.chargeMicro), latencyMs, startedAtMs: call.startedAt.getTime() }
  const tokens = { inputTokens, cachedTokens, outputTokens }
  const failure = failureSchema.safeParse(call.failure).data?.kind ?? null
  return { id, kind, task: taskId, provider, model, status, repeats, failure, ...tokens, ...amounts }
}

function taskView(row: TaskRow, attempts: readonly Attempt[], paid: ReadonlyMap<string, bigint>): TaskView {
  return {
    ...row.task,
    status: row.status,
    commit: row.commit,
    attempts: attempts.filter(attempt => attempt.taskId === row.id).length,
    spentCredits: credits(paid.get(row.id) ?? 0n),
  }
}

function withoutTasks<Plan extends { tasks: unknown }>({ tasks: _, ...plan }: Plan): Omit<Plan, 'tasks'> {
  return plan
}

function deliveryOf(delivery: Delivery, slug: string, pictures: readonly PictureFacts[]): DeliveryView {
  const { number, commit, treeSha256, zip, proof, at } = delivery
  const commands = deliveryView.shape.commands.parse(proof)
  return {
    number,
    file: `${slug}.zip`,
    bytes: zip.byteLength,
    commit,
    treeSha256,
    atMs: at.getTime(),
    commands,
    pictures: pictures.filter(picture => picture.delivery === number).map(pictureOf),
  }
}

function pictureOf({ name, path, size, title, width, height, sha256 }: PictureFacts): PictureView {
  return { name, path, size, title, width, height, sha256 }
}

type Example = ReturnType<Context['models']['examples']>[number]

function exampleView({ toolchain, ...example }: Example, { sandbox }: Pick<Context['parts'], 'sandbox'>) {
  const found = sandbox.ok ? sandbox.value.toolchains.find(({ id }) => id === toolchain) : undefined
  const missing = [...(found?.missing ?? []), ...(found?.fetchLacks?.missing ?? [])]
  return { ...example, lacks: missing.length === 0 ? null : `${missing.join(', ')}: ${found?.install}` }
}
