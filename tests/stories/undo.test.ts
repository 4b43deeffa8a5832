import { expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { expectGoodDelivery, textOf } from './delivered.ts'
import { about, saying } from './models.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test(
  'what was delivered can be taken back to a verified task, finished again, and refined; nothing is ever lost',
  () =>
    onStage({}, async stage => {
      const { app, client } = stage
      const first = await stage.build(describing('tally'))
      await expectGoodDelivery(stage, first)
      const workspace = await app.parts.workspaceOf(first.id)
      const history = (await workspace.log()).map(entry => entry.commit)
      const treeAt = (commit: string | null | undefined) =>
        workspace.log().then(log => log.find(entry => entry.commit === commit))

      await client.say(first.id, { type: 'undo', task: 'T2' })
      const undone = await stage.until(first.id, 'the undo', project => project.state === 'deciding')
      expect(undone).toMatchObject({ decision: { why: 'undone', task: 'T2' }, tasksDone: 2, task: 'T3' })
      expect(undone.allowed.sort()).toEqual(['cancel', 'deliver', 'goOn', 'undo'])
      expect(undone.taskList.map(task => task.status)).toEqual(['done', 'done', 'open', 'open'])
      expect(undone.spentCredits).toBe(first.spentCredits)
      expect(await workspace.files()).not.toContain('tally/totals.py')
      expect((await workspace.log()).map(entry => entry.commit).slice(1)).toEqual(history)
      expect(await treeAt(undone.taskList[1]?.commit)).toMatchObject({ trailers: { Task: 'T2' } })
      expect(await client.zip(first.id)).not.toHaveLength(0)

      await client.say(first.id, { type: 'goOn' })
      const second = await stage.carryOn(first.id)
      await expectGoodDelivery(stage, second)
      expect(second.deliveries.map(delivery => delivery.number)).toEqual([2, 1])
      expect(second.deliveries[0]?.treeSha256).toBe(first.deliveries[0]?.treeSha256)

      await client.say(first.id, { type: 'refine', text: 'Make it sing.' })
      const unchanged = await stage.until(first.id, 'the answer', project => project.state === 'completed')
      expect(unchanged.deliveries).toEqual(second.deliveries)
      const words = (await stage.happened(first.id)).flatMap(event =>
        event.type === 'said' ? [event.text] : [],
      )
      expect(words.at(-1)).toContain('The rehearsal model cannot change Tally in that way.')

      const wish = REHEARSAL_APPS.find(each => each.name === 'tally')?.refinement?.wish ?? ''
      await client.say(first.id, { type: 'refine', text: wish })
      const third = await stage.carryOn(first.id)
      const files = await expectGoodDelivery(stage, third)
      expect(third.taskList.map(task => [task.id, task.status])).toEqual(
        ['T1', 'T2', 'T3', 'T4', 'T5'].map(id => [id, 'done']),
      )
      expect(textOf(files, 'tally/cli.py')).toContain('remove')
      expect(third.deliveries).toHaveLength(3)
      const commits = new Set((await workspace.log()).map(entry => entry.commit))
      expect(history.filter(commit => !commits.has(commit))).toEqual([])
    }),
  STORY_MS_MAX * 2,
)

test(
  'a stuck task is refunded and leaves the last verified state; words, delivery, undo and skipping all lead on',
  () => {
    let words: string | undefined = 'Sorry, I cannot.'
    const model = saying(() => words, about('implement', 'T2'))
    return onStage({ model }, async stage => {
      const { app, client } = stage
      const stuck = await stage.build(describing('durations'))
      const { id } = stuck
      const workspace = await app.parts.workspaceOf(id)
      const verified = stuck.taskList[0]?.commit ?? ''
      expect(stuck).toMatchObject({ state: 'deciding', decision: { why: 'stuck', task: 'T2' }, tasksDone: 1 })
      expect(stuck.allowed.sort()).toEqual(['cancel', 'deliver', 'guide', 'skip', 'undo'])
      expect(stuck.taskList[1]).toMatchObject({ status: 'open', attempts: 2, spentCredits: '0' })
      expect(await workspace.head()).toBe(verified)

      await client.say(id, { type: 'guide', text: 'Use a table of units.' })
      const again = await stage.carryOn(id)
      expect(again).toMatchObject({ state: 'deciding', decision: { why: 'stuck', task: 'T2' } })
      expect(again.spentCredits).toBe(stuck.spentCredits)
      const asked = stage.asked.filter(({ request }) => about('implement', 'T2')(request))
      expect(asked.map(({ request }) => request.turns[0]?.text.includes('Use a table of units.'))).toEqual([
        false,
        false,
        true,
        true,
      ])
      expect(await workspace.head()).toBe(verified)

      await client.say(id, { type: 'deliver' })
      const part = await stage.carryOn(id)
      expect(part.taskList.map(task => task.status)).toEqual(['done', 'open', 'open', 'open'])
      const files = await expectGoodDelivery(stage, part)
      expect(textOf(files, 'README.md')).toContain('Not built:')

      await client.say(id, { type: 'undo', task: 'T1' })
      await stage.until(id, 'the undo', project => project.state === 'deciding')
      await client.say(id, { type: 'goOn' })
      expect(await stage.carryOn(id)).toMatchObject({ state: 'deciding', decision: { why: 'stuck' } })
      await client.say(id, { type: 'skip' })
      const skipped = await stage.carryOn(id)
      expect(skipped.taskList.map(task => task.status)).toEqual(['done', 'skipped', 'skipped', 'skipped'])
      const rest = await expectGoodDelivery(stage, skipped)
      expect(textOf(rest, 'TODO.md')).toContain('(skipped)')

      words = undefined
      await client.say(id, { type: 'undo', task: 'T1' })
      await stage.until(id, 'the undo', project => project.state === 'deciding')
      await client.say(id, { type: 'goOn' })
      const whole = await stage.carryOn(id)
      expect(whole.taskList.map(task => task.status)).toEqual(['done', 'done', 'done', 'done'])
      await expectGoodDelivery(stage, whole)
    })
  },
  STORY_MS_MAX * 2,
)
