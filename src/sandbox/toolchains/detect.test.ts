import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTrial, type Trial } from '../trial.ts'
import { detect } from './detect.ts'
import { python } from './python.ts'
import { detectToolchains } from './toolchains.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

test('what is there is found with its version, and what is not says what installs it', async () => {
  const found = await detectToolchains(trial.sandbox)
  expect(found.map(({ id }) => id)).toEqual([
    'python',
    'go',
    'rust',
    'java',
    'static-web',
    'typescript',
    'node',
  ])
  for (const { available, version, missing, install } of found) {
    expect(available).toBe(missing.length === 0)
    if (available) expect(version).toMatch(/^\d+\.\d+/)
    expect(install).toMatch(/^apt-get install /)
  }
  expect(found.filter(({ available }) => available).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['python', 'static-web', 'node']),
  )
})

test('a toolchain that is missing or too old says so', async () => {
  const needs = [
    { binary: 'no-such-compiler', oldest: [1, 0] },
    { binary: 'python3', oldest: [99, 0] },
  ] as const
  const [found] = await detect(trial.sandbox, [{ ...python, needs }])
  expect(found).toMatchObject({ available: false, version: null })
  expect(found?.missing[0]).toBe('no-such-compiler is missing')
  expect(found?.missing[1]).toMatch(/^python3 3\.\d+\.\d+ is older than 99\.0$/)
})

test('a toolchain that cannot fetch is there all the same', async () => {
  const rules = python.dependencies
  if (rules === undefined) throw new Error('Python has dependencies')
  const dependencies = { ...rules, needs: [{ binary: 'no-such-fetcher', oldest: [1, 0] }] as const }
  const [found] = await detect(trial.sandbox, [{ ...python, dependencies }])
  expect(found).toMatchObject({
    available: true,
    fetchLacks: { missing: ['no-such-fetcher is missing'], install: 'apt-get install python3-pip' },
  })
})
