import { homedir } from 'node:os'
import { expect, type TestContext, test } from 'vitest'
import { environmentOfTools } from '../../src/sandbox/egress/upstreams/machine.ts'
import type { ToolchainId } from '../../src/sandbox/toolchains/toolchain.ts'
import { toolchainCalled } from '../../src/sandbox/toolchains/toolchains.ts'
import { expectGoodDelivery } from '../stories/delivered.ts'
import { describing, onStage, STORY_MS_MAX, type Stage } from '../stories/stage.ts'

/** Apps of every language with packages of others, through the whole product, where the machine has what they need. */
const APPS: readonly (readonly [name: string, toolchain: ToolchainId])[] = [
  ['short-links', 'typescript'],
  ['rooms', 'python'],
  ['ids', 'go'],
  ['wordcount', 'rust'],
  ['csv-json', 'java'],
]

const settings = { ...environmentOfTools(process.env), HOME: homedir() }

test.for(APPS)(
  '%s (%s) is built with its packages, and installs, tests and starts outside the product',
  { timeout: STORY_MS_MAX },
  ([name, toolchain], context) =>
    onStage({ settings }, async stage => {
      await skipWithout(stage, toolchain, context)
      const project = await stage.build(describing(name))
      const files = await expectGoodDelivery(stage, project)
      expect(files.has('THIRD_PARTY_LICENCES.md')).toBe(true)
    }),
)

/** Skips, with the reason, where the machine lacks the language or its registry does not answer. */
async function skipWithout({ app }: Stage, id: ToolchainId, context: TestContext): Promise<void> {
  const { sandbox } = app.parts
  if (!sandbox.ok) throw new Error(sandbox.says)
  const found = sandbox.value.toolchains.find(each => each.id === id)
  const lacking = [...(found?.missing ?? [id]), ...(found?.fetchLacks?.missing ?? [])]
  if (lacking.length > 0) skip(context, lacking.join(', '))
  const egress = await sandbox.value.egress()
  await egress.refresh()
  const ecosystem = toolchainCalled(id).dependencies?.ecosystem
  const registry = egress.registries.find(each => each.ecosystem === ecosystem)
  if (!registry?.reachable) skip(context, `${ecosystem}: ${registry?.why ?? 'no registry'}`)
}

function skip(context: TestContext, reason: string): never {
  context.task.meta.reason = reason
  return context.skip(reason)
}
