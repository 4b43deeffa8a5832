import { expect, test } from 'vitest'
import { noMachineIsNamed, theLockNamesNoHost, versionsAreExact } from './belongings.ts'

const slash = '/'

test.each([
  `see ${slash}work${slash}main${slash}src`,
  `"${slash}tmp${slash}w${slash}node"`,
  ['https:', '', ['registry', 'npmjs', 'org'].join('.'), 'hono'].join(slash),
  ['pypi', 'org'].join('.'),
])('%s is of one machine', text => {
  expect(noMachineIsNamed([{ path: 'docs/a.md', text }])).toHaveLength(1)
})

test.each([
  '/workspace/src',
  'src/projects/work/brief.ts',
  './work/brief.ts',
  '/tmp/work',
  'https://example.com/',
])('%s is of no machine', text => expect(noMachineIsNamed([{ path: 'docs/a.md', text }])).toEqual([]))

test('a lock file with a host is reported', () => {
  const text = '"resolved": "https://example.com/hono.tgz",\n"integrity": "sha512-"'
  expect(theLockNamesNoHost([{ path: 'package-lock.json', text }])).toHaveLength(1)
})

test.each(['^1.2.3', '~1.2.3', '*', '1.x', 'latest', '>=1.0.0'])('the version %s is not exact', version => {
  const text = JSON.stringify({ devDependencies: { hono: version } })
  expect(versionsAreExact([{ path: 'package.json', text }])).toHaveLength(1)
})

test('1.2.3 and 1.2.3-beta.1 are exact', () => {
  const text = JSON.stringify({ dependencies: { a: '1.2.3', b: '1.2.3-beta.1' } })
  expect(versionsAreExact([{ path: 'package.json', text }])).toEqual([])
})
