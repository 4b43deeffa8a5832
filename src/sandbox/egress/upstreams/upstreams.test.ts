import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Ecosystem, Upstreams } from '../ecosystem.ts'
import { environmentOfTools, type Machine } from './machine.ts'
import { readUpstreams } from './upstreams.ts'

type Facts = {
  /** What each command prints. */
  said?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
}

/** A machine that knows these commands and files and nothing else. */
function machine({ said = {}, files = {}, env = {} }: Facts): Machine {
  return {
    home: '/home/a',
    env,
    ask: async (tool, args) => said[[tool, ...args].join(' ')] ?? null,
    read: async path => files[path] ?? null,
    unpack: async (archive, name) => files[`${archive}!${name}`] ?? null,
  }
}

/** What an upstream would say to be let in at an address. */
function headers(upstreams: Upstreams, ecosystem: Ecosystem, address: string): unknown {
  return upstreams.registries[ecosystem]?.credentials(new URL(address)).authorization
}

const BASIC = 'Basic bmFtZTpwYXNzd29yZA=='

const NPM = 'npm config list --json'
const npmSaid = (settings: object) => ({
  [NPM]: JSON.stringify({
    registry: 'https://npm.example.com/a/b',
    userconfig: '/home/a/.npmrc',
    ...settings,
  }),
})

test('a machine without package managers has no registries, and says why', async () => {
  const { registries, missing } = await readUpstreams(machine({}))
  expect(registries).toEqual({})
  expect(missing).toEqual({
    npm: 'npm is not installed here.',
    pypi: 'pip is not installed here.',
    crates: 'cargo is not installed here.',
    go: 'go is not installed here.',
    maven: 'Maven is not installed here.',
  })
})

test.each([
  [`//npm.example.com/a/b/:_authToken=$${'{TOKEN}'}`, 'Bearer secret'],
  ['//npm.example.com/:_authToken="secret"', 'Bearer secret'],
  ['//npm.example.com/a/:_auth = bmFtZTpwYXNzd29yZA==', BASIC],
  ['//npm.example.com/:username=name\n//npm.example.com/:_password=cGFzc3dvcmQ=', BASIC],
  ['//npm.example.com/other/:_authToken=secret', undefined],
  ['//other.example.com/:_authToken=secret', undefined],
])('npm: %s', async (npmrc, authorization) => {
  const files = { '/home/a/.npmrc': npmrc }
  const upstreams = await readUpstreams(machine({ said: npmSaid({}), files, env: { TOKEN: 'secret' } }))
  expect(upstreams.registries.npm?.base).toBe('https://npm.example.com/a/b/')
  expect(headers(upstreams, 'npm', 'https://npm.example.com/a/b/left')).toBe(authorization)
  expect(headers(upstreams, 'npm', 'https://files.example.com/a/b/left')).toBe(undefined)
})

test('npm: a scope has its own registry and its own credentials', async () => {
  const said = npmSaid({ '@own:registry': 'https://own.example.com/npm/' })
  const files = { '/home/a/.npmrc': '//own.example.com/npm/:_authToken=own' }
  const upstreams = await readUpstreams(machine({ said, files }))
  expect(upstreams.registries.npm?.scopes?.get('@own')?.base).toBe('https://own.example.com/npm/')
  expect(headers(upstreams, 'npm', 'https://own.example.com/npm/@own%2fa')).toBe('Bearer own')
  expect(headers(upstreams, 'npm', 'https://npm.example.com/a/b/left')).toBe(undefined)
})

const HELP = `  -i, --index-url <url>       Base URL of the Python Package Index (default https://pip.example.com/simple). This
  --extra-index-url <url>     Extra URLs (default https://no.example.com)`

test.each([
  ["global.index-url='https://name:password@g.example.com/simple'", 'https://g.example.com/simple/', BASIC],
  [
    "global.index-url='https://g.example.com'\n:env:.index-url='https://e.example.com/s/'",
    'https://e.example.com/s/',
    undefined,
  ],
  ["global.cert='/a'", 'https://pip.example.com/simple/', undefined],
])('pip: %s', async (listed, base, authorization) => {
  const said = { 'python3 -m pip config list': listed, 'python3 -m pip download --help': HELP }
  const upstreams = await readUpstreams(machine({ said }))
  expect(upstreams.registries.pypi?.base).toBe(base)
  expect(headers(upstreams, 'pypi', base)).toBe(authorization)
  expect(headers(upstreams, 'pypi', 'https://files.example.com/simple/')).toBe(undefined)
})

test('pip and Go read names and passwords from .netrc', async () => {
  const said = {
    'pip3 config list': "global.index-url='https://pip.example.com/simple'",
    'go env -json GOPROXY GOSUMDB GONOSUMDB': '{"GOPROXY":"https://go.example.com,direct","GOSUMDB":"off"}',
  }
  const netrc =
    '# machine go.example.com login x password y\nmachine pip.example.com login name\n password password\nmachine go.example.com login a password b'
  const upstreams = await readUpstreams(machine({ said, files: { '/home/a/.netrc': netrc } }))
  expect(headers(upstreams, 'pypi', 'https://pip.example.com/simple/six/')).toBe(BASIC)
  expect(headers(upstreams, 'go', 'https://go.example.com/a/@v/list')).toBe('Basic YTpi')
  expect(headers(upstreams, 'go', 'https://pip.example.org/')).toBe(undefined)
})

test.each([
  ['https://name:password@go.example.com/p|https://b.example.com,direct', 'https://go.example.com/p/', BASIC],
  ['direct', undefined, undefined],
  ['off', undefined, undefined],
  ['file:///a,https://go.example.com', 'https://go.example.com/', undefined],
])('go: %s', async (GOPROXY, base, authorization) => {
  const said = JSON.stringify({ GOPROXY, GOSUMDB: 'sum.example.com', GONOSUMDB: 'own.example.com' })
  const upstreams = await readUpstreams(machine({ said: { 'go env -json GOPROXY GOSUMDB GONOSUMDB': said } }))
  expect(upstreams.registries.go?.base).toBe(base)
  if (base === undefined) expect(upstreams.missing.go).toMatch(/GOPROXY/)
  else
    expect(upstreams.registries.go?.checksums).toEqual({ name: 'sum.example.com', exempt: 'own.example.com' })
  expect(headers(upstreams, 'go', 'https://go.example.com/p/a')).toBe(authorization)
})

const CARGO = {
  'cargo --version': 'cargo 1',
  'cargo search x': 'failed to download from `https://c.example.com/config.json`',
}
const REPLACED = '[source.crates-io]\nreplace-with = "own"\n'
const OWN = '[source.own]\nregistry = "sparse+https://own.example.com/i/"\n'

test.each([
  ['', 'https://c.example.com/', undefined],
  [REPLACED + OWN, 'https://own.example.com/i/', 'token'],
  [
    `${REPLACED}[source.own]\nreplace-with = "two"\n[source.two]\nregistry = "sparse+https://two.example.com/"`,
    'https://two.example.com/',
    undefined,
  ],
  [
    `${REPLACED}[registries.own]\nindex = "sparse+https://own.example.com/i/"`,
    'https://own.example.com/i/',
    'token',
  ],
  [`${REPLACED}[source.own]\nregistry = "https://own.example.com/index.git"`, undefined, undefined],
  [`${REPLACED}[source.own]\ndirectory = "vendor"`, undefined, undefined],
  ['[source.crates-io]\nreplace-with = "crates-io"', 'https://c.example.com/', undefined],
  ['not toml', 'https://c.example.com/', undefined],
])('cargo: %j', async (config, base, authorization) => {
  const files = {
    '/home/a/.cargo/config.toml': config,
    '/home/a/.cargo/credentials.toml': '[registries.own]\ntoken = "token"',
  }
  const upstreams = await readUpstreams(machine({ said: CARGO, files }))
  expect(upstreams.registries.crates?.base).toBe(base)
  expect(
    headers(upstreams, 'crates', `${base}config.json`.replace('undefined', 'https://own.example.com/')),
  ).toBe(authorization)
})

const MVN = { 'mvn --batch-mode --version': 'Apache Maven 3.9.6 (x)\nMaven home: /opt/maven\n' }
const MODEL =
  '<project><repositories><repository><id>central</id><url>https://m.example.com/maven2</url></repository></repositories></project>'
const settings = (mirrorOf: string) =>
  `<settings><servers><server><id>own</id><username>name</username><password>password</password></server></servers><mirrors><mirror><id>own</id><mirrorOf>${mirrorOf}</mirrorOf><url>https://own.example.com/m</url></mirror></mirrors></settings>`

test.each([
  ['', 'https://m.example.com/maven2/', undefined],
  [settings('*'), 'https://own.example.com/m/', BASIC],
  [settings('a, central'), 'https://own.example.com/m/', BASIC],
  [settings('external:*'), 'https://own.example.com/m/', BASIC],
  [settings('*,!central'), 'https://m.example.com/maven2/', undefined],
  [settings('external:http:*'), 'https://m.example.com/maven2/', undefined],
  ['<settings', 'https://m.example.com/maven2/', undefined],
])('maven: %s', async (written, base, authorization) => {
  const files = {
    '/home/a/.m2/settings.xml': written,
    '/opt/maven/lib/maven-model-builder-3.9.6.jar!org/apache/maven/model/pom-4.0.0.xml': MODEL,
  }
  const upstreams = await readUpstreams(machine({ said: MVN, files }))
  expect(upstreams.registries.maven?.base).toBe(base)
  expect(headers(upstreams, 'maven', `${base}a/b`)).toBe(authorization)
  expect(headers(upstreams, 'maven', 'https://files.example.com/m/a')).toBe(undefined)
})

test('no credential is in anything that can be printed', async () => {
  const upstreams = await readUpstreams(
    machine({
      said: {
        ...npmSaid({ '@own:registry': 'https://n:hidden@own.example.com/' }),
        'pip config list': "global.index-url='https://n:hidden@pip.example.com/simple'",
        'go env -json GOPROXY GOSUMDB GONOSUMDB': '{"GOPROXY":"https://n:hidden@go.example.com"}',
      },
      files: { '/home/a/.npmrc': '//npm.example.com/:_authToken=hidden' },
      env: { HTTPS_PROXY: 'http://n:hidden@proxy.example.com' },
    }),
  )
  expect(Object.keys(upstreams.registries).sort()).toEqual(['go', 'npm', 'pypi'])
  const shown = inspect(upstreams, { depth: 20, showHidden: true }) + JSON.stringify(upstreams)
  expect(shown).not.toContain('hidden')
  expect(upstreams.proxy()).toEqual({ HTTPS_PROXY: 'http://n:hidden@proxy.example.com' })
})

test('package managers are told nothing else of the environment', () => {
  const env = {
    PATH: 'a',
    HOME: 'b',
    GOPROXY: 'c',
    PIP_INDEX_URL: 'd',
    npm_config_registry: 'e',
    https_proxy: 'f',
  }
  const more = {
    GOOGLE_API_KEY: 'x',
    TELEGRAM_BOT_TOKEN: 'x',
    DATABASE_URL: 'x',
    STRIPE_SECRET_KEY: 'x',
    GONE: undefined,
  }
  expect(environmentOfTools({ ...env, ...more })).toEqual(env)
})
