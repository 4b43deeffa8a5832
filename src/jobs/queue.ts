import { sql } from 'drizzle-orm'
import { fromDrizzle, PgBoss } from 'pg-boss'
import { type Database, rows, type Sql } from '../db/database.ts'
import type { Log } from '../log.ts'

/**
 * Wake-ups for projects, on pg-boss. The truth is in the project's row; a job only says "look at it". Jobs of one
 * project run one after the other, jobs of different projects side by side.
 */
export type Queue = {
  /** Asks for a look at the project; takes effect when the transaction commits. */
  wake(tx: Sql, projectId: string): Promise<void>
  /** To be called after that commit: starts the local worker at once instead of at its next poll. */
  nudge(): void
  /** Starts working. The handler is called with one project at a time per project. */
  start(handler: (projectId: string) => Promise<void>): Promise<void>
  stop(): Promise<void>
}

const QUEUE = 'advance'
const SCHEMA = 'jobs'
/**
 * Projects looked at side by side, and how often each worker looks for one by itself. Most of the time a project waits
 * for a model; sandbox runs have slots of their own. The embedded database runs in this process, where 64 workers that
 * look every second were seen to take a fifth of a core doing nothing; there everybody is nudged instead.
 */
const SIDE_BY_SIDE = {
  server: { workers: 64, pollingIntervalSeconds: 1 },
  embedded: { workers: 16, pollingIntervalSeconds: 2 },
} as const
/** A worker that was silent this long is taken for dead and its job is given to another (measured: resumed after 8 s). */
const HEARTBEAT_SECONDS = 10
/** A job may take as long as a project: the heartbeat ends it, not this. */
const JOB_SECONDS_MAX = 86_000
/** One retry a second, for eleven days: a job that failed for good would block its project for ever. */
const RETRIES_MAX = 1_000_000
const STOP_TIMEOUT_MS = 10_000

/** Opens the queue; the database is migrated by pg-boss itself in its own schema. */
export async function openQueue(database: Database, log: Log): Promise<Queue> {
  const boss = new PgBoss({
    ...database.jobs,
    schema: SCHEMA,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    schedule: false,
    ...(database.embedded ? {} : { useListenNotify: true }),
  })
  boss.on('error', error => log.error({ error: error.message }, 'job engine'))
  await boss.start()
  await boss.createQueue(QUEUE, {
    policy: 'key_strict_fifo',
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: JOB_SECONDS_MAX,
    retryLimit: RETRIES_MAX,
    retryDelay: 1,
  })
  const workers: string[] = []
  return {
    wake: async (tx, projectId) => {
      await boss.send(QUEUE, { projectId }, { singletonKey: projectId, db: fromDrizzle(tx, sql) })
    },
    nudge: () => {
      for (const worker of workers) boss.notifyWorker(worker)
    },
    start: async handler => {
      if (database.embedded) await forget(database)
      const { workers: count, pollingIntervalSeconds } =
        SIDE_BY_SIDE[database.embedded ? 'embedded' : 'server']
      while (workers.length < count) {
        const worker = await boss.work<{ projectId: string }>(
          QUEUE,
          { pollingIntervalSeconds },
          async ([job]) => {
            if (job) await handler(job.data.projectId)
          },
        )
        workers.push(worker)
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: true }),
  }
}

/**
 * The embedded database has one process: jobs left over belong to one that is gone. They are dropped, failed ones
 * too because they block their project, and the caller wakes every project that has work, instead of waiting for
 * heartbeats to run out.
 */
async function forget(database: Database): Promise<void> {
  await rows(database.sql, sql`delete from jobs.job where name = ${QUEUE} and state <> 'completed'`)
}
