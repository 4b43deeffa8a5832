import { afterAll, beforeAll, expect, test } from 'vitest'
import { probe } from './probe/probe.ts'
import { TOOLCHAINS } from './toolchains/toolchains.ts'
import { filesOf, openTrial, type Trial } from './trial.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial({ backend: 'none' })
})
afterAll(() => trial.close())

test('without a sandbox nothing is promised', async () => {
  const { guarantees } = await trial.sh('true')
  expect(new Set(Object.values(guarantees))).toEqual(new Set(['none']))
})

test('a command runs in a copy, with a clean environment, and its streams have names', async () => {
  const result = await trial.sh(
    'cat a; echo; env | cut -d= -f1 | sort | tr "\\n" " "; echo x > /dev/stdout',
    {
      files: filesOf({ a: 'text' }),
    },
  )
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  expect(result.stdout).toBe('text\nHOME LANG NODE_OPTIONS NO_COLOR PATH PWD TMPDIR TZ x\n')
})

test('a run is still stopped by its time, its output and its maker', async () => {
  expect((await trial.sh('sleep 600', { limits: { wallMs: 200 } })).killedBy).toBe('wall')
  expect((await trial.sh('yes', { limits: { outputBytes: 1_000_000 } })).killedBy).toBe('output')
  expect((await trial.sh('sleep 600', { signal: AbortSignal.timeout(100) })).killedBy).toBe('cancelled')
})

test('what is mounted in a sandbox is found where it is', async () => {
  const start = TOOLCHAINS.find(({ id }) => id === 'static-web')?.start ?? []
  const requests = [{ path: '/', expectStatus: 200, expectText: 'page' }]
  const files = filesOf({ 'index.html': 'a page' })
  expect(await probe(trial.sandbox, files, { start, port: 45_671, requests })).toMatchObject({ passed: true })
})
