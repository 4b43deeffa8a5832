import { and, asc, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import { taskSchema } from '../agents/plan.ts'
import type { Sql } from '../db/database.ts'
import { acceptanceTests, attempts, calls, deliveries, events, projects, tasks } from '../db/schema.ts'
import { invariant } from '../failure.ts'
import type { ProjectEvent, StoredEvent } from './event.ts'
import { isState } from './life.ts'
import { type Attempt, type Paused, type Project, projectFileSchema, type TaskRow } from './project.ts'

/** The SQL of projects: one function per question, rows in, domain types out. */

type ProjectRow = typeof projects.$inferSelect

const LISTED_MAX = 200
const EVENTS_MAX = 5_000

/** The project, or undefined. `lock` keeps it from moving until the transaction ends. */
export async function loadProject(on: Sql, id: string, lock?: 'lock'): Promise<Project | undefined> {
  const query = on.select().from(projects).where(eq(projects.id, id))
  const [row] = lock ? await query.for('update') : await query
  return row && toProject(row)
}

export async function listProjects(on: Sql, userId: string): Promise<Project[]> {
  const found = await on
    .select()
    .from(projects)
    .where(eq(projects.userId, userId))
    .orderBy(desc(projects.createdAt))
    .limit(LISTED_MAX)
  return found.map(toProject)
}

/** Ids of the projects that have work to do: neither parked, nor ended, nor paused. */
export async function workingProjects(on: Sql, workStates: readonly string[]): Promise<string[]> {
  const found = await on
    .select({ id: projects.id })
    .from(projects)
    .where(and(inArray(projects.state, [...workStates]), isNull(projects.paused)))
  return found.map(row => row.id)
}

/** Ids of a user's projects that rest for this reason. */
export async function pausedProjects(
  on: Sql,
  userId: string,
  reasons: readonly Paused['reason'][],
): Promise<string[]> {
  const found = await on
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.userId, userId), inArray(sql`${projects.paused} ->> 'reason'`, [...reasons])))
  return found.map(row => row.id)
}

export async function insertProject(tx: Sql, project: Project): Promise<void> {
  await tx.insert(projects).values(toRow(project))
}

/** Writes the project if nobody has since the caller read it; says whether it was written. */
export async function updateProject(tx: Sql, project: Project, epochSeen: number): Promise<boolean> {
  const written = await tx
    .update(projects)
    .set(toRow(project))
    .where(and(eq(projects.id, project.id), eq(projects.epoch, epochSeen)))
    .returning({ id: projects.id })
  return written.length > 0
}

/** Appends events in order; the project's row is locked by the same transaction, so numbers are never given twice. */
export async function appendEvents(
  tx: Sql,
  projectId: string,
  happened: readonly ProjectEvent[],
  atMs: number,
): Promise<StoredEvent[]> {
  if (happened.length === 0) return []
  const [last] = await tx
    .select({ seq: sql<number>`coalesce(max(${events.seq}), 0)::int` })
    .from(events)
    .where(eq(events.projectId, projectId))
  const stored = happened.map((event, index) => ({
    ...event,
    projectId,
    seq: (last?.seq ?? 0) + index + 1,
    atMs,
  }))
  await tx.insert(events).values(
    stored.map(({ projectId: id, seq, atMs: ms, type, ...data }) => ({
      projectId: id,
      seq,
      type,
      data,
      at: new Date(ms),
    })),
  )
  return stored
}

/** Events after a number, oldest first, at most 5,000. */
export async function eventsAfter(on: Sql, projectId: string, seq: number): Promise<StoredEvent[]> {
  const found = await on
    .select()
    .from(events)
    .where(and(eq(events.projectId, projectId), gt(events.seq, seq)))
    .orderBy(asc(events.seq))
    .limit(EVENTS_MAX)
  return found.map(row => ({
    ...(row.data as ProjectEvent),
    type: row.type,
    projectId: row.projectId,
    seq: row.seq,
    atMs: row.at.getTime(),
  })) as StoredEvent[]
}

export async function tasksOf(on: Sql, projectId: string): Promise<TaskRow[]> {
  const found = await on
    .select()
    .from(tasks)
    .where(eq(tasks.projectId, projectId))
    .orderBy(asc(tasks.ordinal))
  return found.map(row => ({ ...row, task: taskSchema.parse(row.task) }))
}

/** Adds tasks behind those that are there; an id that is there already is left as it is. */
export async function addTasks(tx: Sql, projectId: string, added: readonly TaskRow['task'][]): Promise<void> {
  const [last] = await tx
    .select({ ordinal: sql<number>`coalesce(max(${tasks.ordinal}), 0)::int` })
    .from(tasks)
    .where(eq(tasks.projectId, projectId))
  const rows = added.map((task, index) => ({
    projectId,
    id: task.id,
    ordinal: (last?.ordinal ?? 0) + index + 1,
    task,
    status: 'open' as const,
  }))
  if (rows.length > 0) await tx.insert(tasks).values(rows).onConflictDoNothing()
}

/** Removes the tasks that are not done: their plan was replaced. */
export async function dropOpenTasks(tx: Sql, projectId: string): Promise<void> {
  await tx.delete(tasks).where(and(eq(tasks.projectId, projectId), eq(tasks.status, 'open')))
}

export async function setTasks(
  tx: Sql,
  projectId: string,
  ids: readonly string[],
  to: { status: TaskRow['status']; commit?: string | null },
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .update(tasks)
    .set(to)
    .where(and(eq(tasks.projectId, projectId), inArray(tasks.id, [...ids])))
}

/** Attempts at one task, or at all, oldest first. */
export async function attemptsOf(on: Sql, projectId: string, taskId?: string): Promise<Attempt[]> {
  const found = await on
    .select()
    .from(attempts)
    .where(
      and(eq(attempts.projectId, projectId), taskId === undefined ? undefined : eq(attempts.taskId, taskId)),
    )
    .orderBy(asc(attempts.at), asc(attempts.number))
  return found.map(row => ({ ...row, atMs: row.at.getTime() }) as Attempt)
}

export async function insertAttempt(tx: Sql, projectId: string, attempt: Attempt): Promise<void> {
  const { atMs, ...row } = attempt
  await tx.insert(attempts).values({ ...row, projectId, at: new Date(atMs) })
}

export async function updateAttempt(
  tx: Sql,
  projectId: string,
  attempt: Pick<Attempt, 'taskId' | 'number'>,
  to: Partial<Pick<Attempt, 'result' | 'changes' | 'checks' | 'verdict' | 'problem' | 'signature'>>,
): Promise<void> {
  await tx
    .update(attempts)
    .set(to)
    .where(
      and(
        eq(attempts.projectId, projectId),
        eq(attempts.taskId, attempt.taskId),
        eq(attempts.number, attempt.number),
      ),
    )
}

export type FrozenTest = typeof acceptanceTests.$inferSelect

export function frozenTests(on: Sql, projectId: string): Promise<FrozenTest[]> {
  return on
    .select()
    .from(acceptanceTests)
    .where(eq(acceptanceTests.projectId, projectId))
    .orderBy(asc(acceptanceTests.path))
}

export async function freezeTests(tx: Sql, tests: readonly FrozenTest[]): Promise<void> {
  if (tests.length > 0) await tx.insert(acceptanceTests).values([...tests])
}

export type Delivery = typeof deliveries.$inferSelect

export async function insertDelivery(tx: Sql, delivery: Delivery): Promise<void> {
  await tx.insert(deliveries).values(delivery)
}

/** Deliveries, newest first. */
export function deliveriesOf(on: Sql, projectId: string): Promise<Delivery[]> {
  return on
    .select()
    .from(deliveries)
    .where(eq(deliveries.projectId, projectId))
    .orderBy(desc(deliveries.number))
}

export type CallRow = typeof calls.$inferSelect

export function callsOf(on: Sql, projectId: string): Promise<CallRow[]> {
  return on
    .select()
    .from(calls)
    .where(eq(calls.projectId, projectId))
    .orderBy(asc(calls.startedAt), asc(calls.id))
}

function toProject({ createdAt, updatedAt, ...row }: ProjectRow): Project {
  const { state, backState } = row
  invariant(isState(state), `"${state}" is a state of the life table`)
  invariant(backState === null || isState(backState), `"${backState}" is a state of the life table`)
  return {
    ...row,
    state,
    backState,
    paused: row.paused as Paused | null,
    file: projectFileSchema.parse(row.file),
    createdAtMs: createdAt.getTime(),
    updatedAtMs: updatedAt.getTime(),
  }
}

function toRow(project: Project): ProjectRow {
  const { id, userId, description, state, backState, step, epoch, paused, file, capMicro } = project
  const at = { createdAt: new Date(project.createdAtMs), updatedAt: new Date(project.updatedAtMs) }
  return { id, userId, description, state, backState, step, epoch, paused, file, capMicro, ...at }
}
