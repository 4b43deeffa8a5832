import { expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { done, refuse } from '../../failure.ts'
import { newId } from '../../id.ts'
import { type Running, runningOf } from './running.ts'
import { openShelf } from './shelf.ts'

const NEVER = new Promise<never>(() => {})

/** Something that runs until it is stopped; `stops` tells how often it was. */
function one(projectId: string): Running & { stops: number } {
  const served = { connect: () => NEVER, ended: NEVER, stop: () => NEVER }
  const made = { ...runningOf({ served, stop }, systemClock, given(projectId)), stops: 0 }
  async function stop() {
    made.stops++
  }
  return made
}

const given = (projectId: string) => ({ projectId, token: newId(), durationMs: 60_000 })

test('what is stopped while it begins does not run, even where it had begun at that moment', async () => {
  const shelf = openShelf(1)
  const late = one('a')
  const { promise, resolve } = Promise.withResolvers<void>()
  const begun = shelf.begin('a', async () => {
    await promise
    return done(late)
  })
  const ended = shelf.end('a')
  resolve()
  await ended
  expect(await begun).toMatchObject({ ok: false, reason: 'not-started' })
  expect(late.stops).toBe(1)
  expect([shelf.of('a'), shelf.find(late.token)]).toEqual([undefined, undefined])
})

test('one that begins takes a place, and gives it back when it does not come to run', async () => {
  const shelf = openShelf(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = shelf.begin('a', async () => {
    await promise
    return refuse('not-started', 'It did not.')
  })
  expect(await shelf.begin('b', async () => done(one('b')))).toMatchObject({ reason: 'too-many' })
  resolve()
  await first
  const second = one('b')
  expect(await shelf.begin('b', async () => done(second))).toEqual(done(second))
  await shelf.close()
})

test('a start that throws gives its place back', async () => {
  const shelf = openShelf(1)
  await expect(shelf.begin('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await shelf.begin('a', async () => done(one('a')))).toMatchObject({ ok: true })
  await shelf.close()
})

test('one is found by its token while it runs, and by nothing else', async () => {
  const shelf = openShelf(2)
  const [a, b] = [one('a'), one('b')]
  await shelf.begin('a', async () => done(a))
  await shelf.begin('b', async () => done(b))
  expect([shelf.find(a.token), shelf.find(b.token), shelf.find(''), shelf.find('a')]).toEqual([
    a,
    b,
    undefined,
    undefined,
  ])
  await shelf.end('a')
  expect([shelf.find(a.token), shelf.of('a'), shelf.find(b.token)]).toEqual([undefined, undefined, b])
  await shelf.close()
  expect(shelf.find(b.token)).toBeUndefined()
})

test('without places there are no previews', async () => {
  expect(await openShelf(0).begin('a', async () => done(one('a')))).toMatchObject({
    says: 'Previews are turned off here (PREVIEW_SLOTS=0).',
  })
})
