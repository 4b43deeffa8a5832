import { expect, test } from 'vitest'
import { LAYERS } from '../../src/sandbox/bubblewrap/layers.ts'
import { ALL } from './checks/all.ts'
import { NOTICED } from './noticed.ts'
import { openStage } from './stage/stage.ts'
import { tellAll } from './stage/tell.ts'

/** Only as root, who has every layer: an ordinary user lacks `user` and, on most machines, `cgroup`. */
test.each(LAYERS)('a sandbox without %s runs, and is seen to be broken', async layer => {
  const { by, with: also = [], because } = NOTICED[layer]
  expect(because === undefined).toBe(also.length === 0)
  const stage = await openStage({ without: [layer, ...also] })
  const told = await tellAll(
    ALL.filter(({ name }) => by.includes(name)),
    stage,
  )
  await stage.close()
  expect(by.length).toBeGreaterThan(0)
  expect(told.map(({ name, holds, ran, seen }) => ({ name, holds, ran, ...(ran ? {} : { seen }) }))).toEqual(
    expect.arrayContaining(by.map(name => ({ name, holds: false, ran: true }))),
  )
})
