import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { chosenSandbox, type SandboxChoice, sandboxLacks } from './config/sandbox.ts'

/** The environment, parsed once and frozen. Nothing else in the product reads `process.env`. */

const decimal = (fallback: string) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be a decimal number with at most 6 places, for instance 1.5')
    .default(fallback)

/** A credit that is worth nothing would make every call cost endlessly many; a limit of nothing would stop everything. */
const worth = () =>
  z
    .string()
    .regex(
      /^(?=.*[1-9])\d{1,9}(\.\d{1,6})?$/,
      'must be a decimal number above zero with at most 6 places, for instance 0.01',
    )

/** A comma-separated list; empty entries are dropped. */
const list = z
  .string()
  .default('')
  .transform(text => {
    const entries = text.split(',').map(entry => entry.trim())
    return Object.freeze(entries.filter(entry => entry !== ''))
  })

const HEX_KEY = /^[\da-f]{64}$/i
const BASE64_KEY = /^[\w+/-]{43}=?$/

/** A list of keys of 32 bytes, each as 64 hex digits. The message repeats nothing of what was given: it may be right in part. */
const masterKeys = list
  .refine(
    keys => keys.every(key => HEX_KEY.test(key) || BASE64_KEY.test(key)),
    'must be 64 hex digits or 32 bytes in base 64, or several of these with commas between; make one with `openssl rand -hex 32`',
  )
  .transform(keys => Object.freeze(keys.map(keyInHex)))

function keyInHex(key: string): string {
  return HEX_KEY.test(key) ? key.toLowerCase() : Buffer.from(key, 'base64').toString('hex')
}

const DIGITS = /^\d{1,12}$/

/** A whole number in digits; every wrong one brings the same sentence. */
const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .refine(
      text => DIGITS.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number)
    .prefault(String(fallback))

const port = (fallback: number) => whole(0, 65_535, fallback)

const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  z.enum(words, `must be one of: ${words.join(', ')}`)

const address = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
})
const webAddress = address.optional()

/** Where a library adds the path itself. */
const origin = z
  .string()
  .refine(
    address => URL.canParse(address) && /^https?:\/\/[^/?#\s]+\/?$/.test(address),
    'must be an address without a path that begins with http:// or https://, for instance http://127.0.0.1:4000',
  )
  .optional()

const hostName = z
  .string()
  .regex(/^([\w.-]+|\[[\da-f:.]+\])$/i, 'must be a host name or an address, without port')

/** Printable and without spaces: what was pasted with a line break would be refused far from here. */
const secret = z
  .string()
  .regex(/^[!-~]{8,500}$/, 'must be one word of letters, digits and signs, as it was given to you')
  .optional()

/** Names of things in a cluster. */
const clusterName = z
  .string()
  .regex(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'must be a name of small letters, digits, - and .')
  .default('')

const absolutePath = z.string().regex(/^\/[^\0]*$/, 'must be an absolute path')

const labels = (fallback: string) =>
  list
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^([a-z\d.-]{1,253}\/)?[A-Za-z\d][\w.-]{0,62}=[A-Za-z\d][\w.-]{0,62}$/,
            'must be labels as name=value with commas between, for instance app=botwright',
          ),
      ),
    )
    .transform(all => Object.freeze(Object.fromEntries(all.map(each => each.split('=')))))
    .prefault(fallback)

/** A job has no way to ask for names. */
const addressAndPort = z
  .string()
  .refine(
    text => /^(\d{1,3}\.){3}\d{1,3}:\d{1,5}$/.test(text) && URL.canParse(`http://${text}`),
    'must be an IPv4 address and a port, for instance 10.0.0.12:8471',
  )
  .transform(text => {
    const [host = '', port] = text.split(':')
    return Object.freeze({ host, port: Number(port) })
  })

const DATA_DIR_DEFAULT = '.botwright'
const DAY_MS = 86_400_000
/** Limits where the owner pays the providers and sets none. */
const OWN_PROJECT_LIMIT_USD = '10'
const OWN_DAY_LIMIT_USD = '25'

const environment = z.object({
  APP_ENV: oneOf('production', 'development', 'test').default('production'),
  LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error', 'silent').default('info'),
  PORT: port(8080),
  DATA_DIR: z.string().min(1).default(DATA_DIR_DEFAULT),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  POSTGRES_SERVER: hostName.optional(),
  POSTGRES_PORT: port(5432),
  POSTGRES_DB: z
    .string()
    .regex(/^[\w.-]+$/, 'must be a name of letters, digits, _, . and -')
    .default('botwright'),
  POSTGRES_USER: z.string().default('botwright'),
  POSTGRES_PASSWORD: z.string().default(''),
  PLATFORM_CREDIT_VALUE_USD: worth().default('0.01'),
  MARKUP_FACTOR: decimal('1.5'),
  INITIAL_CREDITS: decimal('1000'),
  LOW_CREDITS_THRESHOLD: decimal('50'),
  BILLING: oneOf('credits', 'off').default('credits'),
  BILLING_POLICY: oneOf('verified', 'usage').default('verified'),
  PROJECT_LIMIT_USD: worth().optional(),
  DAILY_LIMIT_USD: worth().optional(),
  SPEND_ALERT_USD: worth().default('5'),
  REFERRAL_BONUS_CREDITS: decimal('0'),
  STRIPE_SECRET_KEY: secret,
  STRIPE_WEBHOOK_SECRET: list,
  STRIPE_API_BASE: origin,
  PUBLIC_URL: webAddress,
  TELEGRAM_BOT_TOKEN: secret,
  TELEGRAM_API_ROOT: webAddress,
  ADMIN_TELEGRAM_IDS: list.refine(
    ids => ids.every(id => /^\d{1,15}$/.test(id)),
    'must be numbers with commas between; @userinfobot tells yours',
  ),
  SUPPORT_CONTACT: z
    .string()
    .max(200, 'must have at most 200 characters')
    .default('the operator of this installation'),
  GOOGLE_API_KEY: list,
  GOOGLE_BASE_URL: webAddress,
  OPENROUTER_API_KEY: list,
  OPENROUTER_BASE_URL: webAddress,
  LOCAL_LLM_BASE_URL: webAddress,
  API_KEY_ENCRYPTION_KEY: masterKeys,
  ARCHITECT_MODELS: list,
  IMPLEMENTER_MODELS: list,
  VERIFIER_MODELS: list,
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://')
    .optional(),
  REDIS_HOST: hostName.optional(),
  REDIS_PORT: port(6379),
  REDIS_DB: whole(0, 1_000, 0),
  SANDBOX_BACKEND: oneOf('bubblewrap', 'container', 'kubernetes', 'none').default('bubblewrap'),
  SANDBOX_SLOTS: whole(1, 64, 2),
  SANDBOX_IMAGE: z
    .string()
    .regex(
      /^[a-z\d][\w./:@-]{0,400}$/i,
      'must be the name of an image, for instance registry.example.com/sandbox:1',
    )
    .default(''),
  SANDBOX_ENGINE: oneOf('podman', 'docker').optional(),
  SANDBOX_NAMESPACE: clusterName,
  SANDBOX_CLAIM: clusterName,
  SANDBOX_CLAIM_ROOT: absolutePath.default(''),
  SANDBOX_RUNTIME_CLASS: clusterName.unwrap().optional(),
  SANDBOX_KUBECONFIG: absolutePath.optional(),
  SANDBOX_CORES: whole(1, 64, 2),
  SANDBOX_MIRROR: addressAndPort.optional(),
  SANDBOX_MIRROR_LABELS: labels(''),
  SANDBOX_MIRROR_POD_PORT: whole(1, 65_535, 1).unwrap().optional(),
  SANDBOX_SUPERVISOR_LABELS: labels('app.kubernetes.io/name=botwright'),
  POD_NAME: clusterName,
  POD_UID: clusterName,
  /** Where registries keep their files, when they send there: origins such as https://files.example.com. */
  SANDBOX_FETCH_ORIGINS: list.pipe(z.array(address)),
  ADVISORY_URL: z.union([z.literal('off'), address]).optional(),
  PREVIEW_SLOTS: whole(0, 64, 2),
  PREVIEW_HOST: z
    .string()
    .toLowerCase()
    .regex(
      /^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]([a-z\d-]*[a-z\d])?$/,
      'must be a domain without scheme, port and path, for instance preview.example.net',
    )
    .optional(),
  /** Set by ./start: where it unpacked bubblewrap when the machine has none, and how long set-up took. */
  BOTWRIGHT_BWRAP: z.string().min(1).optional(),
  BOTWRIGHT_SETUP_MS: whole(0, DAY_MS, 0),
  /** Where the machine's programs are; toolchains are looked for along it. */
  PATH: z.string().default(''),
})

type Env = Record<string, string | undefined>

export type Config = Readonly<{
  appEnv: 'production' | 'development' | 'test'
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  port: number
  dataDir: string
  /** Absent: the embedded Postgres in the data directory. */
  databaseUrl: string | undefined
  /** Absent: what processes could share is kept in this one. */
  redisUrl: string | undefined
  money: Readonly<{
    /** `off`: nothing is sold, and everything is shown in dollars. */
    billing: 'credits' | 'off'
    creditValueUsd: string
    markupFactor: string
    initialCredits: string
    lowCredits: string
    policy: 'verified' | 'usage'
    projectLimitUsd: string | null
    dayLimitUsd: string | null
    /** From which cost in an hour on a spike is told to operators. */
    spendAlertUsd: string
    referralBonusCredits: string
  }>
  /** Absent: nothing can be bought by card. */
  stripe: Readonly<{
    secretKey: string | undefined
    webhookSecrets: readonly string[]
    apiBase: string | undefined
  }>
  telegram: Readonly<{
    botToken: string | undefined
    apiRoot: string | undefined
    /** The first is the owner's. */
    adminIds: readonly number[]
    /** Who is written to about payments. */
    supportContact: string
  }>
  /** Where browsers elsewhere reach the page. */
  publicUrl: string | undefined
  /** The domain whose names are those of previews. Absent: names below `localhost`, for browsers of this machine. */
  previewHost: string | undefined
  /** How many previews run at once. */
  previewSlots: number
  /** What keys of providers are sealed under, as 64 hex digits: the first seals, all open. Empty: the one in the data directory. */
  masterKeys: readonly string[]
  models: Readonly<{
    googleApiKeys: readonly string[]
    googleBaseUrl: string | undefined
    openrouterApiKeys: readonly string[]
    openrouterBaseUrl: string | undefined
    localBaseUrl: string | undefined
    /** In the order of preference; empty: the defaults of the providers that have a key. */
    architectModels: readonly string[]
    implementerModels: readonly string[]
    verifierModels: readonly string[]
    /** Only the rehearsal model answers, whatever keys there are. */
    rehearse: boolean
  }>
  sandbox: SandboxChoice &
    Readonly<{
      slots: number
      searchPath: string
      /** Further origins that registries may send to. */
      fetchOrigins: readonly string[]
      /** The environment and the home directory by which the machine's package managers are configured. */
      machine(): { env: Env; home: string }
    }>
  /** Of a service that speaks OSV, or `off`; absent: the public one. */
  advisoryUrl: string | undefined
  setupMs: number
}>

/** Reads the environment, with settings that win over it; throws one Error that names every wrong one. Empty is absent. */
export function readConfig(over: Env = {}, env: Env = process.env): Config {
  const given = { ...present(env), ...present(over) }
  const parsed = environment.safeParse(given)
  const lacking = sandboxLacks(given, resolve(given.DATA_DIR ?? DATA_DIR_DEFAULT))
  if (!parsed.success || lacking.length > 0) throw new Error(wrongSettings(parsed.error, lacking))
  const set = parsed.data
  return Object.freeze({
    appEnv: set.APP_ENV,
    logLevel: set.LOG_LEVEL,
    port: set.PORT,
    dataDir: resolve(set.DATA_DIR),
    databaseUrl: set.DATABASE_URL ?? urlFromParts(set),
    redisUrl:
      set.REDIS_URL ?? (set.REDIS_HOST && `redis://${set.REDIS_HOST}:${set.REDIS_PORT}/${set.REDIS_DB}`),
    money: Object.freeze({
      billing: set.BILLING,
      creditValueUsd: set.PLATFORM_CREDIT_VALUE_USD,
      markupFactor: set.MARKUP_FACTOR,
      initialCredits: set.INITIAL_CREDITS,
      lowCredits: set.LOW_CREDITS_THRESHOLD,
      policy: set.BILLING_POLICY,
      projectLimitUsd: set.PROJECT_LIMIT_USD ?? (set.BILLING === 'off' ? OWN_PROJECT_LIMIT_USD : null),
      dayLimitUsd: set.DAILY_LIMIT_USD ?? (set.BILLING === 'off' ? OWN_DAY_LIMIT_USD : null),
      spendAlertUsd: set.SPEND_ALERT_USD,
      referralBonusCredits: set.REFERRAL_BONUS_CREDITS,
    }),
    stripe: Object.freeze({
      secretKey: set.STRIPE_SECRET_KEY,
      webhookSecrets: set.STRIPE_WEBHOOK_SECRET,
      apiBase: set.STRIPE_API_BASE,
    }),
    telegram: Object.freeze({
      botToken: set.TELEGRAM_BOT_TOKEN,
      apiRoot: set.TELEGRAM_API_ROOT,
      adminIds: Object.freeze(set.ADMIN_TELEGRAM_IDS.map(Number)),
      supportContact: set.SUPPORT_CONTACT,
    }),
    publicUrl: set.PUBLIC_URL,
    previewHost: set.PREVIEW_HOST,
    previewSlots: set.PREVIEW_SLOTS,
    masterKeys: set.API_KEY_ENCRYPTION_KEY,
    models: Object.freeze({
      googleApiKeys: set.GOOGLE_API_KEY,
      googleBaseUrl: set.GOOGLE_BASE_URL,
      openrouterApiKeys: set.OPENROUTER_API_KEY,
      openrouterBaseUrl: set.OPENROUTER_BASE_URL,
      localBaseUrl: set.LOCAL_LLM_BASE_URL,
      architectModels: set.ARCHITECT_MODELS,
      implementerModels: set.IMPLEMENTER_MODELS,
      verifierModels: set.VERIFIER_MODELS,
      rehearse: false,
    }),
    sandbox: Object.freeze({
      ...chosenSandbox(set, env),
      slots: set.SANDBOX_SLOTS,
      searchPath: set.PATH,
      fetchOrigins: set.SANDBOX_FETCH_ORIGINS,
      machine: () => ({ env: given, home: homedir() }),
    }),
    advisoryUrl: set.ADVISORY_URL,
    setupMs: set.BOTWRIGHT_SETUP_MS,
  })
}

/** A line for each, with what is allowed; what was given is not repeated, because it may hold a password. */
function wrongSettings(error: z.ZodError | undefined, lacking: readonly string[]): string {
  const wrong = (error?.issues ?? []).map(({ path: [name], message }) => `${String(name)} ${message}`)
  const lines = [...new Set([...wrong, ...lacking])].map(each => `  ${each}.`)
  return ['The settings cannot be used:', ...lines].join('\n')
}

/** The same settings for the rehearsal model alone: no key and no server is used. */
export function rehearsing(config: Config): Config {
  return Object.freeze({ ...config, models: Object.freeze({ ...config.models, rehearse: true }) })
}

function present(settings: Env): Env {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''),
  )
}

/** Encoded by hand: the setters of URL leave a % as it is, and a password may hold one. */
function urlFromParts(set: z.infer<typeof environment>): string | undefined {
  if (!set.POSTGRES_SERVER) return undefined
  const [user, password] = [set.POSTGRES_USER, set.POSTGRES_PASSWORD].map(encodeURIComponent)
  return `postgres://${user}:${password}@${set.POSTGRES_SERVER}:${set.POSTGRES_PORT}/${set.POSTGRES_DB}`
}
