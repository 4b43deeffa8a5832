import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type KnownAdvisory, startAdvisories } from '../../../tests/fakes/advisories/osv.ts'
import { systemClock } from '../../clock.ts'
import type { Files } from '../files.ts'
import { readInstalled } from './installed.ts'
import { renderLicences, renderScan } from './render.ts'
import { type ScanOptions, scanDelivery } from './report.ts'
import { secretCheck } from './secretCheck.ts'

const filesOf = (texts: Record<string, string>): Files =>
  new Map(Object.entries(texts).map(([path, content]) => [path, { content }]))
const scan = (files: Files, over: Partial<ScanOptions> = {}) =>
  scanDelivery(files, {
    advisoryUrl: null,
    clock: { ...systemClock, nowMs: () => 0 },
    signal: new AbortController().signal,
    ...over,
  })

const LOCK = JSON.stringify({
  packages: {
    'node_modules/left': { version: '1.0.0', license: 'MIT' },
    'node_modules/right': { version: '2.0.0', license: 'GPL-3.0-only' },
    'node_modules/pipe|d': { version: '3.0.0' },
  },
})
const KNOWN: KnownAdvisory = {
  ecosystem: 'npm',
  name: 'left',
  versions: ['1.0.0'],
  record: {
    id: 'GHSA-xxxx',
    summary: 'It leaks | badly <b>',
    database_specific: { severity: 'CRITICAL' },
    affected: [
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.1' }] }],
      },
    ],
  },
}

test('a delivery with a weakness, copyleft and an unknown licence says so plainly', async () => {
  await using fake = await startAdvisories([KNOWN])
  const report = await scan(filesOf({ 'package-lock.json': LOCK }), { advisoryUrl: fake.origin })
  const text = renderScan(report)
  expect(text).toContain('| Secrets | none found |')
  expect(text).toContain('1 known, 1 of them high or critical (3 packages, 127.0.0.1')
  expect(text).toContain('| left 1.0.0 | critical | GHSA-xxxx | fixed in 1.0.1 | It leaks \\| badly \\<b> |')
  expect(text).toContain('3 dependencies; 1 COPYLEFT; 1 of unknown licence')
  expect(text).toContain('| right 2.0.0 (npm) | GPL-3.0-only | COPYLEFT')
  expect(text).toContain('| pipe\\|d 3.0.0 (npm) | not stated | UNKNOWN')
  const licences = renderLicences(report.dependencies)
  expect(licences).toContain('| left 1.0.0 (npm) | MIT | to be named |')
})

test('where nobody answered, it says that nothing was checked, and nowhere that nothing is known', async () => {
  for (const advisoryUrl of [null, 'http://127.0.0.1:9']) {
    const text = renderScan(await scan(filesOf({ 'package-lock.json': LOCK }), { advisoryUrl, pauseMs: 1 }))
    expect(text).toContain('| Known weaknesses | NOT CHECKED: ')
    expect(text).not.toContain('none known')
  }
})

test('a delivery that uses nothing has no file of licences', async () => {
  const report = await scan(filesOf({ 'main.py': 'print(1)\n' }))
  expect(renderLicences(report.dependencies)).toBeNull()
  expect(renderScan(report)).toContain('| Known weaknesses | there are no dependencies |')
})

test('what is not read is named, and not passed over', async () => {
  const report = await scan(filesOf({ 'yarn.lock': '' }))
  expect(renderScan(report)).toContain('NOT READ: yarn.lock')
  expect(renderLicences(report.dependencies)).toContain('yarn.lock')
})

test('a secret is a failed check that names the place and not the secret', async () => {
  const files = filesOf({ 'src/a.js': 'const a = 1\nconst key = "the-very-own-secret-9"\n' })
  const result = await secretCheck(files, { clock: systemClock, secretValues: ['the-very-own-secret-9'] })
  expect(result).toMatchObject({ name: 'secret scan', passed: false, exitCode: 1 })
  expect(result.output).toContain('src/a.js:2: secret of this project')
  expect(result.output).not.toContain('very-own')
  const report = await scan(files, { secretValues: ['the-very-own-secret-9'] })
  expect(renderScan(report)).toContain('| Secrets | 1 FOUND |')
  expect(renderScan(report)).not.toContain('very-own')
  expect(await secretCheck(files, { clock: systemClock })).toMatchObject({
    passed: true,
    exitCode: 0,
    output: '',
  })
})

test('of what was fetched only telling files are read, and no link is followed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-scan-'))
  try {
    await mkdir(join(dir, 'a/lib'), { recursive: true })
    await writeFile(join(dir, 'a/package.json'), '{}')
    await writeFile(join(dir, 'a/LICENSE.md'), 'x')
    await writeFile(join(dir, 'a/lib/index.js'), 'x')
    await writeFile(join(dir, 'a/lib/LICENSE'), Buffer.alloc(2_000_000))
    await symlink('/etc/passwd', join(dir, 'LICENSE'))
    await symlink('/etc', join(dir, 'etc'))
    expect([...(await readInstalled([dir, join(dir, 'missing')])).keys()].sort()).toEqual([
      'a/LICENSE.md',
      'a/package.json',
    ])
  } finally {
    await rm(dir, { recursive: true })
  }
})
