import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, freshDataDir } from '../../tests/set-up/database.ts'
import { type Database, openDatabase, rows } from '../db/database.ts'
import { openLog } from '../log.ts'
import { openQueue, type Queue } from './queue.ts'

/** Slower than other tests: an embedded database opens in half a second on an idle machine, and its worker polls. */
const TIMEOUT_MS = 60_000

type Place = { url: string | undefined; dataDir: string; drop(): Promise<void> }
type Open = { database: Database; queue: Queue; close(): Promise<void> }

const onServer = async (): Promise<Place> => ({ ...(await freshDatabase()), dataDir: '' })
const embedded = async (): Promise<Place> => ({ ...(await freshDataDir()), url: undefined })

async function open(place: Place): Promise<Open> {
  const database = await openDatabase(place)
  const queue = await openQueue(database, openLog({ level: 'silent' }))
  const close = async () => {
    await queue.stop()
    await database.close()
  }
  return { database, queue, close }
}

async function wake({ database, queue }: Open, ...ids: string[]): Promise<void> {
  await database.transaction(async tx => {
    for (const id of ids) await queue.wake(tx, id)
  })
  queue.nudge()
}

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
    return told
  }
  return { reached, tell }
}

describe.each([
  ['a Postgres server', onServer],
  ['the embedded database', embedded],
])('on %s', { timeout: TIMEOUT_MS }, (_, placeOf) => {
  let place: Place
  let opened: Open
  const handlers = new Map<string, () => Promise<unknown>>()
  const resumed: { id: string; epoch: number }[] = []

  beforeAll(async () => {
    place = await placeOf()
    opened = await open(place)
  }, TIMEOUT_MS)
  afterAll(async () => {
    await opened.close()
    await place.drop()
  }, TIMEOUT_MS)

  test('a nudge before the start is nothing', async () => {
    expect(() => opened.queue.nudge()).not.toThrow()
    await opened.queue.start({
      advance: async id => {
        await handlers.get(id)?.()
      },
      resume: async (id, epoch) => {
        resumed.push({ id, epoch })
        await handlers.get(id)?.()
      },
      resumeForCredits: async id => {
        await handlers.get(id)?.()
      },
    })
  })

  test('jobs of one project run one after the other, jobs of two side by side', async () => {
    const [both, all] = [tally(2), tally(5)]
    const together: number[] = []
    let underWay = 0
    handlers.set('slow', async () => {
      underWay++
      together.push(underWay)
      both.tell()
      await both.reached
      await rows(opened.database.sql, sql`select 1`)
      underWay--
      all.tell()
    })
    handlers.set('other', async () => {
      both.tell()
      await both.reached
      all.tell()
    })
    await wake(opened, 'slow', 'slow', 'slow', 'other', 'other')
    await all.reached
    expect(together).toEqual([1, 1, 1])
  })

  test('a wake in a transaction that is rolled back never happens', async () => {
    const kept = tally(1)
    const dropped = tally(1)
    handlers.set('kept', async () => kept.tell())
    handlers.set('dropped', async () => dropped.tell())
    const failing = opened.database.transaction(async tx => {
      await opened.queue.wake(tx, 'dropped')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await wake(opened, 'kept')
    await kept.reached
    expect(dropped.tell()).toBe(1)
    const jobs = sql`select 1 from jobs.job where data ->> 'projectId' = 'dropped'`
    expect(await rows(opened.database.sql, jobs)).toEqual([])
  })

  test('a project that is to go on later does, at the epoch it rested at', async () => {
    const rested = tally(1)
    handlers.set('resting', async () => rested.tell())
    await opened.database.transaction(tx => opened.queue.resumeLater(tx, 'resting', 7, 1))
    await rested.reached
    expect(resumed).toEqual([{ id: 'resting', epoch: 7 }])
  })

  test('a user whose credits came is told of once, and not when the transaction is rolled back', async () => {
    const came = tally(1)
    handlers.set('rich', async () => came.tell())
    const failing = opened.database.transaction(async tx => {
      await opened.queue.creditsCame(tx, 'rich')
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await opened.database.transaction(tx => opened.queue.creditsCame(tx, 'rich'))
    await came.reached
    expect(came.tell()).toBe(2)
  })

  test('a handler that throws is called again', async () => {
    const calls = tally(2)
    handlers.set('failing', async () => {
      if (calls.tell() === 1) throw new Error('the database went away')
    })
    await wake(opened, 'failing')
    await calls.reached
  })
})

test.each([
  ['a Postgres server', onServer],
  ['the embedded database', embedded],
])(
  'on %s who works alone takes what is woken in this process, and leaves the rest to a start',
  async (_, placeOf) => {
    const place = await placeOf()
    const first = await open(place)
    await wake(first, 'interrupted')
    await first.close()
    const second = await open(place)
    const looked: string[] = []
    const own = tally(2)
    await second.queue.startAlone(async id => {
      looked.push(id)
      own.tell()
    }, 'here')
    await wake(second, 'mine', 'mine too')
    await own.reached
    await second.close()
    expect(looked).toEqual(['mine', 'mine too'])
    const third = await open(place)
    const waiting = sql`select data ->> 'projectId' as id from jobs.job where name = 'advance' and state = 'created'`
    expect(await rows(third.database.sql, waiting)).toEqual([{ id: 'interrupted' }])
    await third.close()
    await place.drop()
  },
  TIMEOUT_MS,
)

test(
  'what was left undone by who worked alone is not done by the next in that place',
  async () => {
    const place = await onServer()
    const first = await open(place)
    const begun = tally(1)
    await first.queue.startAlone(async () => {
      begun.tell()
      throw new Error('killed')
    }, 'here')
    await wake(first, 'killed')
    await begun.reached
    await first.close()
    const second = await open(place)
    const looked: string[] = []
    const own = tally(1)
    await second.queue.startAlone(async id => {
      looked.push(id)
      own.tell()
    }, 'here')
    await wake(second, 'mine')
    await own.reached
    await second.close()
    expect(looked).toEqual(['mine'])
    await place.drop()
  },
  TIMEOUT_MS,
)

test(
  'on the embedded database jobs that a dead process left block nobody',
  async () => {
    const place = await embedded()
    const left = ['active', 'failed', 'retry']
    const first = await open(place)
    await wake(first, ...left)
    const leave = sql`update jobs.job set state = (data ->> 'projectId')::jobs.job_state, started_on = now(),
      heartbeat_on = now(), start_after = now() + interval '1 hour'`
    await rows(first.database.sql, leave)
    await first.close()
    const second = await open(place)
    const all = tally(left.length)
    const looked: string[] = []
    await second.queue.start({
      advance: async id => {
        looked.push(id)
        all.tell()
      },
      resume: async () => {},
      resumeForCredits: async () => {},
    })
    await wake(second, ...left)
    await all.reached
    expect(looked.sort()).toEqual(left)
    await second.close()
    await place.drop()
  },
  TIMEOUT_MS,
)
