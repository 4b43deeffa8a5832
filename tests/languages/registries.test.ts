import { homedir } from 'node:os'
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openLog } from '../../src/log.ts'
import type { Mount } from '../../src/sandbox/backend.ts'
import type { Ecosystem } from '../../src/sandbox/egress/ecosystem.ts'
import { type Egress, openEgress } from '../../src/sandbox/egress/egress.ts'
import { type Machine, thisMachine } from '../../src/sandbox/egress/upstreams/machine.ts'
import { readUpstreams } from '../../src/sandbox/egress/upstreams/upstreams.ts'
import type { Files } from '../../src/sandbox/files.ts'
import { filesOf, openTrial, type Trial } from '../../src/sandbox/trial.ts'

/** Real package managers in a real sandbox, against the registries that this machine uses. */

const FETCH_MS_MAX = 240_000

let machine: Machine
let trial: Trial
let egress: Egress
beforeAll(async () => {
  machine = thisMachine(process.env, homedir())
  trial = await openTrial({ mode: 0o711 })
  const upstreams = await readUpstreams(machine)
  const log = openLog({ level: 'silent' })
  egress = await openEgress({ stateDir: trial.stateDir, upstreams, clock: systemClock, log })
  await egress.refresh()
})
afterAll(async () => {
  await egress.close()
  await trial.close()
})

type Fetch = {
  files?: Readonly<Record<string, string>>
  mounts?: readonly Mount[]
  env?: Record<string, string>
}

/** Runs a script in a sandbox whose only way out is a door to this ecosystem. */
async function fetch(context: TestContext, ecosystem: Ecosystem, script: string, more: Fetch = {}) {
  const registry = egress.registries.find(one => one.ecosystem === ecosystem)
  if (!registry?.reachable) {
    context.task.meta.reason = registry?.why ?? `no registry for ${ecosystem}`
    context.skip()
  }
  const opened = await egress.open([ecosystem])
  const configuration = [...opened.files].map(([path, file]) => [`.home/${path}`, file] as const)
  const files: Files = new Map([...filesOf(more.files ?? {}), ...configuration])
  const prepared = `set -e; if [ -d .home ]; then cp -r .home/. ~/; fi; ${script}`
  const { door, env } = opened
  const run = {
    files,
    phase: 'fetch',
    doors: [door],
    env: { ...env, ...more.env },
    mounts: more.mounts ?? [],
  } as const
  const result = await trial.sh(prepared, run)
  await opened.close()
  return { result, told: opened.env, report: opened.report(), said: result.stdout + result.stderr }
}

test('npm installs a package', { timeout: FETCH_MS_MAX }, async context => {
  const files = { 'package.json': '{"name":"a","version":"1.0.0","dependencies":{"is-number":"7.0.0"}}' }
  const script = 'npm install >&2; node -p "require(\'is-number\')(5)"; cat package-lock.json >&2'
  const { result, report, said } = await fetch(context, 'npm', script, { files })
  expect(said).toContain('sha512-')
  expect(result.stdout).toBe('true\n')
  expect(said).not.toContain('127.0.0.1')
  expect(report).toMatchObject({ refused: [], unreachable: [] })
})

test('pip downloads wheels with what they depend on', { timeout: FETCH_MS_MAX }, async context => {
  const script = 'python3 -m pip download --no-cache-dir -d wheels six python-dateutil==2.9.0 >&2; ls wheels'
  const { result, report, said } = await fetch(context, 'pypi', script)
  expect(said).toMatch(/python_dateutil-2\.9\.0[\w.-]*\.whl/)
  expect(result.stdout).toMatch(/^six-[\w.-]+\.whl$/m)
  expect(report).toMatchObject({ refused: [], unreachable: [] })
})

test('go downloads a module and checks it by the checksum database', {
  timeout: FETCH_MS_MAX,
}, async context => {
  const root = (await machine.ask('go', ['env', 'GOROOT']))?.trim() ?? ''
  const mounts = [{ host: root, inside: '/opt/toolchain' }]
  const files = { 'go.mod': 'module a\n\ngo 1.20\n\nrequire github.com/google/uuid v1.6.0\n' }
  const env = { GOFLAGS: '-modcacherw -mod=mod', GOPATH: '/tmp/go', GOCACHE: '/tmp/gocache' }
  const script =
    '/opt/toolchain/bin/go mod download github.com/google/uuid >&2; cat go.sum; ls /tmp/go/pkg/sumdb >&2 || true; ls /tmp/go/pkg/mod/github.com/google'
  const { result, told, report, said } = await fetch(context, 'go', script, { files, mounts, env })
  expect(said).toContain('uuid@v1.6.0')
  // Where the registry passes on no database, `go.sum` alone is checked.
  if (told.GOSUMDB !== 'off') expect(result.stderr).toMatch(new RegExp(`^${told.GOSUMDB}$`, 'm'))
  expect(result.exitCode, said).toBe(0)
  expect(report).toMatchObject({ refused: [], unreachable: [] })
})

test('cargo fetches crates', { timeout: FETCH_MS_MAX }, async context => {
  const root = (await machine.ask('rustc', ['--print', 'sysroot']))?.trim() ?? ''
  const mounts = [{ host: root, inside: '/opt/toolchain' }]
  const manifest = '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nitoa = "1"\n'
  const files = { 'Cargo.toml': manifest, 'src/main.rs': 'fn main() {}\n' }
  const script =
    'PATH=/opt/toolchain/bin:$PATH; cargo fetch >&2; cargo vendor --respect-source-config --locked >&2; ls vendor; cat Cargo.lock'
  const { result, report, said } = await fetch(context, 'crates', script, { files, mounts })
  expect(said).toContain('itoa')
  expect(result.exitCode, said).toBe(0)
  expect(result.stdout).toMatch(/^itoa$/m)
  expect(result.stdout).not.toContain('127.0.0.1')
  expect(report).toMatchObject({ refused: [], unreachable: [] })
})

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>a</groupId><artifactId>a</artifactId><version>1</version><dependencies><dependency>
<groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version></dependency></dependencies></project>`

test('Maven resolves dependencies and plugins', { timeout: FETCH_MS_MAX }, async context => {
  const places = ['/etc/maven', '/etc/java-17-openjdk'].map(async place =>
    (await machine.ask('ls', [place])) === null ? [] : [{ host: place, inside: place }],
  )
  const mounts = (await Promise.all(places)).flat()
  const env = { MAVEN_OPTS: '-Xmx512m' }
  const script = 'mvn -B -q dependency:copy-dependencies >&2; ls target/dependency'
  const { result, report, said } = await fetch(context, 'maven', script, {
    files: { 'pom.xml': POM },
    mounts,
    env,
  })
  expect(said).toContain('junit-4.13.2.jar')
  expect(result.exitCode, said).toBe(0)
  expect(report).toMatchObject({ refused: [], unreachable: [] })
})
