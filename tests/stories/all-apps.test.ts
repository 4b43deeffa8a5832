import { expect, test } from 'vitest'
import { expectGoodDelivery } from './delivered.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test.each(['split-bill', 'durations'])(
  '%s is built, and installs, tests and starts outside the product',
  name =>
    onStage({}, async stage => {
      const project = await stage.build(describing(name))
      await expectGoodDelivery(stage, project)
      expect(project.deliveries.map(delivery => delivery.file)).toEqual([`${name}.zip`])
    }),
  STORY_MS_MAX,
)
