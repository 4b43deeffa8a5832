import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Books, type Maker, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { engineRuns } from '../db/schema.ts'
import { sha256 } from '../id.ts'
import { ENGINE_ORDINAL_FROM, openRuns, type Run, type Runs, type RunTerms } from './runs.ts'

const LIFE_MS = 60_000

let books: Books
let maker: Maker
let runs: Runs
beforeAll(async () => {
  books = await openBooks()
})
beforeEach(async () => {
  maker = await newMaker(books, { grantMicro: 1_000n })
  runs = openRuns(books.clock)
})
afterAll(() => books.close())

function open(also: Partial<RunTerms> = {}): Promise<{ id: string; token: string }> {
  const terms: RunTerms = {
    ...maker,
    epoch: 1,
    step: 1,
    taskId: 'T1',
    role: 'implementer',
    capMicro: 500n,
    callsMax: 10,
    lifeMs: LIFE_MS,
    ...also,
  }
  return books.database.transaction(tx => runs.open(tx, terms))
}

async function opened(also: Partial<RunTerms> = {}): Promise<Run> {
  const run = await runs.find(books.database.sql, (await open(also)).token)
  if (!run) throw new Error('the run is not found')
  return run
}

const during = <Value>(run: Run, call: (ordinal: number, signal: AbortSignal) => Promise<Value>) =>
  runs.during(books.database.sql, run, call)
const ordinalOf = (run: Run) => during(run, async ordinal => ordinal)
const wait = (ms: number) => books.clock.wait(ms, new AbortController().signal)

/** A call that is under way until it is aborted. */
function underWay(run: Run): { begun: Promise<void>; ended: Promise<unknown> } {
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const ended = during(run, (_, signal) => {
    resolve()
    return new Promise(end => signal.addEventListener('abort', () => end('aborted'), { once: true }))
  })
  return { begun, ended }
}

test('a run is found by its token, of which only the hash is kept', async () => {
  const { id, token } = await open()
  expect(token).toMatch(/^bw-run-[0-9a-f]{64}$/)
  const run = await runs.find(books.database.sql, token)
  expect(run).toEqual({
    id,
    ...maker,
    epoch: 1,
    step: 1,
    taskId: 'T1',
    role: 'implementer',
    capMicro: 500n,
    expiresAtMs: expect.any(Number),
  })
  const [row] = await books.database.sql.select().from(engineRuns).where(eq(engineRuns.id, id))
  expect(row?.tokenSha256).toBe(sha256(token))
  expect(JSON.stringify(row, (_, part) => (typeof part === 'bigint' ? Number(part) : part))).not.toContain(
    token.slice('bw-run-'.length),
  )
})

test('another token, a part of one and none at all find nothing', async () => {
  const { token } = await open()
  for (const shown of [`bw-run-${'0'.repeat(64)}`, token.slice(0, -1), `${token} `, ''])
    expect(await runs.find(books.database.sql, shown)).toBeUndefined()
})

test('a run lives for its time and no longer', async () => {
  const { token } = await open()
  await wait(LIFE_MS / 2)
  expect(await runs.find(books.database.sql, token)).toBeDefined()
  await wait(LIFE_MS / 2)
  expect(await runs.find(books.database.sql, token)).toBeUndefined()
})

test('a run that would outlive every timer is not begun', async () => {
  await expect(open({ lifeMs: 48 * 3_600_000 })).rejects.toThrow('a run lives')
})

test('calls take numbers of their own, up to the most that the run may make', async () => {
  const run = await opened({ callsMax: 7 })
  const taken = await Promise.all(Array.from({ length: 20 }, () => ordinalOf(run)))
  const ordinals = taken.flatMap(one => (one.ok ? [one.value] : []))
  expect(ordinals.sort()).toEqual(Array.from({ length: 7 }, (_, at) => ENGINE_ORDINAL_FROM + at))
  expect(new Set(taken.flatMap(one => (one.ok ? [] : [one.reason])))).toEqual(new Set(['calls-max']))
})

test('a revoked run is found no more, begins nothing and ends what is under way', async () => {
  const { id, token } = await open()
  const run = await runs.find(books.database.sql, token)
  if (!run) throw new Error('the run is not found')
  const { begun, ended } = underWay(run)
  await begun
  await runs.revoke(books.database.sql, id)
  expect(await ended).toEqual({ ok: true, value: 'aborted' })
  expect(await runs.find(books.database.sql, token)).toBeUndefined()
  expect(await ordinalOf(run)).toMatchObject({ ok: false, reason: 'ended' })
})

test('revoking one run leaves the others alone', async () => {
  const [run, other] = [await opened(), await opened()]
  const { begun, ended } = underWay(other)
  await begun
  await runs.revoke(books.database.sql, run.id)
  expect(await ordinalOf(other)).toMatchObject({ ok: true })
  expect(await Promise.race([ended, Promise.resolve('under way')])).toBe('under way')
  await runs.revoke(books.database.sql, other.id)
  await ended
})

test('a call that begins while its run is being revoked waits for that, and is refused', async () => {
  const run = await opened()
  const begun: Promise<unknown>[] = []
  await books.database.transaction(async tx => {
    await runs.revoke(tx, run.id)
    begun.push(ordinalOf(run))
  })
  expect(await Promise.all(begun)).toMatchObject([{ ok: false, reason: 'ended' }])
})

test('what is revoked in one process is refused in another', async () => {
  const run = await opened()
  await openRuns(books.clock).revoke(books.database.sql, run.id)
  expect(await ordinalOf(run)).toMatchObject({ ok: false, reason: 'ended' })
})

test('a call that is under way ends when its run is over its time', async () => {
  const { begun, ended } = underWay(await opened({ lifeMs: 300 }))
  await begun
  expect(await ended).toEqual({ ok: true, value: 'aborted' })
})
