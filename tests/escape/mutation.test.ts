import { describe, expect, test } from 'vitest'
import { LAYERS } from '../../src/sandbox/bubblewrap/layers.ts'
import { ALL } from './checks/all.ts'
import { NOTICED } from './noticed.ts'
import { openStage } from './stage/stage.ts'
import { tellAll } from './stage/tell.ts'

// Only root has every layer; an ordinary user lacks `user` and, on most machines, `cgroup`.
describe.runIf(process.getuid?.() === 0)('a layer that is missing is noticed', () => {
  test.each(LAYERS)('%s', async layer => {
    const { by, with: also = [], because } = NOTICED[layer]
    expect(because === undefined).toBe(also.length === 0)
    const stage = await openStage({ without: [layer, ...also] })
    const told = await tellAll(
      ALL.filter(({ name }) => by.includes(name)),
      stage,
    )
    await stage.close()
    expect(by.length).toBeGreaterThan(0)
    expect(
      told
        .filter(({ holds }) => !holds)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...by].sort())
  })
})
