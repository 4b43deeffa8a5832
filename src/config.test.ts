import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const read = (env: Record<string, string>) => readConfig({}, env)

test('an empty environment is enough', () => {
  expect(read({})).toEqual({
    appEnv: 'production',
    logLevel: 'info',
    port: 8080,
    dataDir: resolve('.botwright'),
    databaseUrl: undefined,
    redisUrl: undefined,
    money: {
      billing: 'credits',
      creditValueUsd: '0.01',
      markupFactor: '1.5',
      initialCredits: '1000',
      lowCredits: '50',
      policy: 'verified',
      projectLimitUsd: null,
      dayLimitUsd: null,
      spendAlertUsd: '5',
      referralBonusCredits: '0',
    },
    stripe: { secretKey: undefined, webhookSecrets: [], apiBase: undefined },
    telegram: {
      adminIds: [],
      supportContact: 'the operator of this installation',
      botToken: undefined,
      apiRoot: undefined,
    },
    publicUrl: undefined,
    previewHost: undefined,
    previewSlots: 2,
    masterKeys: [],
    models: {
      googleApiKeys: [],
      googleBaseUrl: undefined,
      openrouterApiKeys: [],
      openrouterBaseUrl: undefined,
      localBaseUrl: undefined,
      architectModels: [],
      implementerModels: [],
      verifierModels: [],
      rehearse: false,
    },
    sandbox: {
      backend: 'bubblewrap',
      slots: 2,
      bwrapPath: undefined,
      searchPath: '',
      fetchOrigins: [],
      machine: expect.any(Function),
    },
    advisoryUrl: undefined,
    setupMs: 0,
  })
})

test('what is set is read; what is empty is absent', () => {
  const set = { PORT: '0', MARKUP_FACTOR: '2', SANDBOX_BACKEND: 'none', LOG_LEVEL: '', DATABASE_URL: '' }
  expect(read(set)).toMatchObject({
    port: 0,
    money: { markupFactor: '2' },
    sandbox: { backend: 'none' },
    logLevel: 'info',
    databaseUrl: undefined,
  })
})

test('keys and models are lists, separated by commas', () => {
  const set = { GOOGLE_API_KEY: ' one, two ,', ARCHITECT_MODELS: 'google/a,openrouter/b/c' }
  expect(read(set).models).toMatchObject({
    googleApiKeys: ['one', 'two'],
    architectModels: ['google/a', 'openrouter/b/c'],
    implementerModels: [],
  })
})

test('settings win over the environment, unless they are empty', () => {
  expect(readConfig({ PORT: '1' }, { PORT: '2' }).port).toBe(1)
  expect(readConfig({ PORT: '' }, { PORT: '2' }).port).toBe(2)
})

test('every wrong setting is named in one message', () => {
  const wrong = {
    APP_ENV: 'staging',
    LOG_LEVEL: 'loud',
    PORT: '65536',
    PLATFORM_CREDIT_VALUE_USD: '0',
    MARKUP_FACTOR: '1,5',
    INITIAL_CREDITS: '-1',
    SANDBOX_SLOTS: '0',
    SANDBOX_BACKEND: 'docker',
    DATABASE_URL: 'mysql://localhost',
    GOOGLE_BASE_URL: 'nowhere',
    POSTGRES_SERVER: 'db host',
    POSTGRES_DB: 'a/b?c',
  }
  for (const name of Object.keys(wrong)) expect(() => read(wrong)).toThrow(name)
})

/** Something that no setting of a certain form takes, whatever that form is. */
const ABSURD = ['abc def', '99999999999999', '-1', '1.5.5', '?', 'http:/', '\0']

test('whatever is wrong with a setting is said in a sentence, without the words of a library', () => {
  const named = new Set<string>()
  for (const name of settingNames()) {
    for (const value of ABSURD) {
      const says = complaint({ [name]: value })
      if (says === undefined) continue
      named.add(name)
      expect(says).toMatch(new RegExp(`^The settings cannot be used:\\n {2}${name} must [^\\n]+\\.$`))
      expect(says).not.toMatch(/invalid|too (big|small)|expected|received|NaN|undefined|pattern/i)
    }
  }
  expect([...named].sort()).toEqual(settingNames().filter(name => !TAKES_ANYTHING.has(name)))
})

/** Free texts, and lists whose entries are judged elsewhere. */
const TAKES_ANYTHING = new Set([
  'ARCHITECT_MODELS',
  'DATA_DIR',
  'GOOGLE_API_KEY',
  'IMPLEMENTER_MODELS',
  'OPENROUTER_API_KEY',
  'POSTGRES_PASSWORD',
  'POSTGRES_USER',
  'STRIPE_WEBHOOK_SECRET',
  'SUPPORT_CONTACT',
  'VERIFIER_MODELS',
])

/** Every setting that a person may set, from the file that lists them. */
function settingNames(): string[] {
  const example = readFileSync(join(import.meta.dirname, '../.env.example'), 'utf8')
  return [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name).sort()
}

function complaint(env: Record<string, string>): string | undefined {
  try {
    read(env)
    return undefined
  } catch (thrown) {
    return String(thrown instanceof Error && thrown.message)
  }
}

test.each([
  ['PORT', '99999', 'PORT must be a whole number from 0 to 65535.'],
  ['PORT', 'abc', 'PORT must be a whole number from 0 to 65535.'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of: debug, info, warn, error, silent.'],
  ['BOTWRIGHT_SETUP_MS', 'x', 'BOTWRIGHT_SETUP_MS must be a whole number from 0 to 86400000.'],
])('%s=%s says what is allowed', (name, value, says) => {
  expect(complaint({ [name]: value })).toContain(says)
})

test.each([
  ['DATABASE_URL', 'mysql://me:hush@localhost/db'],
  ['POSTGRES_SERVER', 'me:hush@localhost'],
])('a wrong %s is not repeated in the message: it may hold a password', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name)
  expect(() => read({ [name]: value })).not.toThrow('hush')
})

test.each(['0', '0.000000', '-1', '1e3', '0.0000001', '', '.5'])(
  '%s is not what a credit is worth',
  value => {
    const used = () => readConfig({}, { PLATFORM_CREDIT_VALUE_USD: value })
    if (value === '') expect(used().money.creditValueUsd).toBe('0.01')
    else expect(used).toThrow('PLATFORM_CREDIT_VALUE_USD')
  },
)

test.each([
  [{}, { projectLimitUsd: null, dayLimitUsd: null }],
  [{ BILLING: 'off' }, { projectLimitUsd: '10', dayLimitUsd: '25' }],
  [
    { BILLING: 'off', PROJECT_LIMIT_USD: '2.5', DAILY_LIMIT_USD: '5' },
    { projectLimitUsd: '2.5', dayLimitUsd: '5' },
  ],
  [{ DAILY_LIMIT_USD: '5' }, { projectLimitUsd: null, dayLimitUsd: '5' }],
])('who pays the providers alone is limited, unless they say otherwise: %j', (set, limits) => {
  expect(read(set).money).toMatchObject(limits)
})

test.each(['PROJECT_LIMIT_USD', 'DAILY_LIMIT_USD', 'SPEND_ALERT_USD'])(
  'a %s of nothing would stop everything',
  name => {
    expect(complaint({ [name]: '0' })).toContain(name)
  },
)

test.each([
  ['STRIPE_SECRET_KEY', 'sk_live_hush and more'],
  ['TELEGRAM_BOT_TOKEN', '123456:hush\nmore'],
])('a wrong %s is refused and not repeated', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name)
  expect(() => read({ [name]: value })).not.toThrow('hush')
})

const MASTER = Buffer.from(Array.from({ length: 32 }, (_, at) => 255 - at))

test.each(['hex', 'base64', 'base64url'] as const)('a master key is read in %s, alone or in a list', form => {
  const text = MASTER.toString(form)
  const hex = MASTER.toString('hex')
  expect(read({ API_KEY_ENCRYPTION_KEY: text.toUpperCase() }).masterKeys[0] === hex).toBe(form === 'hex')
  expect(read({ API_KEY_ENCRYPTION_KEY: `${text}, ${'0'.repeat(64)}` }).masterKeys).toEqual([
    hex,
    '0'.repeat(64),
  ])
})

test.each(['hush', 'a'.repeat(63), 'a'.repeat(65), 'g'.repeat(64), `${'a'.repeat(64)},hush`, 'a'.repeat(42)])(
  'the master key %s is refused with how to make one, and not repeated',
  text => {
    const used = () => read({ API_KEY_ENCRYPTION_KEY: text })
    expect(used).toThrow(/API_KEY_ENCRYPTION_KEY[\s\S]*openssl rand -hex 32/)
    expect(used).not.toThrow(text)
  },
)

const CLUSTER = {
  SANDBOX_BACKEND: 'kubernetes',
  SANDBOX_IMAGE: 'registry.example/sandbox:1',
  SANDBOX_NAMESPACE: 'runs',
  SANDBOX_CLAIM: 'botwright',
  SANDBOX_CLAIM_ROOT: '/claim',
  DATA_DIR: '/claim/data',
  POD_NAME: 'botwright-0',
  POD_UID: '11111111-1111-4111-8111-111111111111',
}

test('everything that the chosen sandbox lacks is named in one message, with whatever else is wrong', () => {
  expect(complaint({ SANDBOX_BACKEND: 'container', PORT: 'x' })?.split('\n').slice(1)).toEqual([
    '  PORT must be a whole number from 0 to 65535.',
    '  SANDBOX_IMAGE must be set for SANDBOX_BACKEND=container.',
  ])
  const said = complaint({ SANDBOX_BACKEND: 'kubernetes', SANDBOX_MIRROR: '10.0.0.9:80' })
  const { SANDBOX_BACKEND: _, DATA_DIR: __, ...needed } = CLUSTER
  for (const name of [...Object.keys(needed), 'SANDBOX_MIRROR_LABELS'])
    expect(said).toMatch(new RegExp(`^  ${name} must be set`, 'm'))
})

test('what one sandbox needs no other does', () => {
  for (const SANDBOX_BACKEND of ['bubblewrap', 'none']) expect(complaint({ SANDBOX_BACKEND })).toBe(undefined)
  expect(complaint({ SANDBOX_BACKEND: 'container', SANDBOX_IMAGE: 'a/b:1' })).toBe(undefined)
  const { POD_NAME: _, POD_UID: __, ...outside } = CLUSTER
  expect(complaint({ ...outside, SANDBOX_KUBECONFIG: '/kubeconfig' })).toBe(undefined)
})

test('an engine is given what it is found by, and nothing else of the environment', () => {
  const env = { PATH: '/bin', HOME: '/root', DOCKER_HOST: 'unix:///x.sock', GOOGLE_API_KEY: 'hush' }
  const { sandbox } = read({
    SANDBOX_BACKEND: 'container',
    SANDBOX_IMAGE: 'a',
    SANDBOX_ENGINE: 'podman',
    ...env,
  })
  expect(sandbox).toMatchObject({ backend: 'container', engine: 'podman', image: 'a' })
  expect(sandbox).toHaveProperty('env', { PATH: '/bin', HOME: '/root', DOCKER_HOST: 'unix:///x.sock' })
})

test('a cluster is read with its mirror, whose pods listen on the port of its address unless another is said', () => {
  const mirror = { SANDBOX_MIRROR: '10.0.0.9:80', SANDBOX_MIRROR_LABELS: 'app=mirror, part=x' }
  expect(read({ ...CLUSTER, ...mirror }).sandbox).toMatchObject({
    backend: 'kubernetes',
    pod: { name: 'botwright-0', uid: CLUSTER.POD_UID },
    cluster: {
      image: 'registry.example/sandbox:1',
      namespace: 'runs',
      runtimeClass: null,
      claim: 'botwright',
      claimRoot: '/claim',
      cores: 2,
      mirror: { host: '10.0.0.9', port: 80, podPort: 80, podLabels: { app: 'mirror', part: 'x' } },
      supervisorLabels: { 'app.kubernetes.io/name': 'botwright' },
    },
  })
  expect(read({ ...CLUSTER, ...mirror, SANDBOX_MIRROR_POD_PORT: '4873' }).sandbox).toMatchObject({
    cluster: { mirror: { port: 80, podPort: 4873 } },
  })
})

test.each(['10.0.0.9', '10.0.0.999:80', '10.0.0.9:99999', 'mirror:80'])('%s is no mirror', SANDBOX_MIRROR => {
  const said = complaint({ ...CLUSTER, SANDBOX_MIRROR, SANDBOX_MIRROR_LABELS: 'a=b' })
  expect(said).toContain('SANDBOX_MIRROR must be an IPv4 address and a port')
})

test.each(['/claim', '/claims/data', '/'])(
  'the data directory %s is not below the shared volume',
  DATA_DIR => {
    expect(complaint({ ...CLUSTER, DATA_DIR })).toContain('DATA_DIR must lie below SANDBOX_CLAIM_ROOT')
  },
)

test('it cannot be changed afterwards, at any depth', () => {
  const config = read({})
  const { models, sandbox } = config
  const parts = [config, sandbox, models, config.masterKeys, models.googleApiKeys, models.architectModels]
  expect(parts.filter(part => !Object.isFrozen(part))).toEqual([])
})

test('DATABASE_URL wins over its parts', () => {
  const url = 'postgresql://localhost/here'
  expect(read({ DATABASE_URL: url, POSTGRES_SERVER: 'there' }).databaseUrl).toBe(url)
})

test('the parts make the address of the database', () => {
  expect(read({ POSTGRES_SERVER: 'db', POSTGRES_PASSWORD: 'hush' }).databaseUrl).toBe(
    'postgres://botwright:hush@db:5432/botwright',
  )
})

test('whatever is in a user and a password, the driver reads back the same', () => {
  const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  fc.assert(
    fc.property(text, text, (user, password) => {
      const set = { POSTGRES_USER: user, POSTGRES_PASSWORD: password }
      const connectionString = read({
        POSTGRES_SERVER: 'db.example',
        POSTGRES_PORT: '5433',
        ...set,
      }).databaseUrl
      const client = new Client({ connectionString })
      expect([client.user, client.password]).toEqual([user, password])
      expect([client.host, client.port]).toEqual(['db.example', 5433])
    }),
  )
})
