import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { invariant } from '../../src/failure.ts'
import { openLog } from '../../src/log.ts'
import { runChecks } from '../../src/sandbox/checks/checks.ts'
import { createDependencies, type Dependencies } from '../../src/sandbox/dependencies/dependencies.ts'
import { PROJECTS } from '../../src/sandbox/dependencies/trialProjects.ts'
import { type Egress, openEgress } from '../../src/sandbox/egress/egress.ts'
import { thisMachine } from '../../src/sandbox/egress/upstreams/machine.ts'
import { readUpstreams } from '../../src/sandbox/egress/upstreams/upstreams.ts'
import type { FoundToolchain } from '../../src/sandbox/toolchains/detect.ts'
import type { ToolchainId } from '../../src/sandbox/toolchains/toolchain.ts'
import { checksFor, detectToolchains, toolchainCalled } from '../../src/sandbox/toolchains/toolchains.ts'
import { filesOf, openTrial, type Trial } from '../../src/sandbox/trial.ts'

/** Small projects with one real dependency each, from the registries of this machine. */

const MINUTES_MS = 5 * 60_000

let trial: Trial
let egress: Egress
let dependencies: Dependencies
let found: readonly FoundToolchain[]
beforeAll(async () => {
  trial = await openTrial({ searchPath: process.env.PATH ?? '' })
  egress = await openEgress({
    stateDir: trial.stateDir,
    upstreams: await readUpstreams(thisMachine(process.env, homedir())),
    clock: systemClock,
    log: openLog({ level: 'silent' }),
  })
  await egress.refresh()
  const stateDir = join(trial.stateDir, 'dependencies')
  dependencies = await createDependencies({ sandbox: trial.sandbox, egress, stateDir, clock: systemClock })
  found = await detectToolchains(trial.sandbox)
}, MINUTES_MS)
afterAll(async () => {
  await egress.close()
  await trial.close()
})

/** Why a project of this toolchain cannot be built on this machine; null when it can. */
function lacking(id: ToolchainId): string | null {
  const toolchain = found.find(each => each.id === id)
  const missing = [...(toolchain?.missing ?? []), ...(toolchain?.fetchLacks?.missing ?? [])]
  if (missing.length > 0) return missing.join(', ')
  const ecosystem = toolchainCalled(id).dependencies?.ecosystem
  const registry = egress.registries.find(each => each.ecosystem === ecosystem)
  return registry?.reachable ? null : `the registry of ${ecosystem} is not there: ${registry?.why}`
}

test.for(Object.entries(PROJECTS))(
  'a %s project with a real dependency is fetched, built and tested without a network',
  { timeout: MINUTES_MS },
  async ([, { id, texts, made, checks }], { task, skip }) => {
    const reason = lacking(id)
    if (reason !== null) {
      task.meta.reason = reason
      skip()
    }
    const files = filesOf(texts)
    const result = await dependencies.prepare(files, id)
    invariant(result.ok, result.ok ? '' : result.says)
    const prepared = result.value
    expect(prepared.checks.map(({ passed, output }) => (passed ? 'passed' : output))).toEqual(
      prepared.checks.map(() => 'passed'),
    )
    expect([...prepared.made.keys()]).toEqual(made)
    for (const { content } of prepared.made.values()) expect(content.toString()).not.toContain('127.0.0.1')
    const whole = new Map([...files, ...prepared.made])
    const asked = checksFor(id, whole).filter(({ name }) => checks.includes(name))
    const results = await runChecks(trial.sandbox, whole, asked, { prepared })
    expect(results.map(({ name, passed, output }) => [name, passed ? 'passed' : output])).toEqual(
      checks.map(name => [name, 'passed']),
    )
    expect(results.at(-1)?.tests).toMatchObject([{ outcome: 'passed' }])
  },
)
