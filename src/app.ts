import { join } from 'node:path'
import { dutiesOf } from './app/duties.ts'
import { type ModelSeam, type Models, type ModelsRefusal, openModels } from './app/models.ts'
import { type Buying, openBuying } from './app/payments.ts'
import { syncPrices } from './app/prices.ts'
import { botOf, starsDoor } from './app/telegram.ts'
import { openWorkshop } from './app/workshop.ts'
import { openAccounts } from './billing/ledger.ts'
import { seedPackages } from './billing/payments/packages.ts'
import { type Tariff, tariffOf } from './billing/tariff.ts'
import { socketPath } from './cli/connection.ts'
import { type Clock, systemClock } from './clock.ts'
import { CodeIndex } from './codeindex/codeIndex.ts'
import type { Config } from './config.ts'
import { answers, type Database, openDatabase, type Sql } from './db/database.ts'
import { dataDirTrouble, makeDataDir } from './db/dataDir.ts'
import { type Lock, takeLock } from './db/lock.ts'
import { openRedis } from './db/redis.ts'
import { users } from './db/schema.ts'
import { done, messageOf, OutsideFailure, type Refusal, type Result, refuse } from './failure.ts'
import { completionsFront } from './http/completions.ts'
import type { Context } from './http/context.ts'
import { type Doors, openDoors } from './http/listen.ts'
import { operatorFront } from './http/operator.ts'
import { previewFront } from './http/previewFront.ts'
import { openSignIn, type SignIn } from './http/signIn.ts'
import { webFront } from './http/web.ts'
import { sha256 } from './id.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { openBreaker } from './llm/breaker.ts'
import { openGateway } from './llm/gateway.ts'
import { type Cipher, openCipher } from './llm/keys/cipher.ts'
import { readMasters } from './llm/keys/masterKey.ts'
import { openKeyPool } from './llm/keys/pool.ts'
import { importKeys } from './llm/keys/store.ts'
import { disableUnreadable } from './llm/keys/unreadable.ts'
import { openRuns } from './llm/runs.ts'
import { type Log, openLog, openSecrets } from './log.ts'
import { type Metrics, openMetrics } from './metrics.ts'
import { advance } from './projects/advance.ts'
import { resumeByItself, resumeForCredits } from './projects/decide.ts'
import { WORK_STATES } from './projects/life.ts'
import { openLive } from './projects/live.ts'
import type { Parts } from './projects/parts.ts'
import { openPreviews, type Previews } from './projects/preview/previews.ts'
import { workingProjects } from './projects/store.ts'
import type { Sandbox } from './sandbox/open.ts'
import { PUBLIC_ADVISORY_URL } from './sandbox/scan/advisories/advisories.ts'
import type { TelegramBot } from './telegram/bot.ts'
import { openUnderWay } from './underWay.ts'
import { Workspace } from './workspace/workspace.ts'

/** The wired product. Nothing runs before `work` is called. */
export type App = {
  config: Config
  parts: Parts
  userId: string
  web: { fetch(request: Request): Response | Promise<Response> }
  operator: { fetch(request: Request): Response | Promise<Response> }
  /** Why nothing generated can be run here; null when it can. */
  sandboxMissing: string | null
  /** Opens the web page and the socket of the command line; the link lets one browser in, once. */
  listen(): Promise<Result<{ url: string; link: string }, 'port' | 'socket'>>
  /** Begins to work: projects that were under way go on. With `only`, these do, and what begins in this process. */
  work(only?: readonly string[]): Promise<void>
  /** Ends what runs and gives everything back; a step that is under way is done again at the next start. */
  close(): Promise<void>
}

/** Where a test may stand between two parts; the product changes nothing here. */
export type Seams = {
  database?: (database: Database) => Database
  model?: ModelSeam
  sandbox?: (sandbox: Sandbox) => Sandbox
  /** Where the `git` binary is looked for. */
  gitPath?: string
}

/** Who owns an installation until there is sign-in by person. */
const OWNER = 'owner'
/** Where coding agents in the sandbox reach models, under the token of their run. */
const ENGINE_SOCKET = 'engines.sock'
/** The longest answers of thinking models take minutes. */
const CALL_LIMIT_MS = 300_000
const PLACE_CHARACTERS = 16
const WEB_ROOT = join(import.meta.dirname, '..', 'dist', 'web')

/** The composition root: takes the data directory, opens every part and wires them. */
export async function openApp(
  config: Config,
  seams: Seams = {},
): Promise<Result<App, 'held' | 'database' | 'data-dir' | ModelsRefusal>> {
  const made = makeDataDir(config.dataDir)
  if (!made.ok) return made
  const lock = lockOf(config)
  if (!lock.ok) return lock
  try {
    const app = await wire(config, seams, () => lock.value.release())
    if (!app.ok) lock.value.release()
    return app
  } catch (thrown) {
    lock.value.release()
    if (thrown instanceof OutsideFailure) return refuse('database', `${messageOf(thrown)} ${thrown.advice}`)
    return dataDirRefusal(config, thrown)
  }
}

function lockOf(config: Config): Result<Lock, 'held' | 'data-dir'> {
  try {
    return takeLock(config.dataDir)
  } catch (thrown) {
    return dataDirRefusal(config, thrown)
  }
}

/** Throws what is no trouble of the data directory. */
function dataDirRefusal({ dataDir }: Config, thrown: unknown): Refusal<'data-dir'> {
  const says = dataDirTrouble(dataDir, thrown)
  if (says === undefined) throw thrown
  return refuse('data-dir', says)
}

async function wire(config: Config, seams: Seams, unlock: () => void): Promise<Result<App, ModelsRefusal>> {
  const clock = systemClock
  const tariff = tariffOf(config.money)
  const secrets = openSecrets()
  const log = openLog({ level: config.logLevel, file: join(config.dataDir, 'botwright.log'), secrets })
  const cipher = openCipher(
    readMasters({ masterKeys: config.masterKeys, dataDir: config.dataDir }, log),
    secrets,
  )
  const real = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir })
  const database = seams.database?.(real) ?? real
  await database.transaction(tx => seed(tx, { clock, cipher, log, tariff }, config))
  const models = await openModels({ config, database, clock, seam: seams.model })
  if (!models.ok) {
    await database.close()
    return models
  }
  const redis = await redisOf(config, log).catch(async cause => {
    await database.close()
    throw cause
  })
  const queue = await openQueue(database, log)
  const running = openUnderWay()
  const metrics = openMetrics()
  const parts: Parts = {
    database,
    clock,
    log,
    queue,
    tariff,
    running,
    live: openLive(),
    gateway: openGateway({
      database,
      clock,
      route: models.value.route,
      keys: openKeyPool({ database, clock, log, cipher }),
      breaker: openBreaker(redis),
      metrics,
      tariff,
      callLimitMs: CALL_LIMIT_MS,
    }),
    sandbox: await openWorkshop(config, { clock, log, ...seams }),
    cipher,
    advisoryUrl: advisoryUrlOf(config),
    workspaceOf: workspacesIn(join(config.dataDir, 'projects'), seams.gitPath),
    indexOf: remembered(() => new CodeIndex()),
  }
  let doors: Doors | undefined
  const signIn = openSignIn(config.dataDir)
  const bot = botOf(config, parts, OWNER)
  const buying = openBuying(config, parts, bot && starsDoor(bot, parts))
  const previews = openPreviews(parts, config.previewSlots)
  const port = () => doors?.port ?? null
  const context = contextOf({ config, parts, cipher, metrics, buying, models: models.value, previews, port })
  const web = webFront(context, signIn, WEB_ROOT)
  const engines = completionsFront({ ...parts, runs: openRuns(clock) })
  const operator = operatorFront(context, () => (doors ? linkTo(doors.port, signIn) : null))
  return done({
    config,
    parts,
    userId: OWNER,
    sandboxMissing: parts.sandbox.ok ? null : parts.sandbox.says,
    web,
    operator,
    listen: async () => {
      const fronts = {
        web: web.fetch,
        operator: operator.fetch,
        engines: engines.fetch,
        previews: previewFront(previews.find, config),
      }
      const { dataDir, port } = config
      const where = { port, socket: socketPath(dataDir), engineSocket: join(dataDir, ENGINE_SOCKET) }
      const opened = await openDoors(fronts, where)
      if (!opened.ok) return opened
      doors = opened.value
      return done({ url: urlOf(doors.port), link: linkTo(doors.port, signIn) })
    },
    work: only =>
      only ? workAlone(parts, queue, { place: placeOf(config), only }) : work(parts, queue, context, bot),
    close: async () => {
      running.stopAll()
      await previews.close()
      await bot?.stop()
      await doors?.close()
      await queue.stop()
      if (parts.sandbox.ok) await parts.sandbox.value.close()
      await database.close()
      redis?.destroy()
      unlock()
    },
  })
}

/** What processes share beside the database; none where no Redis is named. */
async function redisOf({ redisUrl }: Config, log: Log) {
  return redisUrl === undefined ? undefined : openRedis(redisUrl, log)
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** A fresh link that lets one browser in, once. */
function linkTo(port: number, signIn: SignIn): string {
  return `${urlOf(port)}/sign-in?token=${signIn.issue()}`
}

/** What every installation starts with; doing it again changes nothing. */
async function seed(
  tx: Sql,
  parts: { clock: Clock; cipher: Cipher; log: Log; tariff: Tariff },
  config: Config,
): Promise<void> {
  const { clock, tariff } = parts
  const owner = { id: OWNER, name: 'Owner', role: 'operator' as const, createdAt: new Date(clock.nowMs()) }
  await tx.insert(users).values(owner).onConflictDoNothing()
  await openAccounts(tx, clock, OWNER, tariff.initialMicro)
  await seedPackages(tx, clock, tariff.markup)
  const { googleApiKeys: google, openrouterApiKeys: openrouter } = config.models
  await importKeys(tx, parts, { google, openrouter })
  await disableUnreadable(tx, parts)
}

/** Asking the public service tells it which packages a project uses, and nothing else. */
function advisoryUrlOf({ advisoryUrl }: Config): string | null {
  return advisoryUrl === 'off' ? null : (advisoryUrl ?? PUBLIC_ADVISORY_URL)
}

async function work(parts: Parts, queue: Queue, context: Context, bot: TelegramBot | null): Promise<void> {
  await queue.start({
    advance: projectId => advance(parts, projectId),
    resume: (projectId, epoch) => resumeByItself(parts, projectId, epoch),
    resumeForCredits: userId => resumeForCredits(parts, userId),
  })
  await wakeAll(parts, await workingProjects(parts.database.sql, WORK_STATES))
  for (const duty of dutiesOf(parts, context)) await queue.regularly(duty)
  await bot?.start()
}

/** A command of a person is about one project: what else was interrupted waits for a start. */
async function workAlone(parts: Parts, queue: Queue, { place, only }: Alone): Promise<void> {
  await queue.startAlone(id => advance(parts, id), place)
  await wakeAll(parts, only)
}

type Alone = { place: string; only: readonly string[] }

/** Tells the data directories of one database apart. */
function placeOf({ dataDir }: Config): string {
  return sha256(dataDir).slice(0, PLACE_CHARACTERS)
}

async function wakeAll({ database, queue }: Parts, ids: readonly string[]): Promise<void> {
  await database.transaction(async tx => {
    for (const id of ids) await queue.wake(tx, id)
  })
  queue.nudge()
}

function pricesOf({ models: { openrouterBaseUrl } }: Config, { database, clock }: Parts, models: Models) {
  return { database, clock, models, openrouterBaseUrl }
}

type Wired = {
  config: Config
  parts: Parts
  cipher: Cipher
  metrics: Metrics
  buying: Buying
  models: Models
  previews: Previews
  port(): number | null
}

function contextOf({ models, ...wired }: Wired): Context {
  const { parts } = wired
  return {
    ...wired,
    userId: OWNER,
    models,
    syncPrices: () => syncPrices(pricesOf(wired.config, parts, models)),
    ready: async () => !parts.running.stopped && (await answers(parts.database.sql)),
  }
}

/** Repositories by project; one that could not be opened is tried again. */
function workspacesIn(directory: string, path: string | undefined): (id: string) => Promise<Workspace> {
  const opened = new Map<string, Promise<Workspace>>()
  return id => {
    const found = opened.get(id) ?? Workspace.open(join(directory, id), path === undefined ? {} : { path })
    opened.set(id, found)
    found.catch(() => opened.delete(id))
    return found
  }
}

/** Makes a thing on first use and keeps it. */
function remembered<Value>(make: (id: string) => Value): (id: string) => Value {
  const made = new Map<string, Value>()
  return id => {
    const found = made.get(id) ?? make(id)
    made.set(id, found)
    return found
  }
}
