import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../clock.ts'
import { invariant } from '../../failure.ts'
import type { Files } from '../files.ts'
import { filesOf, openTrial, type Trial } from '../trial.ts'
import { createDependencies, type Dependencies, type Prepared } from './dependencies.ts'
import { openTrialRegistry, type TrialRegistry } from './trialRegistry.ts'

const own = (scripts: Record<string, string>) => ({
  'package.json': JSON.stringify({ scripts }),
  'index.js': '',
})
/** Looks for everything of the machine or of other snapshots that it could spoil. */
const SPOILS = `const fs = require('fs')
const say = (name, text) => fs.writeFileSync(__dirname + '/' + name, text)
const tries = ['/opt/dependencies/x', '/usr/x', '/workspace/package-lock.json']
say('tried.txt', tries.map(path => { try { fs.writeFileSync(path, 'spoiled'); return path } catch (e) { return e.code } }).join(' '))
say('seen.txt', [...fs.readdirSync('/workspace'), ...fs.readdirSync('/opt')].join(' '))
say('network.txt', String(Object.values(require('os').networkInterfaces()).flat().filter(each => !each.internal).length))
say('door.txt', fs.existsSync('/run/doors') ? 'open' : 'closed')
fs.symlinkSync('/etc/passwd', __dirname + '/link')
require('child_process').execSync('mkfifo ' + __dirname + '/pipe')
fs.chmodSync(__dirname + '/index.js', 0o7777)`

let trial: Trial
let registry: TrialRegistry
let dependencies: Dependencies
let stateDir: string
beforeAll(async () => {
  trial = await openTrial()
  stateDir = join(trial.stateDir, 'dependencies')
  registry = await openTrialRegistry({
    plain: { 'index.js': 'module.exports = "plain"' },
    other: { 'index.js': 'module.exports = "other"' },
    scripted: {
      ...own({ postinstall: "node -e \"require('fs').writeFileSync('built.txt', 'by its script')\"" }),
    },
    spoiler: { ...own({ postinstall: 'node spoil.js' }), 'spoil.js': SPOILS },
    thief: {
      ...own({ postinstall: 'rm -rf /workspace/node_modules && ln -s /etc /workspace/node_modules' }),
    },
    broken: { ...own({ install: 'exit 7' }) },
    demanding: { 'package.json': '{"dependencies":{"plain":"^2.0.0"}}' },
  })
  dependencies = await createDependencies({
    sandbox: trial.sandbox,
    egress: registry,
    stateDir,
    clock: systemClock,
  })
})
afterAll(async () => {
  await registry.close()
  await trial.close()
})

const project = (...names: string[]) =>
  filesOf({
    'package.json': JSON.stringify({
      name: 'app',
      dependencies: Object.fromEntries(names.map(name => [name, '1.0.0'])),
    }),
  })

async function prepared(files: Files): Promise<Prepared> {
  const result = await dependencies.prepare(files, 'node')
  invariant(result.ok, result.ok ? '' : result.says)
  return result.value
}

const run = (script: string, { mounts, scratch, env }: Prepared) => trial.sh(script, { mounts, scratch, env })

test('a project without dependencies asks nobody', async () => {
  registry.asked.length = 0
  const found = await prepared(filesOf({ 'package.json': '{}', 'a.js': '' }))
  expect(found).toEqual({ mounts: [], scratch: [], env: {}, begin: [], checks: [], made: new Map() })
  expect(registry.asked).toEqual([])
})

test('what is named is fetched once, is there in later runs, and its lock file is handed back', async () => {
  registry.asked.length = 0
  const first = await prepared(project('plain'))
  expect(first.checks.map(({ name, passed }) => [name, passed])).toEqual([
    ['dependencies (npm)', true],
    ['dependency scripts (npm)', true],
  ])
  const requests = registry.asked.length
  expect(requests).toBeGreaterThan(0)
  const second = await prepared(project('plain'))
  expect(registry.asked.length).toBe(requests)
  expect(second.mounts).toEqual(first.mounts)
  expect(second.checks.map(({ name, passed }) => [name, passed])).toEqual(
    first.checks.map(({ name, passed }) => [name, passed]),
  )
  expect((await run('node -p "require(\'plain\')"', second)).stdout).toBe('plain\n')
  const lock = JSON.parse(second.made.get('package-lock.json')?.content.toString() ?? '{}')
  expect(lock.packages['node_modules/plain'].version).toBe('1.0.0')
  expect(JSON.stringify(lock)).not.toContain('127.0.0.1')
  expect(registry.doors()).toBe(0)
})

test('a project that has its lock file is given none', async () => {
  const { made } = await prepared(project('plain'))
  const locked = new Map([...project('plain'), ...made])
  expect((await prepared(locked)).made.size).toBe(0)
})

test('two that ask for the same at once fetch it once', async () => {
  registry.asked.length = 0
  const both = await Promise.all([prepared(project('other')), prepared(project('other'))])
  expect(both[0].mounts).toEqual(both[1].mounts)
  expect(registry.asked.filter(path => path === '/other/tarball')).toHaveLength(1)
})

test('scripts of packages are run after the fetch, in a sandbox that has no door', async () => {
  const found = await prepared(project('scripted'))
  expect((await run('cat node_modules/scripted/built.txt', found)).stdout).toBe('by its script')
})

test('a script that spoils what it can reach reaches nothing of another', async () => {
  const plain = await prepared(project('plain'))
  const before = await treeOf(plain)
  const found = await prepared(project('spoiler'))
  const said = await run(
    'cd node_modules/spoiler; cat tried.txt; echo; cat seen.txt; echo; cat network.txt door.txt',
    found,
  )
  const [tried, seen, rest] = said.stdout.split('\n')
  // It may write to the workspace it was given, of which nothing else is kept.
  expect(tried).toBe('ENOENT EROFS /workspace/package-lock.json')
  expect(seen).not.toContain('dependencies')
  expect(rest).toBe('0closed')
  expect(await treeOf(plain)).toEqual(before)
  expect(found.made.get('package-lock.json')?.content.toString()).toContain('node_modules/spoiler')
})

test('a snapshot holds no pipes and no special modes, and links are not followed', async () => {
  const found = await prepared(project('spoiler'))
  const dir = join(found.mounts[0]?.host ?? '', 'spoiler')
  expect(await readdir(dir)).not.toContain('pipe')
  expect((await stat(join(dir, 'index.js'))).mode & 0o7777).toBe(0o555)
  expect((await run('cat node_modules/spoiler/link', found)).stdout).toContain('sandbox:x:1000')
})

test('a script that puts a link in the place of all packages leaves none', async () => {
  const found = await prepared(project('thief'))
  expect(await readdir(found.mounts[0]?.host ?? '')).toEqual(['.cache', '.vite', '.vite-temp'])
})

test('a run cannot write into what is mounted, except where its caches are, and those are gone after it', async () => {
  const found = await prepared(project('plain'))
  const before = await treeOf(found)
  const spoil =
    'echo x > node_modules/plain/index.js; rm -rf node_modules/plain; chmod 777 node_modules/plain; mv node_modules old; echo x > node_modules/new'
  const said = await run(`${spoil}; echo x > node_modules/.cache/mine && cat node_modules/.cache/mine`, found)
  expect(said.stdout).toBe('x\n')
  expect(said.stderr.match(/Read-only file system|busy/g)?.length).toBeGreaterThanOrEqual(4)
  expect(await treeOf(found)).toEqual(before)
  expect((await run('ls node_modules/.cache', found)).stdout).toBe('')
})

test('a package that does not exist is a failed check that says so, and is asked for again', async () => {
  for (const _ of [1, 2]) {
    registry.asked.length = 0
    const { checks, mounts } = await prepared(project('no-such-package'))
    expect(checks).toMatchObject([{ name: 'dependencies (npm)', passed: false }])
    expect(checks[0]?.output).toContain('no-such-package')
    expect(mounts).toEqual([])
    expect(registry.asked).toContain('/no-such-package')
  }
})

test('versions that do not fit and scripts that fail are failed checks', async () => {
  const unfit = await prepared(project('demanding'))
  expect(unfit.checks[0]?.output).toContain('No matching version found for plain@^2.0.0')
  const failing = await prepared(project('broken'))
  expect(failing.checks.map(({ passed }) => passed)).toEqual([true, false])
  expect(failing.mounts).toEqual([])
})

test('a registry that does not answer is a refusal, and not the fault of the project', async () => {
  registry.down = true
  const result = await dependencies.prepare(project('plain', 'other'), 'node')
  registry.down = false
  expect(result).toMatchObject({ ok: false, reason: 'unreachable', says: expect.stringContaining('npm') })
  expect((await prepared(project('plain', 'other'))).checks[0]?.passed).toBe(true)
})

test('without a mirror nothing is fetched, and what is there is still used', async () => {
  const options = { sandbox: trial.sandbox, egress: null, stateDir, clock: systemClock }
  const alone = await createDependencies(options)
  expect(await alone.prepare(project('plain'), 'node')).toMatchObject({ ok: true })
  expect(await alone.prepare(project('plain', 'broken'), 'node')).toMatchObject({
    ok: false,
    reason: 'unreachable',
  })
})

test('one who cancels does not take the fetch from another who waits for it', async () => {
  const stop = new AbortController()
  const asked = registry.nextRequest()
  const first = dependencies.prepare(project('other', 'scripted'), 'node', stop.signal)
  await asked
  const second = dependencies.prepare(project('other', 'scripted'), 'node')
  stop.abort()
  expect(await first).toMatchObject({ ok: false, reason: 'cancelled' })
  const found = await second
  expect(found.ok && found.value.checks.every(({ passed }) => passed)).toBe(true)
  expect(registry.doors()).toBe(0)
})

/** Every file of a snapshot with what is in it. */
async function treeOf({ mounts }: Prepared): Promise<Record<string, string>> {
  const dir = mounts[0]?.host ?? ''
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(await Promise.all(files.map(async file => [file, await readFile(file, 'utf8')])))
}
