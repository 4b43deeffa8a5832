import { expect, test } from 'vitest'
import { advised } from '../sandbox/egress/advice.ts'
import { ECOSYSTEMS } from '../sandbox/egress/ecosystem.ts'
import { inShort, registryTable, toolchainTable } from './machineTables.ts'

const FOUND = { id: 'node', title: 'Node.js', version: '24.1.0', install: 'install node' } as const

test('a toolchain says what it lacks, and what it lacks for fetching packages only', () => {
  const npm = { missing: ['npm is missing'], install: 'install npm' }
  const rows = [
    { ...FOUND, available: true, missing: [], fetchLacks: null },
    { ...FOUND, available: true, missing: [], fetchLacks: npm },
    { ...FOUND, available: false, version: null, missing: ['node is missing'], fetchLacks: npm },
  ]
  expect(toolchainTable(rows).split('\n')).toEqual([
    'toolchain  version',
    'Node.js    24.1.0',
    'Node.js    24.1.0   cannot fetch packages, lacks npm is missing: install npm',
    'Node.js    -        lacks node is missing: install node; cannot fetch packages, lacks npm is missing: install npm',
  ])
})

test('a registry that answers asks for nothing; any other says why, and what to do', () => {
  const rows = [
    { ecosystem: 'npm', configured: true, reachable: true, why: null },
    { ecosystem: 'pypi', configured: true, reachable: false, why: 'The registry answers 500.' },
    { ecosystem: 'go', configured: false, reachable: false, why: 'There is none.' },
  ] as const
  const [, npm, pypi, go] = registryTable(rows.map(advised)).split('\n')
  expect(npm).toBe('npm       reachable')
  expect(pypi).toMatch(/^pypi +NOT reachable +The registry answers 500\. Look at `pip config list`/)
  expect(go).toMatch(/^go +none +There is none\. .*`go env -w GOPROXY=ADDRESS`\.$/)
})

test.each(ECOSYSTEMS)('there is advice for %s, whether it has no registry or cannot reach it', ecosystem => {
  const registry = { ecosystem, reachable: false, why: null }
  const todos = [true, false].map(configured => advised({ ...registry, configured }).todo)
  expect(new Set(todos).size).toBe(2)
  expect(todos).not.toContain(null)
})

test('what a sandbox holds is said once for each way of holding', () => {
  expect(inShort({ wallMs: 'hard', diskBytes: 'polled', network: 'hard' })).toBe(
    'held hard: wallMs, network; held by looking: diskBytes',
  )
  expect(inShort({ wallMs: 'none' })).toBe('not held: wallMs')
})
