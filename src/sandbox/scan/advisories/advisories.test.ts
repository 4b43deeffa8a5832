import { afterEach, expect, test } from 'vitest'
import {
  type AdvisoryFake,
  instead,
  type KnownAdvisory,
  startAdvisories,
} from '../../../../tests/fakes/advisories/osv.ts'
import { json } from '../../../../tests/fakes/server.ts'
import { systemClock } from '../../../clock.ts'
import type { Package } from '../dependencies/dependency.ts'
import { type AdvisoryOptions, checkAdvisories } from './advisories.ts'

let fake: AdvisoryFake | undefined
afterEach(async () => {
  await fake?.[Symbol.asyncDispose]()
  fake = undefined
})

const LODASH: Package = { ecosystem: 'npm', name: 'lodash', version: '4.17.15' }
const GHSA: KnownAdvisory = {
  ecosystem: 'npm',
  name: 'lodash',
  versions: ['4.17.15'],
  record: {
    id: 'GHSA-35jh-r3h4-6jhm',
    summary: 'Command Injection in\n lodash',
    aliases: ['CVE-2021-23337'],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
    database_specific: { severity: 'HIGH', cwe_ids: ['CWE-77'] },
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash', purl: 'pkg:npm/lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
      {
        package: { ecosystem: 'npm', name: 'lodash-es' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.20' }] }],
      },
    ],
  },
}
const low = (id: string, more: object = {}): KnownAdvisory => ({
  ...GHSA,
  record: { id, database_specific: { severity: 'LOW' }, ...more },
})

const check = (packages: readonly Package[], over: Partial<AdvisoryOptions> = {}) =>
  checkAdvisories(packages, {
    url: fake?.origin ?? null,
    clock: { ...systemClock, nowMs: () => 5 },
    signal: new AbortController().signal,
    pauseMs: 1,
    ...over,
  })

test('an advisory names its package, how bad it is, and the first version without it', async () => {
  fake = await startAdvisories([GHSA])
  expect(await check([LODASH, { ...LODASH, name: 'sound' }])).toEqual({
    state: 'checked',
    source: new URL(fake.origin).host,
    atMs: 5,
    packages: 2,
    unasked: [],
    advisories: [
      {
        ...LODASH,
        id: 'GHSA-35jh-r3h4-6jhm',
        aliases: ['CVE-2021-23337'],
        severity: 'high',
        summary: 'Command Injection in lodash',
        fixed: '4.17.21',
      },
    ],
  })
})

test('packages without a version are not asked about, and named', async () => {
  fake = await startAdvisories([])
  expect(await check([LODASH, { ...LODASH, name: 'open', version: null }])).toMatchObject({
    state: 'checked',
    packages: 1,
    unasked: ['open'],
  })
  expect(await check([{ ...LODASH, version: null }])).toMatchObject({ state: 'not checked' })
})

test('names and versions are asked in the form that the service knows', async () => {
  fake = await startAdvisories([])
  await check([
    { ecosystem: 'PyPI', name: 'Py_YAML', version: '6.0' },
    { ecosystem: 'Go', name: 'golang.org/x/text', version: 'v0.14.0' },
  ])
  expect(fake.received[0]?.body).toEqual({
    queries: [
      { package: { ecosystem: 'PyPI', name: 'py-yaml' }, version: '6.0' },
      { package: { ecosystem: 'Go', name: 'golang.org/x/text' }, version: '0.14.0' },
    ],
  })
})

test('every page is turned, and the worst comes first', async () => {
  const known = ['L-1', 'L-2', 'L-3', 'L-4'].map(id => low(id))
  fake = await startAdvisories([...known, GHSA])
  fake.answer(2)
  const result = await check([{ ...LODASH, name: 'other' }, LODASH])
  expect(result.state === 'checked' && result.advisories.map(({ id }) => id)).toEqual([
    'GHSA-35jh-r3h4-6jhm',
    'L-1',
    'L-2',
    'L-3',
    'L-4',
  ])
})

test('one weakness under two names is told once, and a withdrawn one not at all', async () => {
  fake = await startAdvisories([
    { ...GHSA, record: { id: 'CVE-2021-23337', summary: 'the same' } },
    GHSA,
    low('L-9', { withdrawn: '2026-01-01T00:00:00Z' }),
  ])
  const result = await check([LODASH])
  expect(result.state === 'checked' && result.advisories).toMatchObject([
    { id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'], severity: 'high' },
  ])
})

test('more packages than one request takes are asked about in several', async () => {
  fake = await startAdvisories([GHSA])
  const many = Array.from({ length: 1_200 }, (_, at) => ({ ...LODASH, name: `p${at}` }))
  expect(await check([...many, LODASH])).toMatchObject({
    state: 'checked',
    packages: 1_201,
    advisories: [{ id: GHSA.record.id }],
  })
})

test('an advisory whose record cannot be had is told all the same', async () => {
  fake = await startAdvisories([GHSA])
  instead(fake, [GHSA], /vulns/, { kind: 'reply', reply: json(500, {}) })
  expect(await check([LODASH])).toMatchObject({
    state: 'checked',
    advisories: [{ id: GHSA.record.id, severity: 'unknown', fixed: null }],
  })
})

test.each([
  ['answers with an error', { kind: 'reply', reply: json(503, {}) }, 3],
  ['refuses', { kind: 'reply', reply: json(403, {}) }, 1],
  ['answers with something else', { kind: 'reply', reply: { status: 200, body: '<html>' } }, 1],
  ['answers with an empty object', { kind: 'reply', reply: json(200, {}) }, 1],
  ['leaves packages out', { kind: 'reply', reply: json(200, { results: [] }) }, 1],
  [
    'leads elsewhere',
    { kind: 'reply', reply: { status: 302, headers: { location: '/v1/other' }, body: '' } },
    3,
  ],
  ['breaks off', { kind: 'break-off' }, 3],
  ['breaks in the middle', { kind: 'break', reply: json(200, { results: [{}] }) }, 3],
  ['never answers', { kind: 'hang' }, 3],
] as const)('a service that %s has not checked anything', async (_, manner, requests) => {
  fake = await startAdvisories([])
  fake.behave(manner)
  const result = await check([LODASH], manner.kind === 'hang' ? { timeoutMs: 60 } : {})
  expect(result.state).toBe('not checked')
  expect(result).not.toHaveProperty('advisories')
  expect(fake.received.length).toBe(requests)
})

test('a service that has no end of pages has not checked anything', async () => {
  fake = await startAdvisories([])
  fake.behave({ kind: 'reply', reply: json(200, { results: [{ next_page_token: 'more' }] }) })
  expect(await check([LODASH])).toMatchObject({
    state: 'not checked',
    says: 'The advisory service has no end of pages.',
  })
})

test('where nobody listens, or nobody may be asked, nothing was checked', async () => {
  expect(await check([LODASH], { url: 'http://127.0.0.1:9' })).toMatchObject({ state: 'not checked' })
  expect(await check([LODASH], { url: null })).toMatchObject({ state: 'not checked' })
})

test('where there is nothing to check, nobody is asked', async () => {
  fake = await startAdvisories([])
  expect(await check([])).toEqual({ state: 'no dependencies' })
  expect(fake.received).toEqual([])
})

test('a check that is cancelled ends at once', async () => {
  fake = await startAdvisories([])
  fake.behave({ kind: 'hang' })
  expect(await check([LODASH], { signal: AbortSignal.timeout(30) })).toMatchObject({ state: 'not checked' })
  expect(fake.received.length).toBe(1)
})
