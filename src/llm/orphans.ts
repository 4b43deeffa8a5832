import { and, asc, eq, inArray, isNull, lt, ne, or, type SQL } from 'drizzle-orm'
import type { Clock } from '../clock.ts'
import type { Database, Sql } from '../db/database.ts'
import { calls, projects } from '../db/schema.ts'
import { fail } from './finish.ts'
import type { ModelFailure } from './model.ts'

/**
 * Holds that nobody comes back for. A call in doubt is made again by whoever goes on with its project; where the project
 * has ended, or has moved on and left the call behind, nobody does, and its credits would stay set aside for ever.
 */

/** `ends`: the states in which a project has ended. */
type Parts = { database: Database; clock: Clock; ends: readonly string[] }

/** Longer than any model answers: the answer of a call this old that its project left behind is not waited for. */
export const ORPHAN_MS = 3_600_000
/** Orphans are rare. What is left over waits for the next sweep. */
const SWEPT_MAX = 1_000

const ENDED = {
  kind: 'cancelled',
  fault: 'caller',
  says: 'Its project has moved on.',
  retry: false,
} as const satisfies ModelFailure

/**
 * Releases what orphaned calls hold, each in a transaction of its own with the locks of the journal in the order of the
 * journal: project, call, hold, accounts. An answer that arrives at the same moment either comes first and is charged, or
 * comes second and is the platform's cost. Returns how many were released.
 */
export async function releaseOrphans(parts: Parts): Promise<number> {
  const { database } = parts
  const suspects = await database.sql
    .select({ callId: calls.id, projectId: projects.id })
    .from(calls)
    .innerJoin(projects, eq(projects.id, calls.projectId))
    .where(orphaned(parts))
    .orderBy(asc(calls.startedAt))
    .limit(SWEPT_MAX)
  let released = 0
  for (const suspect of suspects)
    if (await database.transaction(tx => releaseOrphan(tx, parts, suspect))) released += 1
  return released
}

type Suspect = { callId: string; projectId: string }

/** Looks again under the locks: the call may have been answered, or taken up again, since it was found. */
async function releaseOrphan(tx: Sql, parts: Parts, { callId, projectId }: Suspect): Promise<boolean> {
  await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
  await tx.select({ id: calls.id }).from(calls).where(eq(calls.id, callId)).for('no key update')
  const [orphan] = await tx
    .select({ id: calls.id })
    .from(calls)
    .innerJoin(projects, eq(projects.id, calls.projectId))
    .where(and(eq(calls.id, callId), orphaned(parts)))
  if (!orphan) return false
  await fail(tx, parts.clock, callId, { failure: ENDED })
  return true
}

/** Calls from before epochs were kept are known by their step, which moves on with every outcome. */
function orphaned({ clock, ends }: Parts): SQL | undefined {
  const leftBehind = or(
    ne(calls.epoch, projects.epoch),
    and(isNull(calls.epoch), ne(calls.step, projects.step)),
  )
  const old = lt(calls.startedAt, new Date(clock.nowMs() - ORPHAN_MS))
  return and(eq(calls.status, 'started'), or(inArray(projects.state, ends), and(old, leftBehind)))
}
