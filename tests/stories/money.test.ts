import { describe, expect, test } from 'vitest'
import { yes } from '../../src/cli/drive.ts'
import { loadProject, updateProject } from '../../src/projects/store.ts'
import { expectGoodDelivery, micro } from './delivered.ts'
import { about, silent } from './models.ts'
import { describing, NOBODY, onStage, STORY_MS_MAX, type Stage } from './stage.ts'

const GRANT = '25'
/** Far more than a building of four tasks takes. */
const GRANTS_MAX = 30

test(
  'TS-002 in small: whenever the credits run out it rests before the call, says so, and goes on by itself on a grant',
  () =>
    onStage({ settings: { INITIAL_CREDITS: '12' } }, async stage => {
      const { client } = stage
      let project = await stage.build(describing('durations'))
      const rests: string[] = []
      for (let grants = 0; project.pause && grants < GRANTS_MAX; grants++) {
        rests.push(project.state)
        expect(project).toMatchObject({ pause: { reason: 'credits' }, heldCredits: '0' })
        expect(project.pause?.says).toMatch(
          /^Too few credits: needed [\d.]+, available [\d.]+\. The project rests and goes on by itself/,
        )
        const calls = await client.calls(project.id)
        expect(calls.filter(call => call.status !== 'completed')).toEqual([])
        await grant(stage, GRANT)
        await stage.until(project.id, 'that it goes on', ({ pause }) => pause === null)
        project = await stage.carryOn(project.id)
      }
      expect(rests.length).toBeGreaterThan(1)
      expect(rests.some(state => ['building', 'implementing', 'verifying'].includes(state))).toBe(true)
      await expectGoodDelivery(stage, project)
    }),
  STORY_MS_MAX,
)

function grant({ client }: Stage, credits: string): Promise<unknown> {
  return client.post('/api/operator/grants', { user: 'owner', credits, reason: 'A grant' })
}

test(
  'a grant to nobody, of nothing, or of words is refused and moves nothing',
  () =>
    onStage({}, async stage => {
      const give = (user: string, credits: string) =>
        stage.client.post('/api/operator/grants', { user, credits, reason: 'A grant' })
      await expect(give('nobody', '5')).rejects.toThrow('There is no user called "nobody".')
      await expect(give('owner', '0')).rejects.toThrow('changes nothing')
      await expect(give('owner', 'many')).rejects.toThrow('An amount is a number of credits')
      await expect(give('owner', '-1000.000001')).rejects.toThrow('Too few credits')
      expect((await stage.client.session()).balance).toEqual({ availableCredits: '1000', heldCredits: '0' })
      await give('owner', '-1000')
      expect((await stage.client.session()).balance).toEqual({ availableCredits: '0', heldCredits: '0' })
    }),
  STORY_MS_MAX,
)

describe('the cap', () => {
  test(
    'reached before anything is verified offers to raise it or to cancel, and both work',
    () =>
      onStage({}, async stage => {
        const { client } = stage
        const { id } = await client.create(describing('durations'))
        await stage.carryOn(id, async project => (project.state === 'approving' ? null : yes(project)))
        await cap(stage, id, 0n)
        await client.say(id, { type: 'approve' })
        const stopped = await stage.until(id, 'the cap', project => project.state === 'deciding')
        expect(stopped).toMatchObject({ decision: { why: 'cap' }, heldCredits: '0' })
        expect(stopped.allowed.sort()).toEqual(['cancel', 'raise'])
        expect(stopped.decision?.says).toMatch(
          /^The next step could bring this project to [\d.]+ credits; its cap is/,
        )
        for (const type of ['deliver', 'goOn', 'skip'] as const)
          await expect(client.say(id, { type })).rejects.toThrow('Nothing was changed')
        await expect(client.say(id, { type: 'raise', capCredits: '0' })).rejects.toThrow('must be above')
        await client.say(id, { type: 'raise', capCredits: '300' })
        const going = await stage.until(id, 'the first task', project => project.state === 'implementing')
        expect(going).toMatchObject({ capCredits: '300', decision: null })
        expect(await client.say(id, { type: 'cancel' })).toMatchObject({
          state: 'cancelled',
          heldCredits: '0',
        })
      }),
    STORY_MS_MAX,
  )

  test(
    'reached in the middle also offers what is verified so far, and that is a proven ZIP',
    () =>
      onStage({}, async stage => {
        const { client } = stage
        const { id } = await client.create(describing('durations'))
        const building = stage.carryOn(id)
        await stage.until(id, 'the first verified task', project => project.tasksDone === 1)
        await client.say(id, { type: 'pause' })
        expect(await building).toMatchObject({ pause: { reason: 'user' } })
        const paused = await client.project(id)
        await cap(stage, id, micro(paused.spentCredits))
        await client.say(id, { type: 'resume' })
        const stopped = await stage.until(id, 'the cap', project => project.state === 'deciding')
        expect(stopped.allowed.sort()).toEqual(['cancel', 'deliver', 'raise', 'undo'])
        await client.say(id, { type: 'deliver' })
        const project = await stage.until(
          id,
          'the delivery',
          ({ state }) => state !== 'deciding' && END.has(state),
        )
        expect(project.spentCredits).toBe(stopped.spentCredits)
        expect(project.taskList.map(task => task.status)).toEqual(['done', 'open', 'open', 'open'])
        await expectGoodDelivery(stage, project)
      }),
    STORY_MS_MAX,
  )

  /** A cap as if the quote had been so low; only while nothing works on the project. */
  async function cap({ app }: Stage, id: string, capMicro: bigint): Promise<void> {
    const { database } = app.parts
    const project = await loadProject(database.sql, id)
    if (!project) throw new Error('there is no project')
    await database.transaction(tx => updateProject(tx, { ...project, capMicro }, project.epoch))
  }

  const END = new Set(['completed', 'cancelled', 'failed', 'deciding'])
})

describe('in the middle of a model call', () => {
  const FREE = { availableCredits: '1000', heldCredits: '0' }

  test(
    'a pause is immediate, costs nothing, and the call is made again on resume',
    () => {
      const { begun, model } = silent(about('questions'))
      return onStage({ model }, async stage => {
        const { client } = stage
        const { id } = await client.create(describing('tally'))
        await begun
        expect(micro((await client.session()).balance.heldCredits)).toBeGreaterThan(0n)
        expect(await client.say(id, { type: 'pause' })).toMatchObject({ pause: { reason: 'user' } })
        await released(stage)
        expect((await client.session()).balance).toEqual(FREE)
        expect(await client.calls(id)).toMatchObject([{ status: 'failed', credits: '0' }])
        await client.say(id, { type: 'resume' })
        await stage.until(id, 'work', project => project.pause === null)
        await expect.poll(() => stage.asked.length, { timeout: 20_000 }).toBe(2)
        await client.say(id, { type: 'cancel' })
      })
    },
    STORY_MS_MAX,
  )

  test(
    'a cancel returns the hold at once',
    () => {
      const { begun, model } = silent(about('brief'))
      return onStage({ model }, async stage => {
        const { client } = stage
        const { id } = await client.create(describing('tally'))
        await stage.carryOn(id, NOBODY)
        const { questions } = await client.project(id)
        const answers = questions.map(question => ({ id: question.id, answer: null }))
        await client.say(id, { type: 'answer', answers })
        await begun
        const cancelled = await client.say(id, { type: 'cancel' })
        expect(cancelled).toMatchObject({ state: 'cancelled', heldCredits: '0', allowed: ['hide'] })
        const { balance } = await client.session()
        expect(balance.heldCredits).toBe('0')
        expect(1_000_000_000n - micro(balance.availableCredits)).toBe(micro(cancelled.spentCredits))
        expect((await client.calls(id)).filter(call => call.kind === 'brief')).toMatchObject([
          { status: 'failed', credits: '0' },
        ])
      })
    },
    STORY_MS_MAX,
  )

  /** The worker gives the hold back when its call has ended, which the pause does not wait for. */
  async function released({ client }: Stage): Promise<void> {
    await expect.poll(async () => (await client.session()).balance.heldCredits, { timeout: 20_000 }).toBe('0')
  }
})
