import { expect, test } from 'vitest'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test(
  'a project whose packages cannot be fetched waits, is charged for nothing meanwhile, and says what to do',
  () =>
    onStage({ settings: { ...NO_REGISTRY, PATH: process.env.PATH ?? '' } }, async stage => {
      const project = await stage.build(describing('short-links'))
      expect(project.pause).toMatchObject({ reason: 'registry' })
      expect(project.pause?.says).toMatch(/npm does not answer.*resume/i)
      expect(project.heldCredits).toBe('0')
      const told = (await stage.happened(project.id)).filter(event => event.type === 'said')
      expect(JSON.stringify(told)).toContain('Packages for TypeScript on Node.js cannot be fetched')
      const asked = stage.asked.length
      await stage.client.say(project.id, { type: 'resume' })
      const again = await stage.until(project.id, 'a second rest', ({ pause }) => pause !== null)
      expect(again.pause?.reason).toBe('registry')
      expect(again.spentCredits).toBe(project.spentCredits)
      expect(stage.asked.length).toBe(asked)
      await stage.client.say(project.id, { type: 'cancel' })
    }),
  STORY_MS_MAX,
)

/** Nobody listens on the port of tcpmux. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:1/' }
