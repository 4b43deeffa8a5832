import { expect, test } from 'vitest'
import { expectGoodDelivery, micro, textOf } from './delivered.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test(
  'TS-001: a new user gets a Python app; a review that rejects is met by a better try',
  () =>
    onStage({ embedded: true }, async stage => {
      const before = await stage.client.session()
      expect(before.balance).toEqual({ availableCredits: '1000', heldCredits: '0' })

      const project = await stage.build(describing('tally'))
      const files = await expectGoodDelivery(stage, project)
      expect(project.taskList.map(task => [task.id, task.status, task.attempts])).toEqual([
        ['T1', 'done', 2],
        ['T2', 'done', 2],
        ['T3', 'done', 2],
        ['T4', 'done', 1],
      ])
      for (const path of ['docs/requirements.md', 'docs/architecture.md', 'docs/deployment.md'])
        expect(textOf(files, path).length).toBeGreaterThan(100)

      const [rejected, approved] = await stage.client
        .attempts(project.id)
        .then(attempts => attempts.filter(attempt => attempt.task === 'T1'))
      expect(rejected).toMatchObject({ result: 'rejected', verdict: { verdict: 'REJECTED' } })
      expect(rejected?.problem).toContain('leaves half a log')
      expect(approved).toMatchObject({ result: 'approved', verdict: { verdict: 'APPROVED' } })
      const second = stage.asked.filter(({ role }) => role === 'implementer')[1]
      expect(JSON.stringify(second?.request)).toContain('leaves half a log')

      const after = await stage.client.session()
      const paid = micro(before.balance.availableCredits) - micro(after.balance.availableCredits)
      expect(paid).toBe(micro(project.spentCredits))
      expect(paid).toBeGreaterThan(0n)
      expect(paid).toBeLessThan(micro(project.capCredits))
    }),
  STORY_MS_MAX,
)

test(
  'TS-001: every step of the story is an event, in order and once',
  () =>
    onStage({}, async stage => {
      const { id } = await stage.build(describing('durations'))
      const events = await stage.happened(id)
      expect(events.map(event => event.seq)).toEqual(events.map((_, at) => at + 1))
      const moves = events.flatMap(event => (event.type === 'moved' ? [event] : []))
      expect(moves.slice(1).map(move => move.from)).toEqual(moves.slice(0, -1).map(move => move.to))
      expect(events.filter(event => event.type === 'ended')).toHaveLength(1)
      expect(events.at(-1)).toMatchObject({ type: 'ended', state: 'completed' })
      const words = events.flatMap(event => (event.type === 'said' ? [event] : []))
      expect(words[0]).toMatchObject({ direction: 'in', text: describing('durations') })
      expect(words.filter(word => word.direction === 'out').length).toBeGreaterThan(5)
    }),
  STORY_MS_MAX,
)
