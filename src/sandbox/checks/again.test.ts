import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunSpec } from '../backend.ts'
import { filesOf, openTrial, type Trial } from '../trial.ts'
import type { Check } from './check.ts'
import { type ChecksOptions, runChecks } from './checks.ts'
import { isFlaky } from './result.ts'

let trial: Trial
let outside: string
beforeAll(async () => {
  trial = await openTrial()
  outside = await mkdtemp(join(tmpdir(), 'botwright-again-'))
  await chmod(outside, 0o755)
})
afterAll(async () => {
  await trial.close()
  await rm(outside, { recursive: true, force: true })
})

const FILES = filesOf({
  'package.json': '{"type":"module"}',
  'sums.test.js': `
import test from 'node:test'
import assert from 'node:assert'
import { existsSync, readFileSync } from 'node:fs'
test('steady', () => {})
test('by chance', () => assert.equal(readFileSync('/mnt/outside/mood', 'utf8'), 'good'))
if (existsSync('built')) test('built', () => {})
`,
})
const TEST: Check = { name: 'test', phase: 'test', command: ['node', '--test'] }
const BUILD: Check = { name: 'build', phase: 'build', command: ['touch', 'built'] }

/** Runs the checks where the mood of the world is another one in each run of a test. */
async function run(
  checks: readonly Check[],
  moods: readonly string[],
  options: ChecksOptions = { again: true },
) {
  const ran: string[] = []
  const mood = [...moods]
  const sandbox: Trial['sandbox'] = {
    ...trial.sandbox,
    async run(spec: RunSpec, signal) {
      ran.push(spec.phase)
      if (spec.phase === 'test') await writeFile(join(outside, 'mood'), mood.shift() ?? 'none')
      return trial.sandbox.run(spec, signal)
    },
  }
  const prepared = { mounts: [{ host: outside, inside: '/mnt/outside' }] }
  const results = await runChecks(sandbox, FILES, checks, { prepared, ...options })
  return { results, ran }
}

test('a test that fails and then passes on the same files passes, and is marked with what changed', async () => {
  const { results, ran } = await run([TEST], ['bad', 'good'])
  expect(ran).toEqual(['test', 'test'])
  expect(results).toMatchObject([{ passed: true, again: { passed: true, changed: ['by chance'] } }])
  expect(results.map(isFlaky)).toEqual([true])
  expect(results[0]?.again?.ms).toBeGreaterThan(0)
  expect(results[0]?.tests?.every(({ outcome }) => outcome === 'passed')).toBe(true)
  expect(results[0]?.output).toContain("'bad' == 'good'")
})

test('a test that fails twice stays red', async () => {
  const { results } = await run([TEST], ['bad', 'bad', 'good'])
  expect(results).toMatchObject([{ passed: false, again: { passed: false, changed: [] } }])
  expect(results.map(isFlaky)).toEqual([false])
})

test('an acceptance test that passes only the second time stays red, and is said to be flaky', async () => {
  const { results } = await run([{ ...TEST, kind: 'acceptance' }], ['bad', 'good'])
  expect(results).toMatchObject([
    { passed: false, exitCode: 1, again: { passed: true, changed: ['by chance'] } },
  ])
  expect(results.map(isFlaky)).toEqual([true])
  expect(results[0]?.output).toContain('it depends on chance')
})

test('what is built is built again before the second run', async () => {
  const { results, ran } = await run([BUILD, TEST], ['bad', 'good'])
  expect(ran).toEqual(['build', 'test', 'build', 'test'])
  expect(results[1]?.tests?.map(({ name }) => name)).toEqual(['steady', 'by chance', 'built'])
})

test('what passes, and what is no test, is run once', async () => {
  const failing: Check = { name: 'lint', phase: 'lint', command: ['false'] }
  const { results, ran } = await run([failing, TEST], ['good'])
  expect(ran).toEqual(['lint', 'test'])
  expect(results.map(({ passed, again }) => ({ passed, again }))).toEqual([
    { passed: false, again: undefined },
    { passed: true, again: undefined },
  ])
})

test('nothing is run again after a build that failed', async () => {
  const { ran } = await run([{ ...BUILD, command: ['false'] }, TEST], ['bad', 'good'])
  expect(ran).toEqual(['build', 'test'])
})

test('without being asked to, nothing is run again', async () => {
  expect((await run([TEST], ['bad', 'good'], {})).ran).toEqual(['test'])
})

const JUNIT: Check = {
  name: 'test',
  phase: 'test',
  command: ['node', '--test', '--test-reporter=junit', '--test-reporter-destination=report.xml'],
  report: { format: 'junit', file: 'report.xml' },
}
const LIE = '<testsuite name="s"><testcase name="all is well" classname="lie"/></testsuite>'

test('a report is read from the file where the runner writes it', async () => {
  const { results } = await run([JUNIT], ['good'])
  expect(results).toMatchObject([{ passed: true, tests: [{ name: 'steady' }, { name: 'by chance' }] }])
})

test('a report that lies in the tree is not taken for that of the run', async () => {
  const files = filesOf({ 'report.xml': LIE, 'reports/a.xml': LIE })
  for (const file of ['report.xml', 'reports']) {
    const quiet: Check = { ...JUNIT, command: ['true'], report: { format: 'junit', file } }
    const [result] = await runChecks(trial.sandbox, files, [quiet])
    expect(result).toMatchObject({ passed: false, exitCode: 0 })
    expect(result?.tests).toBeUndefined()
  }
})

test('a report that the tested code wrote does not turn a failing exit code green', async () => {
  const lying: Check = { ...JUNIT, command: ['/bin/sh', '-c', `echo '${LIE}' > report.xml; exit 1`] }
  expect(await runChecks(trial.sandbox, new Map(), [lying])).toMatchObject([{ passed: false, exitCode: 1 }])
})

test('a report that is a link is read inside, where it leads nowhere', async () => {
  await writeFile(join(outside, 'report.xml'), LIE)
  const script = `ln -s ${outside}/report.xml report.xml`
  const linking: Check = { ...JUNIT, command: ['/bin/sh', '-c', script] }
  expect(await runChecks(trial.sandbox, new Map(), [linking])).toMatchObject([{ passed: false, exitCode: 0 }])
})

test('every report of a directory counts, as surefire writes them', async () => {
  const bad = LIE.replace('/>', '><failure message="no"/></testcase>')
  const script = `mkdir -p out; echo '${LIE}' > out/a.xml; echo '${bad}' > out/b.xml; exit 1`
  const check: Check = {
    ...JUNIT,
    command: ['/bin/sh', '-c', script],
    report: { format: 'junit', file: 'out' },
  }
  const [result] = await runChecks(trial.sandbox, new Map(), [check])
  expect(result?.tests?.map(({ outcome }) => outcome)).toEqual(['failed', 'passed'])
})

test('a process that ends itself with exit code 0 in the middle of its tests has not passed', async () => {
  const files = filesOf({
    'test_a.py': 'import unittest, os\nclass T(unittest.TestCase):\n  def test_a(self): os._exit(0)\n',
  })
  const unittest: Check = { name: 'test', phase: 'test', command: ['python3', '-m', 'unittest', '-v'] }
  expect(await runChecks(trial.sandbox, files, [unittest])).toMatchObject([{ passed: false, exitCode: 0 }])
})
