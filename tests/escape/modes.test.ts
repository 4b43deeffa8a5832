import { beforeAll, describe, expect, test } from 'vitest'
import { type Check, isHostCheck, type Mode } from './check.ts'
import { SUBJECTS } from './checks/all.ts'
import { tellAsOrdinary } from './stage/ordinary.ts'
import { openStage, type StageOptions } from './stage/stage.ts'
import { type Told, tellAll } from './stage/tell.ts'

const MINUTES_MAX = 5 * 60_000

const checksOf = (mode: Mode) =>
  Object.entries(SUBJECTS).flatMap(([subject, checks]) =>
    checks.filter(({ notIn }) => notIn?.[mode] === undefined).map(({ name }) => ({ subject, name })),
  )

const AS_ORDINARY = ['ordinary user', tellAsOrdinary] as const
const AS_ROOT = [
  ['root', () => tellWith({}, 'root')],
  ['root without cgroups', () => tellWith({ without: ['cgroup'] }, 'root without cgroups')],
  AS_ORDINARY,
] as const

/** That of this process; all that it can take with ESCAPE_MODES=all. */
const MODES_HERE: readonly (readonly [Mode, () => Promise<Told[]>])[] =
  process.getuid?.() === 0
    ? AS_ROOT.slice(0, process.env.ESCAPE_MODES === 'all' ? undefined : 1)
    : [AS_ORDINARY]

describe.each(MODES_HERE)('as %s', (mode, tellMode) => {
  let told: Told[] = []
  beforeAll(async () => {
    told = await tellMode()
  }, MINUTES_MAX)

  test.each(checksOf(mode))('$subject: $name', ({ name }) => {
    expect(told.find(one => one.name === name)).toMatchObject({ name, holds: true })
  })
})

describe('without a sandbox the same attempts succeed', () => {
  const bare = Object.values(SUBJECTS)
    .flat()
    .filter(check => !isHostCheck(check) && check.bare === true)
  let told: Told[] = []
  beforeAll(async () => {
    const stage = await openStage({ bare: true })
    told = await tellAll(bare, stage)
    await stage.close()
  }, MINUTES_MAX)

  test.each(bare)('so that it is not said that $name', ({ name }) => {
    expect(told.find(one => one.name === name)).toMatchObject({ name, holds: false })
  })
})

test('there are at least ninety checks, and every name is there once', () => {
  const names = Object.values(SUBJECTS)
    .flat()
    .map(({ name }) => name)
  expect(names.length).toBeGreaterThanOrEqual(90)
  expect(new Set(names).size).toBe(names.length)
})

async function tellWith(options: StageOptions, mode: Mode): Promise<Told[]> {
  const stage = await openStage(options)
  const checks: Check[] = Object.values(SUBJECTS).flat()
  const told = await tellAll(
    checks.filter(({ notIn }) => notIn?.[mode] === undefined),
    stage,
  )
  await stage.close()
  return told
}
