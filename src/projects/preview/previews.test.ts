import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cipherUnder, newMaster } from '../../../tests/set-up/keys.ts'
import { ask, openShowRoom, type ShowRoom } from '../../../tests/set-up/shown.ts'
import { rows } from '../../db/database.ts'
import { newId } from '../../id.ts'
import { standInFor } from '../secrets/standIns.ts'
import { writeSecret } from '../secrets/store.ts'

const MINUTE_MS = 60_000

let room: ShowRoom
beforeAll(async () => {
  room = await openShowRoom({ places: 2 })
}, 60_000)
afterAll(() => room.close(), 60_000)

/** The app of a project of its own, running; ended with the test. */
async function shown() {
  const own = await room.deliver()
  const started = await room.previews.start(own.userId, own.projectId)
  if (!started.ok) throw new Error(started.says)
  const running = room.previews.find(started.value.token)
  if (!running) throw new Error('it does not run')
  const stop = () => room.previews.stop(own.userId, own.projectId)
  return { ...own, ...started.value, running, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

beforeEach(() => expect(room.product).toEqual([]))

test('a token has 160 bits, fits into a host name, and is another one at every start', async () => {
  const own = await room.deliver()
  const tokens: string[] = []
  for (let starts = 0; starts < 2; starts++) {
    tokens.push((await room.show(own)).split('.')[0] ?? '')
    await room.previews.stop(own.userId, own.projectId)
  }
  for (const token of tokens) expect(token).toMatch(/^[\da-f]{40}$/)
  expect(new Set(tokens).size).toBe(2)
})

test('only who owns a project starts, sees and stops its preview, and others hear what they hear of no project', async () => {
  await using one = await shown()
  const stranger = (await room.deliver()).userId
  const { previews } = room
  const none = { ok: false, reason: 'not-found', says: 'There is no such project.' }
  expect(await previews.start(stranger, one.projectId)).toEqual(none)
  expect(await previews.standing(stranger, one.projectId)).toEqual(none)
  expect(await previews.stop(stranger, one.projectId)).toEqual(none)
  expect(await previews.start(stranger, newId())).toEqual(none)
  expect(await previews.start(stranger, "'; drop table")).toEqual(none)
  expect(one.running.over.aborted).toBe(false)
})

test('two presses at once start one, the next gives it as long again, and the one after that is refused', async () => {
  const own = await room.deliver()
  const [one, two] = await Promise.all([
    room.previews.start(own.userId, own.projectId, 10),
    room.previews.start(own.userId, own.projectId, 10),
  ])
  expect(one.ok && two.ok && one.value.token).toBe(two.ok && two.value.token)
  const longer = await room.previews.start(own.userId, own.projectId)
  expect(longer.ok && longer.value.leftMs).toBeGreaterThan(19 * MINUTE_MS)
  expect(longer.ok && longer.value.extendable).toBe(false)
  expect(await room.previews.start(own.userId, own.projectId)).toMatchObject({ ok: false, reason: 'not-now' })
  await room.previews.stop(own.userId, own.projectId)
})

test('there are so many at once and no more, and a place is free again when one has ended', async () => {
  await using one = await shown()
  await using _ = await shown()
  const third = await room.deliver()
  expect(await room.previews.start(third.userId, third.projectId)).toEqual({
    ok: false,
    reason: 'too-many',
    says: '2 previews run here already, which is all there may be. Stop one, or wait until one ends.',
  })
  await one.stop()
  expect(await room.previews.start(third.userId, third.projectId)).toMatchObject({ ok: true })
  await room.previews.stop(third.userId, third.projectId)
})

test('it ends when its time is over, also while somebody looks on', async () => {
  await using one = await shown()
  const leave = one.running.enter()
  room.clock.pass(14 * MINUTE_MS)
  await settled()
  expect(one.running.over.aborted).toBe(false)
  room.clock.pass(1 * MINUTE_MS)
  await one.running.stop()
  leave?.()
  expect(await room.previews.standing(one.userId, one.projectId)).toEqual({
    ok: true,
    value: { preview: null, says: null },
  })
})

test('it ends when nobody has asked anything for five minutes, counted from the last answer', async () => {
  await using one = await shown()
  room.clock.pass(4 * MINUTE_MS)
  const leave = one.running.enter()
  room.clock.pass(2 * MINUTE_MS)
  await settled()
  expect(one.running.over.aborted).toBe(false)
  leave?.()
  room.clock.pass(4 * MINUTE_MS)
  await settled()
  expect(one.running.over.aborted).toBe(false)
  room.clock.pass(1 * MINUTE_MS)
  await settled()
  expect(one.running.over.aborted).toBe(true)
})

test('it ends with the project: a cancelled one is not shown any more', async () => {
  await using one = await shown()
  const { projectId } = one
  room.live.publish([
    { type: 'moved', from: 'planning', to: 'cancelled', on: 'cancel', projectId, seq: 1, atMs: 1 },
  ])
  await one.running.stop()
  expect(room.previews.find(one.token)).toBeUndefined()
  await room.books.database.sql.execute(sql`update projects set state = 'cancelled' where id = ${projectId}`)
  expect(await room.previews.start(one.userId, projectId)).toMatchObject({ ok: false, reason: 'not-now' })
})

const proven = { name: 'Run', command: 'node server.mjs', passed: true, serving: { port: 8123 } }

test.each([
  ['no server was proven', { proof: [{ ...proven, serving: null }] }, /no server that a browser could open/],
  [
    'the server was not proven',
    { proof: [{ ...proven, passed: false }] },
    /no server that a browser could open/,
  ],
  ['the project failed', { state: 'failed' }, /nothing to show/],
])('where %s there is no preview', async (_, app, says) => {
  const own = await room.deliver(app)
  const refused = { says: expect.stringMatching(says) }
  expect(await room.previews.start(own.userId, own.projectId)).toMatchObject({ ok: false, ...refused })
  expect(await room.previews.standing(own.userId, own.projectId)).toMatchObject({ value: refused })
})

test.each([
  [
    'ends before it listens',
    { 'server.mjs': 'process.exit(3)' },
    'The app was started and ended with exit code 3.',
  ],
  ['cannot be installed', { 'server.mjs': '' }, '`false` ended with exit code 1.'],
])('an app that %s is refused, and its place is free', async (what, files, says) => {
  const install = { name: 'Install', command: 'false', passed: true, serving: null }
  const proof = what === 'cannot be installed' ? [install, proven] : [proven]
  const own = await room.deliver({ files, proof })
  for (let tries = 0; tries < 3; tries++)
    expect(await room.previews.start(own.userId, own.projectId)).toEqual({
      ok: false,
      reason: 'not-started',
      says,
    })
})

test('what was proven to install is run before it is started', async () => {
  const install = { name: 'Install', command: 'echo made > made.txt', passed: true, serving: null }
  const server = `import { readFileSync } from 'node:fs'
    import { createServer } from 'node:http'
    createServer((_, res) => res.end(readFileSync('made.txt'))).listen(process.env.PORT)`
  const own = await room.deliver({ files: { 'server.mjs': server }, proof: [install, proven] })
  expect((await ask(room.port, await room.show(own), '/')).body).toBe('made\n')
  await room.previews.stop(own.userId, own.projectId)
})

test('the app sees stand-ins, never a secret, and nothing of ours', async () => {
  const own = await room.deliver()
  const cipher = cipherUnder(newMaster())
  const secret = { projectId: own.projectId, name: 'MAIL_KEY', value: 'the-real-one', description: null }
  await room.books.database.transaction(tx => writeSecret(tx, { clock: room.clock, cipher }, secret))
  const { body } = await ask(room.port, await room.show(own), '/env')
  expect(JSON.parse(body).MAIL_KEY).toBe(standInFor(own.projectId, 'MAIL_KEY'))
  expect(body).not.toContain('the-real-one')
  expect(Object.keys(JSON.parse(body)).filter(name => /BOTWRIGHT|DATABASE|DATA_DIR/.test(name))).toEqual([])
  await room.previews.stop(own.userId, own.projectId)
})

test('nothing is charged for it, and no row tells of it', async () => {
  const counted = () =>
    rows<{ n: number }>(
      room.books.database.sql,
      sql`select (select count(*) from postings) + (select count(*) from events) as n`,
    )
  const own = await room.deliver()
  const before = await counted()
  await room.show(own)
  await room.previews.stop(own.userId, own.projectId)
  expect(await counted()).toEqual(before)
})

test('when all are ended none begins any more, and nothing of them is left', async () => {
  const other = await openShowRoom({ places: 3 })
  try {
    const own = await other.deliver()
    const name = await other.show(own)
    const starting = other.previews.start((await other.deliver()).userId, own.projectId)
    await other.previews.close()
    expect((await ask(other.port, name, '/')).status).toBe(410)
    expect((await starting).ok).toBe(false)
    expect(await other.previews.start(own.userId, own.projectId)).toMatchObject({ reason: 'not-started' })
  } finally {
    await other.close()
  }
})

/** Lets what is due go on. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
