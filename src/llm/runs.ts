import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Sql } from '../db/database.ts'
import { engineRuns } from '../db/schema.ts'
import { done, invariant, type Result, refuse } from '../failure.ts'
import { newId, newToken, sha256 } from '../id.ts'
import { openUnderWay } from '../underWay.ts'
import { ROLES, type Role } from './model.ts'

/** What a coding agent may do through our own endpoint: for whom, as whom, how often, for how long and for how much. */
export type RunTerms = {
  projectId: string
  userId: string
  epoch: number
  step: number
  taskId?: string
  role: Role
  /** The cap of the project, which every call is held against. */
  capMicro: bigint
  callsMax: number
  lifeMs: number
}

/** A run whose token was shown and is good. */
export type Run = Omit<RunTerms, 'callsMax' | 'lifeMs'> & { id: string; expiresAtMs: number }

/** The runs of coding agents, and which of their calls are under way in this process. */
export type Runs = {
  /** Begins a run. The token is shown here and never again: its hash is all that is kept. */
  open(tx: Sql, terms: RunTerms): Promise<{ id: string; token: string }>
  /** The run of a token; undefined when it is unknown, expired or revoked. */
  find(on: Sql, token: string): Promise<Run | undefined>
  /**
   * Makes a call of the run, under an ordinal of its own and a signal that `revoke` and the run's expiry abort. Refused
   * when the run has ended meanwhile, or has made all its calls.
   */
  during<Value>(on: Sql, run: Run, call: Call<Value>): Promise<Result<Value, 'ended' | 'calls-max'>>
  /**
   * Ends a run: nothing is begun with its token any more, and what is under way in this process is aborted at once. In
   * another process it ends with its epoch or its expiry. A second time changes nothing.
   */
  revoke(on: Sql, id: string): Promise<void>
}

type Call<Value> = (ordinal: number, signal: AbortSignal) => Promise<Value>

/**
 * Calls of a run are numbered from here: the calls of the work itself begin at 1 and never come this far. A run that is
 * begun again in the same step after a crash takes the same numbers, so that what it asks in the same words is found
 * finished and is not paid for twice.
 */
export const ENGINE_ORDINAL_FROM = 1_000

/** Longer than any work on a task; also below the 24.8 days that a timer can count. */
const LIFE_MS_MAX = 24 * 3_600_000

const TOKEN = /^bw-run-[0-9a-f]{64}$/

export function openRuns(clock: Clock): Runs {
  const underWay = openUnderWay()
  return {
    open: (tx, terms) => begin(tx, clock, terms),
    find: (on, token) => find(on, clock, token),
    during: (on, run, call) =>
      underWay.during(run.id, async revoked => {
        // Registered before the number is taken: whoever revokes the run either keeps the number or aborts the call.
        const taken = await takeOrdinal(on, clock, run.id)
        if (!taken.ok) return taken
        const leftMs = Math.max(0, run.expiresAtMs - clock.nowMs())
        const signal = AbortSignal.any([revoked, AbortSignal.timeout(leftMs)])
        return signal.aborted ? ENDED : done(await call(taken.value, signal))
      }),
    revoke: async (on, id) => {
      await on
        .update(engineRuns)
        .set({ revokedAt: new Date(clock.nowMs()) })
        .where(and(eq(engineRuns.id, id), isNull(engineRuns.revokedAt)))
      underWay.stop(id)
    },
  }
}

const ENDED = refuse('ended', 'The run has ended.')

async function begin(tx: Sql, clock: Clock, terms: RunTerms): Promise<{ id: string; token: string }> {
  const { lifeMs, ...kept } = terms
  invariant(lifeMs > 0 && lifeMs <= LIFE_MS_MAX, `a run lives ${lifeMs} ms`)
  const id = newId()
  const token = `bw-run-${newToken()}`
  const nowMs = clock.nowMs()
  await tx.insert(engineRuns).values({
    ...kept,
    id,
    tokenSha256: sha256(token),
    calls: 0,
    createdAt: new Date(nowMs),
    expiresAt: new Date(nowMs + lifeMs),
  })
  return { id, token }
}

async function find(on: Sql, clock: Clock, token: string): Promise<Run | undefined> {
  if (!TOKEN.test(token)) return undefined
  const [row] = await on
    .select()
    .from(engineRuns)
    .where(and(eq(engineRuns.tokenSha256, sha256(token)), isGood(clock)))
  return row && runOf(row)
}

function runOf(row: typeof engineRuns.$inferSelect): Run {
  const { id, projectId, userId, epoch, step, taskId, role, capMicro, expiresAt } = row
  return {
    id,
    projectId,
    userId,
    epoch,
    step,
    ...(taskId === null ? {} : { taskId }),
    role: z.enum(ROLES).parse(role),
    capMicro,
    expiresAtMs: expiresAt.getTime(),
  }
}

function isGood(clock: Clock) {
  return and(isNull(engineRuns.revokedAt), gt(engineRuns.expiresAt, new Date(clock.nowMs())))
}

/** One statement, so that calls at the same moment get numbers of their own and never more than the run may have. */
async function takeOrdinal(
  on: Sql,
  clock: Clock,
  id: string,
): Promise<Result<number, 'ended' | 'calls-max'>> {
  const [taken] = await on
    .update(engineRuns)
    .set({ calls: sql`${engineRuns.calls} + 1` })
    .where(and(eq(engineRuns.id, id), isGood(clock), lt(engineRuns.calls, engineRuns.callsMax)))
    .returning({ calls: engineRuns.calls })
  if (taken) return done(ENGINE_ORDINAL_FROM + taken.calls - 1)
  const [good] = await on
    .select({ id: engineRuns.id })
    .from(engineRuns)
    .where(and(eq(engineRuns.id, id), isGood(clock)))
  return good ? refuse('calls-max', 'The run has made all the model calls that it may make.') : ENDED
}
