import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { about, silent } from '../../tests/stories/models.ts'
import { openStage } from '../../tests/stories/stage.ts'
import { spentMicro } from '../billing/holds.ts'
import { openAccounts } from '../billing/ledger.ts'
import { rows } from '../db/database.ts'
import { users } from '../db/schema.ts'
import type { CallOrder } from '../llm/call.ts'
import { createProject } from './create.ts'
import { decide } from './decide.ts'
import type { StoredEvent } from './event.ts'
import type { State } from './life.ts'
import { outcome, rest } from './outcome.ts'
import type { Project } from './project.ts'
import { settle } from './settle.ts'
import { addTasks, eventsAfter, loadProject, tasksOf, updateProject } from './store.ts'

type Stage = Awaited<ReturnType<typeof openStage>>

const DESCRIPTION = 'Something to be decided about'
const waiting = silent(about('brief'))
let stage: Stage

beforeAll(async () => {
  stage = await openStage({ idle: true, model: waiting.model })
}, 120_000)
afterAll(() => stage.close(), 120_000)

/** A project of the owner that stands in this state. */
async function standing(state: State, changes: Partial<Project> = {}): Promise<Project> {
  const { parts, userId } = stage.app
  const created = await createProject(parts, userId, DESCRIPTION)
  if (!created.ok) throw new Error(created.says)
  const project = { ...created.value, state, ...changes }
  await parts.database.transaction(tx => updateProject(tx, project, created.value.epoch))
  return project
}

function say(project: Project, event: unknown) {
  return decide(stage.app.parts, stage.app.userId, project.id, event)
}

function load({ id }: Project): Promise<Project | undefined> {
  return loadProject(stage.app.parts.database.sql, id)
}

function events({ id }: Project): Promise<StoredEvent[]> {
  return eventsAfter(stage.app.parts.database.sql, id, 0)
}

/** How many rows each table that a project writes has. */
async function counted(): Promise<unknown> {
  const { sql: on } = stage.app.parts.database
  return rows(
    on,
    sql`select (select count(*) from events) as events, (select count(*) from tasks) as tasks, (select count(*) from attempts) as attempts,
      (select count(*) from postings) as postings, (select count(*) from calls) as calls, (select sum(epoch) from projects) as epochs`,
  )
}

/** Makes a model call that does not end, and waits until it has begun. */
async function callUnderWay(project: Project) {
  const { parts } = stage.app
  const controller = new AbortController()
  const request = { kind: 'brief' as const, system: 's', turns: [], outputTokensMax: 1_000 }
  const { id: projectId, userId, epoch, step, capMicro } = project
  const order: CallOrder = {
    projectId,
    userId,
    epoch,
    step,
    capMicro,
    ordinal: 0,
    role: 'architect',
    request,
  }
  const call = parts.gateway.call(order, controller.signal)
  await waiting.begun
  return { call, stop: () => controller.abort() }
}

describe('an outcome', () => {
  test('writes everything or, when the project has moved on, nothing at all', async () => {
    const project = await standing('planning')
    const planned = outcome('planned', {
      file: { change: 'x' },
      capMicro: 7n,
      says: ['Planned.'],
      events: [{ type: 'scoped', title: 'x' }],
      write: tx => addTasks(tx, project.id, [TASK]),
    })
    const before = await counted()
    expect(await settle(stage.app.parts, { ...project, epoch: project.epoch + 1 }, planned)).toBe(false)
    expect(
      await settle(stage.app.parts, { ...project, epoch: project.epoch - 1 }, rest('credits', 'No.')),
    ).toBe(false)
    expect(await counted()).toEqual(before)
    expect(await load(project)).toEqual(project)

    expect(await settle(stage.app.parts, project, planned)).toBe(true)
    expect(await load(project)).toMatchObject({ state: 'approving', step: 1, epoch: 1, capMicro: 7n })
    expect(await tasksOf(stage.app.parts.database.sql, project.id)).toHaveLength(1)
    expect(await settle(stage.app.parts, project, planned)).toBe(false)
    expect(await tasksOf(stage.app.parts.database.sql, project.id)).toHaveLength(1)
  })

  test('whose rows cannot be written is not taken half', async () => {
    const project = await standing('planning')
    const broken = outcome('planned', {
      says: ['Planned.'],
      write: async tx => {
        await addTasks(tx, project.id, [TASK])
        throw new Error('the disk is full')
      },
    })
    const before = await counted()
    await expect(settle(stage.app.parts, project, broken)).rejects.toThrow('the disk is full')
    expect(await counted()).toEqual(before)
  })

  test('appends its events once and in order: what happened, the move, the words', async () => {
    const project = await standing('planning')
    const seen: StoredEvent[] = []
    const leave = stage.app.parts.live.listen(project.id, {
      event: each => seen.push(each),
      activity: () => {},
    })
    await settle(
      stage.app.parts,
      project,
      outcome('planned', { says: ['One.', 'Two.'], events: [{ type: 'scoped', title: 'x' }] }),
    )
    leave()
    const stored = await events(project)
    expect(stored.map(event => event.seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(stored.slice(2).map(event => event.type)).toEqual(['scoped', 'moved', 'said', 'said'])
    expect(stored.slice(4)).toMatchObject([{ text: 'One.' }, { text: 'Two.' }])
    expect(seen).toEqual(stored.slice(2))
  })

  test('of two that were worked out side by side one is taken', async () => {
    const project = await standing('brief')
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => settle(stage.app.parts, project, outcome('clear'))),
    )
    expect(taken.filter(each => each)).toHaveLength(1)
    expect((await events(project)).filter(event => event.type === 'moved')).toHaveLength(1)
  })

  test('that the state does not know is a bug, and changes nothing', async () => {
    const project = await standing('brief')
    await expect(settle(stage.app.parts, project, outcome('green'))).rejects.toThrow('does not know')
    expect(await load(project)).toEqual(project)
  })
})

describe('a decision', () => {
  test('of two approvals at once one is taken; the other hears that it comes too late', async () => {
    const project = await standing('approving')
    const answers = await Promise.all(Array.from({ length: 6 }, () => say(project, { type: 'approve' })))
    const refused = answers.filter(answer => !answer.ok)
    expect(refused).toHaveLength(5)
    for (const answer of refused)
      expect(answer).toEqual({
        ok: false,
        reason: 'not-now',
        says: 'That does not fit now: checking the credits. Nothing was changed.',
      })
    expect(await load(project)).toMatchObject({ state: 'reserving', epoch: 1, step: 1 })
    const words = (await events(project)).filter(event => event.type === 'said' && event.text === 'Approve')
    expect(words).toHaveLength(1)
  })

  test.each([
    [{ type: 'approve' }],
    [{ type: 'answer', answers: [] }],
    [{ type: 'goOn' }],
    [{ type: 'resume' }],
    [{ type: 'pause' }],
    [{ type: 'refine', text: 'More.' }],
  ])('%j does not fit a project that waits for its brief, and changes nothing', async event => {
    const project = await standing('confirming')
    const before = await counted()
    expect(await say(project, event)).toMatchObject({ ok: false, reason: 'not-now' })
    expect(await counted()).toEqual(before)
    expect(await load(project)).toEqual(project)
  })

  test('nobody but its owner decides about a project', async () => {
    const project = await standing('approving')
    const { parts } = stage.app
    await parts.database.transaction(async tx => {
      await tx.insert(users).values({ id: 'other', name: 'Other', role: 'maker', createdAt: new Date(0) })
      await openAccounts(tx, parts.clock, 'other', 0n)
    })
    expect(await decide(parts, 'other', project.id, { type: 'approve' })).toMatchObject({
      reason: 'not-found',
    })
    expect(await load(project)).toEqual(project)
  })

  test('what is offered depends on why it is asked and on what is verified', async () => {
    const decision = { why: 'cap', says: 'The cap is reached.', task: null }
    const at = await standing('deciding', {
      backState: 'planning',
      file: { ...(await standing('brief')).file, decision },
    })
    for (const word of ['deliver', 'goOn', 'skip']) {
      expect(await say(at, { type: word })).toMatchObject({ ok: false, reason: 'not-now' })
    }
    expect(await say(at, { type: 'raise', capCredits: '1' })).toMatchObject({
      ok: false,
      says: 'The new cap must be above the one that was reached.',
    })
    expect(await load(at)).toEqual(at)
    expect(await say(at, { type: 'raise', capCredits: '500.5' })).toMatchObject({ ok: true })
    expect(await load(at)).toMatchObject({ state: 'planning', capMicro: 500_500_000n, backState: null })
  })

  test('undo goes to a verified task only', async () => {
    const project = await standing('implementing')
    const { database } = stage.app.parts
    await database.transaction(tx => addTasks(tx, project.id, [TASK]))
    expect(await say(project, { type: 'undo', task: 'T1' })).toMatchObject({ ok: false, reason: 'not-now' })
    expect(await load(project)).toEqual(project)
  })
})

describe('an end', () => {
  test('returns what was held for a call under way, once', async () => {
    const project = await standing('scoping')
    const { database } = stage.app.parts
    const { call, stop } = await callUnderWay(project)
    expect((await spentMicro(database.sql, project.id)).heldMicro).toBeGreaterThan(0n)
    expect(await say(project, { type: 'cancel' })).toMatchObject({ ok: true })
    expect(await spentMicro(database.sql, project.id)).toEqual({ spentMicro: 0n, heldMicro: 0n })
    expect((await events(project)).at(-1)).toMatchObject({ type: 'ended', state: 'cancelled' })
    stop()
    expect(await call).toMatchObject({ ok: false })
    expect(await spentMicro(database.sql, project.id)).toEqual({ spentMicro: 0n, heldMicro: 0n })
  })

  test('that was come to takes nothing more', async () => {
    const project = await standing('scoping')
    await say(project, { type: 'cancel' })
    for (const type of ['cancel', 'pause', 'resume', 'approve'])
      expect(await say(project, { type })).toMatchObject({ ok: false, reason: 'not-now' })
  })
})

const TASK = {
  id: 'T1',
  title: 'One',
  detail: 'One thing',
  files: ['a.py'],
  dependsOn: [],
  criteria: [{ id: 'T1.1', text: 'It works.' }],
}

describe('answers', () => {
  const questions = ['Q1', 'Q2'].map(id => ({ id, text: `What of ${id}?`, offers: [] }))
  const asked = async () => {
    const project = await standing('asking')
    const changes = { ...project, epoch: project.epoch + 1, file: { ...project.file, questions } }
    await stage.app.parts.database.transaction(tx => updateProject(tx, changes, project.epoch))
    return project
  }
  const of = (...ids: string[]) => ({ type: 'answer', answers: ids.map(id => ({ id, answer: null })) })

  test.each([
    [of('Q1', 'Q3'), '"Q3" is none of the questions, which are Q1, Q2. Nothing was changed.'],
    [of('Q1'), 'The answer to Q2 is missing: null leaves it to the Architect. Nothing was changed.'],
    [of(), 'The answer to Q1, Q2 is missing: null leaves it to the Architect. Nothing was changed.'],
    [of('Q1', 'Q2', 'Q1'), 'A question is answered twice. Nothing was changed.'],
  ])('to other questions than those that were asked change nothing: %j', async (event, says) => {
    const project = await asked()
    const before = await load(project)
    expect(await say(project, event)).toMatchObject({ ok: false, reason: 'not-now', says })
    expect(await load(project)).toEqual(before)
  })

  test('to every question are taken, and null leaves one to the Architect', async () => {
    const project = await asked()
    const answers = [
      { id: 'Q2', answer: 'Blue' },
      { id: 'Q1', answer: null },
    ]
    expect(await say(project, { type: 'answer', answers })).toMatchObject({ ok: true })
    expect((await load(project))?.file.answered).toEqual([
      { question: 'What of Q1?', answer: null },
      { question: 'What of Q2?', answer: 'Blue' },
    ])
  })
})

describe('a project that has ended', () => {
  test.each(['completed', 'cancelled', 'failed'] as const)(
    'and is %s leaves the list and comes back, and nothing else about it changes',
    async state => {
      const project = await standing(state)
      const before = await load(project)
      expect(await say(project, { type: 'hide' })).toMatchObject({
        ok: true,
        value: { file: { hidden: true } },
      })
      expect(await say(project, { type: 'unhide' })).toMatchObject({ ok: true })
      expect(await load(project)).toEqual({ ...before, epoch: expect.any(Number) })
    },
  )

  test('is the only one that can be hidden', async () => {
    expect(await say(await standing('approving'), { type: 'hide' })).toMatchObject({ reason: 'not-now' })
  })
})

describe('a project that rests', () => {
  test('says so when it is paused again, and one that works has nothing to resume', async () => {
    const project = await standing('planning')
    expect(await say(project, { type: 'resume' })).toMatchObject({
      says: 'It is not paused: there is nothing to resume.',
    })
    await say(project, { type: 'pause' })
    expect(await say(project, { type: 'pause' })).toMatchObject({ says: 'It is paused already.' })
  })
})

describe('what kept a project and is over before it rests', () => {
  test.each([
    ['credits that are there by then', rest('credits', 'Too few.', { needsMicro: 1n })],
    ['an account that is unlocked by then', rest('account', 'Locked.')],
  ])('lets it go on: %s', async (_, resting) => {
    const project = await standing('reserving')
    expect(await settle(stage.app.parts, project, resting)).toBe(true)
    expect(await load(project)).toMatchObject({ paused: null, epoch: project.epoch })
  })

  test.each([
    ['credits', rest('credits', 'Too few.', { needsMicro: 10n ** 15n })],
    ['the account', rest('account', 'Locked.')],
  ])('still keeps it while it is so: %s', async (_, resting) => {
    const { parts, userId } = stage.app
    const project = await standing('reserving')
    const lock = (frozen: 'operator' | null) =>
      parts.database.sql.update(users).set({ frozen }).where(eq(users.id, userId))
    await lock('operator')
    await settle(parts, project, resting)
    await lock(null)
    expect(await load(project)).toMatchObject({ paused: resting.paused })
  })
})
