import { beforeAll, describe, expect, test } from 'vitest'
import { isAcceptancePath } from '../../src/agents/acceptance.ts'
import { TRAPS } from '../../src/agents/architect/traps.ts'
import { renderReadme } from '../../src/agents/readmeText.ts'
import { approvalFaults } from '../../src/agents/verdict.ts'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { check, stubFault } from './checks.ts'
import { carryOut, type Decided, decide, finish, type Outcome, type Played, refine } from './play.ts'
import { readmeFaults } from './readmeRun.ts'

/** Each rehearsal app is really built: its answers applied, its tests run, its troubles met as they are meant. */

/** Twenty suites and more for each app, on a machine that does other things too. */
const PLAY_MS_MAX = 480_000
const CHECK_MS_MAX = 120_000

/** What each attempt of each task comes to. */
const STORIES: Record<string, Record<string, Outcome[]>> = {
  tally: {
    T1: ['rejected', 'approved'],
    T2: ['refused', 'approved'],
    T3: ['red', 'approved'],
    T4: ['approved'],
    T5: ['approved'],
  },
  'split-bill': {
    T1: ['red', 'approved'],
    T2: ['approved'],
    T3: ['rejected', 'approved'],
    T4: ['refused', 'approved'],
  },
  durations: {
    T1: ['refused', 'approved'],
    T2: ['red', 'approved'],
    T3: ['rejected', 'approved'],
    T4: ['approved'],
  },
}

/** Why the first attempt at a task fails: the cause that is meant, and no other. */
const CAUSES: Record<string, Record<string, RegExp>> = {
  tally: {
    T1: /leaves half a log/,
    T2: /Block 1, tally\/expense\.py \(no-match\)/,
    T3: /FAIL: test_months_come_in_order_and_once/,
  },
  'split-bill': {
    T1: /✖ 100\.00 for three people adds up to 100\.00/,
    T3: /reading `window\.localStorage` itself throws/,
    T4: /Block 1, result\.js \(no-match\)/,
  },
  durations: {
    T1: /src\/words\.js \(malformed\)/,
    T2: /✖ rounding carries over to the next unit/,
    T3: /although nothing follows the P or the T/,
  },
}

describe.each(
  REHEARSAL_APPS.filter(({ name }) => Object.hasOwn(STORIES, name)).map(app => [app.name, app] as const),
)('the rehearsal app %s', (name, app) => {
  let decided: Decided
  let delivered: Played
  let refined: Played

  beforeAll(async () => {
    decided = await decide(app)
    delivered = await carryOut(decided, decided.plan.tasks, { attempts: [], files: new Map() })
    refined = await carryOut(decided, await refine(app, decided), delivered)
  }, PLAY_MS_MAX)

  test('decides without a fault', () => {
    expect(decided.faults).toEqual([])
    expect(decided.brief.title).toBe(app.title)
    expect(decided.plan.slug).toBe(app.name)
  })

  test('decides about the traps by the names of the list, at least twelve', () => {
    expect(decided.plan.traps.length).toBeGreaterThanOrEqual(12)
    const names = TRAPS.map(each => each.trap)
    expect(
      decided.plan.traps.map(each => each.trap).filter(trap => names.every(name => name !== trap)),
    ).toEqual([])
  })

  test('draws its architecture', () => {
    expect(decided.documents.architecture).toMatch(/^```mermaid\n(flowchart|graph) /m)
  })

  test(
    'every acceptance test is red against the stub, by an assertion',
    async () => {
      const { stub, tests } = decided.acceptance
      const files = new Map(stub.map(each => [each.path, each.content]))
      const faults = []
      for (const each of tests) faults.push(await stubFault(files, decided.plan.toolchain, each))
      expect(faults.filter(fault => fault !== undefined)).toEqual([])
    },
    CHECK_MS_MAX,
  )

  test('meets each trouble as it is meant, and gets over it', () => {
    const outcomes = Object.entries(Object.groupBy(refined.attempts, each => each.task))
    const story = outcomes.map(([task, attempts = []]) => [task, attempts.map(each => each.outcome)])
    expect(Object.fromEntries(story), JSON.stringify(refined.attempts, null, 1)).toEqual(STORIES[name])
  })

  test('fails for the cause that is meant', () => {
    const failed = refined.attempts.filter(each => each.outcome !== 'approved')
    expect(failed.map(each => each.task)).toEqual(Object.keys(CAUSES[name] ?? {}))
    for (const { task, says } of failed) expect(says).toMatch(CAUSES[name]?.[task] ?? 'no cause')
  })

  test('no approval leaves a criterion unjudged', () => {
    expect(refined.attempts.filter(each => each.outcome === 'approved' && each.says !== '')).toEqual([])
  })

  test('is approved as a whole', async () => {
    const { verdict } = await finish(decided, delivered.files)
    expect(verdict).toMatchObject({ verdict: 'APPROVED', addTasks: [] })
    expect(approvalFaults(verdict, decided.brief.criteria, [])).toEqual([])
  })

  test(
    'passes all tests at the end, hidden ones too, also after a refinement',
    async () => {
      const checks = await check(refined.files, decided.plan.toolchain, decided.acceptance.tests)
      expect(checks.filter(each => !each.passed)).toEqual([])
    },
    CHECK_MS_MAX,
  )

  test('holds no acceptance test of its own making', () => {
    expect([...refined.files.keys()].filter(isAcceptancePath)).toEqual([])
  })

  test(
    'every command of its README goes as written',
    async () => {
      const { readme } = await finish(decided, delivered.files)
      expect(await readmeFaults(readme, delivered.files)).toEqual([])
      for (const { command } of [...readme.run, ...readme.usage])
        expect(renderReadme(readme)).toContain(command)
    },
    CHECK_MS_MAX,
  )
})
