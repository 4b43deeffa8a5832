import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sandbox } from '../open.ts'
import { checkPromises, PROMISES, type PromiseReport } from '../promises.ts'
import { openTrial, type Trial } from '../trial.ts'

let trial: Trial
let bare: Trial
let reports: PromiseReport[] = []
beforeAll(async () => {
  trial = await openTrial()
  bare = await openTrial({ backend: 'none' })
  reports = await checkPromises(trial.sandbox)
})
afterAll(async () => {
  await trial.close()
  await bare.close()
})

test.each(PROMISES)('$name', ({ name, group }) => {
  expect(reports.find(report => report.name === name)).toEqual({ name, group, kept: 'kept', seen: '' })
})

test('without a sandbox nothing is promised', async () => {
  const kept = new Set((await checkPromises(bare.sandbox)).map(report => report.kept))
  expect([...kept]).toEqual(['not promised'])
})

test('what a backend does not hold at all is not promised, and the rest is', async () => {
  const guarantees = { ...trial.sandbox.guarantees, diskBytes: 'none' } as const
  const told = await checkPromises({ ...trial.sandbox, guarantees })
  const not = told.filter(({ kept }) => kept === 'not promised').map(({ name }) => name)
  expect(not).toEqual(['the size of the workspace is bounded'])
})

// Whether the machine happens to have them is chance: a socket in `/run`, an address that nobody answers for.
const BY_CHANCE = [
  'no socket of the system or of a container engine is there',
  'no name is looked up outside',
  'no home of the machine is there',
  'no disk and no memory of the machine is among the devices',
  "the machine's passwords cannot be read",
  'the environment holds nothing of the supervisor',
]
/** Their attempts would really write to this machine, or ask it for a mount. */
const HARMFUL = ['the system cannot be written', 'no namespace can be made and nothing can be mounted']

test('on the machine itself the attempts succeed, and are told as not kept', async () => {
  const outside: Sandbox = { ...bare.sandbox, backend: 'bubblewrap', guarantees: trial.sandbox.guarantees }
  const harmless: Sandbox = {
    ...outside,
    run: spec => (isHarmful(spec.command) ? trial.sandbox.run(spec) : outside.run(spec)),
  }
  const told = await checkPromises(harmless)
  const broken = told.filter(({ kept }) => kept === 'not kept')
  const expected = PROMISES.filter(
    ({ group, name }) => group !== 'limits' && ![...BY_CHANCE, ...HARMFUL].includes(name),
  )
  expect(broken.map(({ name }) => name)).toEqual(expect.arrayContaining(expected.map(({ name }) => name)))
  for (const { seen } of broken) expect(seen).not.toBe('')
})

function isHarmful(command: readonly string[]): boolean {
  return PROMISES.some(promise => HARMFUL.includes(promise.name) && promise.command === command)
}
