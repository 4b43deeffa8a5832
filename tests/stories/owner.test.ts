import { expect, test } from 'vitest'
import type { SessionView } from '../../src/http/views.ts'
import { expectGoodDelivery } from './delivered.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

const OWN = { BILLING: 'off' }

test(
  'where nothing is sold an app is built at what it costs, in dollars, and no word of credits is said',
  () =>
    onStage({ settings: OWN }, async stage => {
      const { client } = stage
      const project = await stage.build(describing('durations'))
      await expectGoodDelivery(stage, project)
      const said = (await stage.happened(project.id)).flatMap(event => ('text' in event ? [event.text] : []))
      expect(said.filter(text => /credit/i.test(text))).toEqual([])
      expect(said.some(text => /never more than \$\d/.test(text))).toBe(true)
      const { billing, balance } = await client.session()
      expect(balance).toEqual({ availableCredits: '0', heldCredits: '0' })
      const cost = (await client.calls(project.id)).reduce((sum, call) => sum + Number(call.credits), 0)
      expect(billing).toMatchObject({ shows: 'usd', creditUsd: '0.01', today: { limitUsd: '25' } })
      expect(Number(billing.today?.spentUsd)).toBeCloseTo(cost * 0.01, 6)
      await expect(client.get('/api/packages')).rejects.toThrow()
      await expect(client.get('/api/credits')).rejects.toThrow('Nothing is sold here')
      const grant = { user: 'owner', credits: '5', reason: 'A grant' }
      await expect(client.post('/api/operator/grants', grant)).rejects.toThrow('Nothing is sold here')
    }),
  STORY_MS_MAX,
)

test(
  'the limit of a project is its cap, and cannot be raised above',
  () =>
    onStage({ settings: { ...OWN, PROJECT_LIMIT_USD: '0.05' } }, async stage => {
      const project = await stage.build(describing('durations'))
      expect(project).toMatchObject({ state: 'deciding', decision: { why: 'cap' }, capCredits: '5' })
      expect(project.decision?.says).toMatch(/its cap is \$0\.05/)
      const raise = stage.client.say(project.id, { type: 'raise', capCredits: '6' })
      await expect(raise).rejects.toThrow('No project here may cost more than $0.05.')
      expect(Number(project.spentCredits)).toBeLessThanOrEqual(5)
    }),
  STORY_MS_MAX,
)

test(
  'the limit of a day stops the next call, the project rests until the next day, and operators can see why',
  () =>
    onStage({ settings: { ...OWN, DAILY_LIMIT_USD: '0.34' } }, async stage => {
      const { client } = stage
      const project = await stage.build(describing('durations'))
      expect(project).toMatchObject({ pause: { reason: 'limit' }, heldCredits: '0' })
      expect(project.pause?.says).toContain('What all projects here may cost in a day is spent: $0.34.')
      const { billing }: SessionView = await client.session()
      expect(Number(billing.today?.spentUsd)).toBeLessThanOrEqual(0.34)
      const { alerts } = await client.get<{ alerts: { kind: string; says: string }[] }>(
        '/api/operator/alerts',
      )
      expect(alerts).toMatchObject([{ kind: 'day-limit', says: expect.stringContaining('DAILY_LIMIT_USD') }])
    }),
  STORY_MS_MAX,
)
