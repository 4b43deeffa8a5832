import { sql } from 'drizzle-orm'
import { fromDrizzle, PgBoss } from 'pg-boss'
import { type Database, rows, type Sql } from '../db/database.ts'
import { messageOf } from '../failure.ts'
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
  /** Asks to let a project go on after a while; takes effect when the transaction commits. */
  resumeLater(tx: Sql, projectId: string, epoch: number, afterMs: number): Promise<void>
  /** Says that a user has credits again; takes effect when the transaction commits. */
  creditsCame(tx: Sql, userId: string): Promise<void>
  /** Starts working: `advance` is called with one project at a time per project, `resume` when its time has come. */
  start(handlers: Handlers): Promise<void>
  /** Works only on what is woken in this process from now on. `place` names the one process that may use it at a time. */
  startAlone(advance: Handlers['advance'], place: string): Promise<void>
  /** Does something regularly from now on, in one process at a time. `cron` is in UTC; a run that fails is logged. */
  regularly(duty: Duty): Promise<void>
  stop(): Promise<void>
}

export type Handlers = {
  advance(projectId: string): Promise<void>
  /** The epoch tells whether the project still rests as it did. */
  resume(projectId: string, epoch: number): Promise<void>
  /** Lets the projects of a user go on that rest for credits. */
  resumeForCredits(userId: string): Promise<void>
}

export type Duty = { name: string; cron: string; run(): Promise<void> }

const QUEUE = 'advance'
const RESUMES = 'resume'
const CREDITS = 'credits'
const SCHEMA = 'jobs'
/** A command works on one project after the other. */
const ALONE = { workers: 1, pollingIntervalSeconds: 1 } as const
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
const RESUME_RETRIES_MAX = 10
const RESUME_POLLING_SECONDS = 10
/** What is done by the day may begin a minute late. */
const CRON_SECONDS = 45
const DUTY_POLLING_SECONDS = 60

/** How jobs that look at a project are kept. */
const LOOKS = {
  policy: 'key_strict_fifo',
  heartbeatSeconds: HEARTBEAT_SECONDS,
  expireInSeconds: JOB_SECONDS_MAX,
  retryLimit: RETRIES_MAX,
  retryDelay: 1,
} as const

type Employed = { workers: number; pollingIntervalSeconds: number }

/** Opens the queue; the database is migrated by pg-boss itself in its own schema. */
export async function openQueue(database: Database, log: Log): Promise<Queue> {
  const boss = new PgBoss({
    ...database.jobs,
    schema: SCHEMA,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    cronMonitorIntervalSeconds: CRON_SECONDS,
    cronWorkerIntervalSeconds: CRON_SECONDS,
    ...(database.embedded ? {} : { useListenNotify: true }),
  })
  boss.on('error', error => log.error({ error: error.message }, 'job engine'))
  await boss.start()
  await boss.createQueue(QUEUE, LOOKS)
  await boss.createQueue(RESUMES, { retryLimit: RESUME_RETRIES_MAX, retryBackoff: true })
  await boss.createQueue(CREDITS, { retryLimit: RESUME_RETRIES_MAX, retryBackoff: true })
  let queue = QUEUE
  const workers: string[] = []
  const employ = async (
    advance: Handlers['advance'],
    { workers: count, pollingIntervalSeconds }: Employed,
  ) => {
    while (workers.length < count) {
      const worker = await boss.work<{ projectId: string }>(
        queue,
        { pollingIntervalSeconds },
        async ([job]) => {
          if (job) await advance(job.data.projectId)
        },
      )
      workers.push(worker)
    }
  }
  return {
    wake: async (tx, projectId) => {
      await boss.send(queue, { projectId }, { singletonKey: projectId, db: fromDrizzle(tx, sql) })
    },
    nudge: () => {
      for (const worker of workers) boss.notifyWorker(worker)
    },
    resumeLater: async (tx, projectId, epoch, afterMs) => {
      const startAfter = Math.ceil(afterMs / 1_000)
      await boss.send(RESUMES, { projectId, epoch }, { startAfter, db: fromDrizzle(tx, sql) })
    },
    creditsCame: async (tx, userId) => {
      await boss.send(CREDITS, { userId }, { db: fromDrizzle(tx, sql) })
    },
    start: async ({ advance, resume, resumeForCredits }) => {
      if (database.embedded) await forget(database, queue)
      await employ(advance, SIDE_BY_SIDE[database.embedded ? 'embedded' : 'server'])
      await boss.work<{ projectId: string; epoch: number }>(
        RESUMES,
        { pollingIntervalSeconds: RESUME_POLLING_SECONDS },
        async ([job]) => {
          if (job) await resume(job.data.projectId, job.data.epoch)
        },
      )
      const credited = await boss.work<{ userId: string }>(
        CREDITS,
        { pollingIntervalSeconds: RESUME_POLLING_SECONDS },
        async ([job]) => {
          if (job) await resumeForCredits(job.data.userId)
        },
      )
      workers.push(credited)
    },
    startAlone: async (advance, place) => {
      queue = `${QUEUE}-${place}`
      await boss.createQueue(queue, LOOKS)
      await forget(database, queue)
      await employ(advance, ALONE)
    },
    regularly: async ({ name, cron, run }) => {
      await boss.createQueue(name, { policy: 'singleton', retryLimit: 2, retryDelay: 60 })
      await boss.schedule(name, cron)
      await boss.work(name, { pollingIntervalSeconds: DUTY_POLLING_SECONDS }, async () => {
        await run().catch(thrown => {
          log.error({ duty: name, error: messageOf(thrown) }, 'a regular duty failed')
          throw thrown
        })
      })
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: true }),
  }
}

/**
 * An embedded database, or a queue of one place, has one process: jobs left over belong to one that is gone. They are
 * dropped, failed ones too because they block their project, and the caller wakes what has work, instead of waiting for
 * heartbeats to run out.
 */
async function forget(database: Database, queue: string): Promise<void> {
  await rows(database.sql, sql`delete from jobs.job where name = ${queue} and state <> 'completed'`)
}
