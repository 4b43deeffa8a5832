import { afterAll, beforeAll, expect, test } from 'vitest'
import { checksFor, detectToolchains, testCommand, toolchainOf } from '../toolchains/toolchains.ts'
import { filesOf, openTrial, type Trial } from '../trial.ts'
import { runChecks } from './checks.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

const PYTHON_TEST = `import unittest
from app.add import add
class Adding(unittest.TestCase):
    def test_small(self): self.assertEqual(add(1, 2), 3)
    def test_large(self): self.assertEqual(add(1, 2), 4)
`
const python = { 'app/__init__.py': '', 'app/add.py': 'def add(a, b): return a + b\n' }
const NODE_TEST = `import test from 'node:test'
import assert from 'node:assert'
import { one } from '../one.js'
test('one is one', () => assert.equal(one, 1))
test('one is two', () => assert.equal(one, 2))
`
const node = { 'package.json': '{"type":"module"}', 'one.js': 'export const one = 1\n' }

const summary = async (id: 'python' | 'node' | 'static-web', texts: Record<string, string>) => {
  const files = filesOf(texts)
  const results = await runChecks(trial.sandbox, files, checksFor(id, files))
  return Object.fromEntries(results.map(({ name, passed }) => [name, passed]))
}

test('every toolchain is found here with its version', async () => {
  const found = await detectToolchains(trial.sandbox)
  const needed = found.filter(({ id }) => id === 'python' || id === 'static-web' || id === 'node')
  expect(needed.map(({ id, available, missing }) => ({ id, available, missing }))).toEqual(
    ['python', 'static-web', 'node'].map(id => ({ id, available: true, missing: [] })),
  )
  for (const { version } of needed) expect(version).toMatch(/^\d+\.\d+/)
})

test('python tests are run and named one by one', async () => {
  const files = filesOf({ ...python, 'tests/test_add.py': PYTHON_TEST })
  const results = await runChecks(trial.sandbox, files, checksFor('python', files))
  expect(results.map(({ name, exitCode, passed }) => ({ name, exitCode, passed }))).toEqual([
    { name: 'build', exitCode: 0, passed: true },
    { name: 'test', exitCode: 1, passed: false },
  ])
  expect(results[1]?.tests).toEqual([
    { name: 'test_large (test_add.Adding.test_large)', outcome: 'failed', message: 'AssertionError: 3 != 4' },
    { name: 'test_small (test_add.Adding.test_small)', outcome: 'passed' },
  ])
  expect(results[1]?.output).toContain('AssertionError: 3 != 4')
})

test.each([
  ['a folder', {}],
  ['a package', { 'tests/__init__.py': '' }],
])('python tests in %s, and others at the root, are all found', async (_, more) => {
  const texts = { ...python, ...more, 'tests/test_add.py': PYTHON_TEST, 'test_root.py': PYTHON_TEST }
  const files = filesOf(texts)
  const results = await runChecks(trial.sandbox, files, checksFor('python', files))
  const names = results.flatMap(({ tests = [] }) => tests.map(({ name }) => name))
  expect(names.some(name => name.includes('test_add.'))).toBe(true)
  expect(names.some(name => name.includes('test_root.'))).toBe(true)
})

test('a single test file is run by its path', async () => {
  const files = filesOf({
    ...python,
    'tests/test_add.py': PYTHON_TEST,
    'tests/a.test.js': 'import "node:test"',
  })
  const one = { name: 'one', phase: 'test', command: testCommand('python', 'tests/test_add.py') } as const
  const [result] = await runChecks(trial.sandbox, files, [one])
  expect(result?.tests).toHaveLength(2)
})

test('node tests are run and named one by one', async () => {
  const files = filesOf({ ...node, 'tests/one.test.js': NODE_TEST })
  const results = await runChecks(trial.sandbox, files, checksFor('node', files))
  expect(results.map(({ name, passed }) => [name, passed])).toEqual([
    ['syntax', true],
    ['test', false],
  ])
  expect(results[1]?.tests).toMatchObject([
    { name: 'one is two', outcome: 'failed', message: expect.stringContaining('1 == 2') },
    { name: 'one is one', outcome: 'passed' },
  ])
})

test('a package with a test script of its own is tested by it', async () => {
  const script = (code: string) => JSON.stringify({ scripts: { test: `node -e "${code}"` } })
  expect(await summary('node', { 'package.json': script('process.exit(0)') })).toEqual({ test: true })
  expect(await summary('node', { 'package.json': script('process.exit(1)') })).toEqual({ test: false })
})

test('no tests are no success', async () => {
  expect(await summary('python', python)).toEqual({ build: true, test: false })
  expect(await summary('node', node)).toEqual({ syntax: true, test: false })
  expect(await summary('node', { ...node, 'tests/a.test.js': '1' })).toEqual({ syntax: true, test: false })
})

test('broken syntax fails before anything is run', async () => {
  expect((await summary('python', { 'a.py': 'def broken(:\n' })).build).toBe(false)
  expect((await summary('node', { ...node, 'b.js': 'const = 1' })).syntax).toBe(false)
  expect((await summary('node', { 'package.json': '{}', 'b.cjs': 'import a from "./a"' })).syntax).toBe(false)
})

test('a page needs its html, and its scripts may be modules without a package', async () => {
  const page = {
    'index.html': '<p>hello',
    'app.js': 'import { a } from "./a.js"\n',
    'a.js': 'export const a = 1\n',
  }
  expect(await summary('static-web', page)).toEqual({ page: true, syntax: true })
  expect(await summary('static-web', { ...page, 'a.js': 'export const = 1' })).toEqual({
    page: true,
    syntax: false,
  })
  expect(await summary('static-web', { ...page, 'index.html': '' })).toEqual({ page: false, syntax: true })
  const tested = { ...page, ...node, 'tests/one.test.js': NODE_TEST }
  expect(await summary('static-web', tested)).toEqual({ page: true, syntax: true, test: false })
})

test('a cancelled check is the last', async () => {
  const check = { name: 'long', phase: 'test', command: ['sleep', '600'] } as const
  const results = await runChecks(trial.sandbox, new Map(), [check, check], {
    signal: AbortSignal.timeout(100),
  })
  expect(results).toMatchObject([{ killedBy: 'cancelled', passed: false }])
})

test.each([
  [['main.py', 'index.html'], 'python'],
  [['index.html', 'package.json'], 'static-web'],
  [['package.json', 'public/index.html'], 'node'],
  [['README.md'], undefined],
])('%j looks like %s', (paths, id) => {
  expect(toolchainOf(paths)?.id).toBe(id)
})
