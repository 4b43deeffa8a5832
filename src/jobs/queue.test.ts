import { sql } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { freshDatabase, freshDataDir } from '../../tests/set-up/database.ts'
import { type Database, openDatabase, rows } from '../db/database.ts'
import { openLog } from '../log.ts'
import { openQueue, type Queue } from './queue.ts'

const log = openLog({ level: 'silent' })
const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

type Place = { url: string | undefined; dataDir: string }

const PLACES: Record<string, () => Promise<Place>> = {
  'a Postgres server': async () => {
    const { url, drop } = await freshDatabase()
    undo.push(drop)
    return { url, dataDir: '' }
  },
  'the embedded database': async () => {
    const { dataDir, drop } = await freshDataDir()
    undo.push(drop)
    return { url: undefined, dataDir }
  },
}

type Open = { database: Database; queue: Queue; close(): Promise<void> }

async function open(place: Place): Promise<Open> {
  const database = await openDatabase(place)
  const queue = await openQueue(database, log)
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await queue.stop()
    await database.close()
  }
  undo.push(close)
  return { database, queue, close }
}

const wake = ({ database, queue }: Open, ...ids: string[]) =>
  database.transaction(async tx => {
    for (const id of ids) await queue.wake(tx, id)
  })

/** A promise that is kept when it was told so this often. */
function tally(times: number) {
  let told = 0
  let keep = () => {}
  const reached = new Promise<void>(resolve => {
    keep = resolve
  })
  const tell = () => {
    told++
    if (told === times) keep()
  }
  return { reached, tell, told: () => told }
}

describe.each(Object.entries(PLACES))('on %s', (_, place) => {
  test('jobs of one project run one after the other, jobs of two side by side', async () => {
    const opened = await open(await place())
    const [both, all] = [tally(2), tally(6)]
    const underWay = new Map<string, number>()
    const together: number[] = []
    await opened.queue.start(async id => {
      underWay.set(id, (underWay.get(id) ?? 0) + 1)
      together.push(underWay.get(id) ?? 0)
      both.tell()
      await both.reached
      await rows(opened.database.sql, sql`select 1`)
      underWay.set(id, (underWay.get(id) ?? 0) - 1)
      all.tell()
    })
    await wake(opened, 'a', 'a', 'a', 'b', 'b', 'b')
    opened.queue.nudge()
    await all.reached
    expect(together).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('a wake in a transaction that is rolled back never happens', async () => {
    const opened = await open(await place())
    const heard: string[] = []
    const last = tally(1)
    await opened.queue.start(async id => {
      heard.push(id)
      if (id === 'kept') last.tell()
    })
    const failing = opened.database.transaction(async tx => {
      await opened.queue.wake(tx, 'dropped')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await wake(opened, 'kept')
    opened.queue.nudge()
    await last.reached
    expect(heard).toEqual(['kept'])
    const jobs = await rows(opened.database.sql, sql`select data ->> 'projectId' as id from jobs.job`)
    expect(jobs).toEqual([{ id: 'kept' }])
  })

  test('a handler that throws is called again', async () => {
    const opened = await open(await place())
    const calls = tally(2)
    await opened.queue.start(async () => {
      calls.tell()
      if (calls.told() === 1) throw new Error('the database went away')
    })
    await wake(opened, 'a')
    opened.queue.nudge()
    await calls.reached
  })

  test('a nudge before the start is nothing', async () => {
    const opened = await open(await place())
    expect(() => opened.queue.nudge()).not.toThrow()
  })
})

describe('on the embedded database after a restart', () => {
  test.each(['active', 'retry', 'failed'])('a job left %s is dropped and blocks nobody', async state => {
    const place = await PLACES['the embedded database']?.()
    if (!place) throw new Error('there is an embedded database')
    const first = await open(place)
    await wake(first, 'a')
    await rows(
      first.database.sql,
      sql`update jobs.job set state = ${state}::jobs.job_state, started_on = now(), heartbeat_on = now(), start_after = now() + interval '1 hour'`,
    )
    await first.close()
    const second = await open(place)
    const run = tally(1)
    await second.queue.start(async () => run.tell())
    await wake(second, 'a')
    second.queue.nudge()
    await run.reached
    expect(
      await rows(
        second.database.sql,
        sql`select state from jobs.job where state = ${state}::jobs.job_state and state <> 'active'`,
      ),
    ).toEqual([])
  })
})
