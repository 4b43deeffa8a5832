import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTrial, type Trial } from './trial.ts'
import { CONTRACT, kept, servedPage, throughDoor } from './trialContract.ts'

describe.each(['bubblewrap', 'none'] as const)('with %s', backend => {
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial({ backend })
  })
  afterAll(() => trial.close())

  test.each(CONTRACT.filter(({ notBy }) => !notBy?.includes(backend)))('$fact', async clause => {
    expect(await kept(trial.sandbox, clause)).toMatchObject(clause.ends)
  })

  test('a door leads to a server outside, and without it there is none', async () => {
    expect(await throughDoor(trial.sandbox)).toEqual({ answer: 'from the server', without: 'ECONNREFUSED' })
  })

  test('an app is reached at its port, and stopped', async () => {
    const { page, ended } = await servedPage(trial.sandbox, { tries: 50, pause: () => setTimeout(100) })
    expect(page).toBe('seen /page')
    expect(ended.killedBy).toBe('cancelled')
  })
})
