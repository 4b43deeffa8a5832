import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../../tests/set-up/books.ts'
import { cipherUnder, newMaster } from '../../../tests/set-up/keys.ts'
import { openTrial, type Trial } from '../../sandbox/trial.ts'
import { standInFor, standInsOf, withStandIns } from './standIns.ts'
import { writeSecret } from './store.ts'

const names = fc.stringMatching(/^[A-Z][A-Z\d_]{0,63}$/)

test('a stand-in is always the same, differs by project and name, and is plainly none', () => {
  fc.assert(
    fc.property(names, name => {
      expect(standInFor('p1', name)).toBe(standInFor('p1', name))
      expect(standInFor('p1', name)).not.toBe(standInFor('p2', name))
      expect(standInFor('p1', name)).not.toBe(standInFor('p1', `${name}X`))
      expect(standInFor('p1', name)).toMatch(/stand-in/)
      expect(standInFor('p1', name)).toMatch(/^[\w:/.@-]+$/)
    }),
  )
})

test.each([
  ['STRIPE_KEY', /^stand-in-STRIPE_KEY-[\da-f]{16}$/],
  ['DATABASE_URL', /^postgres:\/\/stand-in-database-url-[\da-f]{16}\.invalid\/stand_in$/],
  ['REDIS_URL', /^redis:\/\/stand-in-redis-url-[\da-f]{16}\.invalid\/0$/],
  ['SLACK_WEBHOOK', /^https:\/\/stand-in-slack-webhook-[\da-f]{16}\.invalid\/$/],
  ['ADMIN_EMAIL', /^stand-in-admin-email-[\da-f]{16}@stand-in\.invalid$/],
])('the stand-in of %s has a likely shape', (name, shape) => {
  expect(standInFor('7f3k9q2m4x8w1c5t', name)).toMatch(shape)
})

test('a stand-in of an address can be parsed, however long the name is', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z][A-Z\d_]{0,58}$/), name => {
      const { hostname } = new URL(standInFor('p1', `${name}_URL`))
      expect(hostname.split('.').every(label => label.length <= 63)).toBe(true)
    }),
  )
})

let books: Books
let trial: Trial
beforeAll(async () => {
  books = await openBooks()
  trial = await openTrial()
}, 60_000)
afterAll(async () => {
  await trial.close()
  await books.close()
})

test('what runs in the sandbox of a project finds a stand-in under each name, and what the run itself says wins', async () => {
  const { projectId } = await newMaker(books, { grantMicro: 1n })
  const { sql } = books.database
  const parts = { clock: books.clock, cipher: cipherUnder(newMaster()) }
  for (const name of ['A_KEY', 'B_KEY'])
    await writeSecret(sql, parts, { projectId, name, value: 'the-real-one', description: null })
  const seen = await withStandIns(trial.sandbox, sql, projectId)
  const workspace = await seen.workspace(new Map())
  try {
    const { stdout } = await seen.run({
      workspace: workspace.dir,
      phase: 'test',
      command: ['/bin/sh', '-c', 'echo "$A_KEY"; echo "$B_KEY"; env'],
      env: { B_KEY: 'said' },
    })
    expect(stdout.split('\n').slice(0, 2)).toEqual([standInFor(projectId, 'A_KEY'), 'said'])
    expect(stdout).not.toContain('the-real-one')
    expect(await standInsOf(sql, projectId)).toEqual({
      A_KEY: standInFor(projectId, 'A_KEY'),
      B_KEY: standInFor(projectId, 'B_KEY'),
    })
  } finally {
    await workspace.dispose()
  }
})
