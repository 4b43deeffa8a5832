import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openAccounts } from './billing/ledger.ts'
import { markupOf, millionths } from './billing/money.ts'
import { type ListedPrice, listPrices } from './billing/pricing.ts'
import { socketPath } from './cli/connection.ts'
import { type Clock, systemClock } from './clock.ts'
import { CodeIndex } from './codeindex/codeIndex.ts'
import type { Config } from './config.ts'
import { answers, type Database, openDatabase, type Sql } from './db/database.ts'
import { takeLock } from './db/lock.ts'
import { users } from './db/schema.ts'
import { done, messageOf, OutsideFailure, type Result, refuse } from './failure.ts'
import type { Context } from './http/context.ts'
import { type Doors, openDoors } from './http/listen.ts'
import { operatorFront } from './http/operator.ts'
import { openSignIn } from './http/signIn.ts'
import { webFront } from './http/web.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { openGateway, type Route } from './llm/gateway.ts'
import { REHEARSAL_APPS } from './llm/rehearsal/apps.ts'
import { REHEARSAL_PRICES } from './llm/rehearsal/prices.ts'
import { rehearsalModel } from './llm/rehearsal/rehearsal.ts'
import { openLog } from './log.ts'
import { advance } from './projects/advance.ts'
import { WORK_STATES } from './projects/life.ts'
import { openLive } from './projects/live.ts'
import type { Parts } from './projects/parts.ts'
import { openRunning } from './projects/running.ts'
import { workingProjects } from './projects/store.ts'
import { openSandbox, type Sandbox } from './sandbox/open.ts'
import { detectToolchains } from './sandbox/toolchains.ts'
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
  /** Begins to work: projects that were under way go on. */
  work(): Promise<void>
  /** Ends what runs and gives everything back; a step that is under way is done again at the next start. */
  close(): Promise<void>
}

/** Where a test may stand between two parts; the product changes nothing here. */
export type Seams = {
  database?: (database: Database) => Database
  route?: (route: Route) => Route
  sandbox?: (sandbox: Sandbox) => Sandbox
  /** Where the `git` binary is looked for. */
  gitPath?: string
}

/** Who owns an installation until there is sign-in by person. */
const OWNER = 'owner'
const WEB_ROOT = join(import.meta.dirname, '..', 'dist', 'web')

/** The composition root: takes the data directory, opens every part and wires them. */
export async function openApp(
  config: Config,
  seams: Seams = {},
): Promise<Result<App, 'held' | 'database' | 'model-name' | 'no-key'>> {
  const routed = await modelsOf(config)
  if (!routed.ok) return routed
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLock(config.dataDir)
  if (!lock.ok) return lock
  try {
    const app = await wire(config, seams, routed.value, () => lock.value.release())
    return done(app)
  } catch (thrown) {
    lock.value.release()
    if (thrown instanceof OutsideFailure) return refuse('database', `${messageOf(thrown)} ${thrown.advice}`)
    throw thrown
  }
}

async function wire(config: Config, seams: Seams, models: Models, unlock: () => void): Promise<App> {
  const clock = systemClock
  const log = openLog({ level: config.logLevel, file: join(config.dataDir, 'botwright.log') })
  const real = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir })
  const database = seams.database?.(real) ?? real
  const route = seams.route?.(models.route) ?? models.route
  await database.transaction(tx => seed(tx, clock, config, models.prices))
  const queue = await openQueue(database, log)
  const running = openRunning()
  const parts: Parts = {
    database,
    clock,
    log,
    queue,
    running,
    live: openLive(),
    gateway: openGateway({
      database,
      clock,
      route,
      markup: markupOf(config.creditValueUsd, config.markupFactor),
    }),
    sandbox: await sandboxOf(config, seams),
    workspaceOf: workspacesIn(join(config.dataDir, 'projects'), seams.gitPath),
    indexOf: remembered(() => new CodeIndex()),
  }
  const signIn = openSignIn(config.dataDir)
  const context = contextOf(config, parts, { ...models, route })
  const web = webFront(context, signIn, WEB_ROOT)
  const operator = operatorFront(context)
  let doors: Doors | undefined
  return {
    config,
    parts,
    userId: OWNER,
    sandboxMissing: parts.sandbox.ok ? null : parts.sandbox.says,
    web,
    operator,
    listen: async () => {
      const fronts = { web: web.fetch, operator: operator.fetch }
      const opened = await openDoors(fronts, { port: config.port, socket: socketPath(config.dataDir) })
      if (!opened.ok) return opened
      doors = opened.value
      const url = `http://127.0.0.1:${doors.port}`
      return done({ url, link: `${url}/sign-in?token=${signIn.token}` })
    },
    work: () => work(parts, queue),
    close: async () => {
      running.stopAll()
      await doors?.close()
      await queue.stop()
      if (parts.sandbox.ok) await parts.sandbox.value.sandbox.close()
      await database.close()
      unlock()
    },
  }
}

type Models = {
  route: Route
  prices: readonly ListedPrice[]
  /** What may be tried at once; only the rehearsal model has such. */
  examples: Context['examples']
}

/** The models of the settings, or the rehearsal model where there is no key and no local server. */
async function modelsOf(config: Config): Promise<Result<Models, 'model-name' | 'no-key'>> {
  const { googleApiKeys, openrouterApiKeys, localBaseUrl } = config.models
  if (googleApiKeys.length + openrouterApiKeys.length === 0 && !localBaseUrl) return done(rehearsal())
  // Providers and price catalogue take most of a second to load; without a key nobody waits for them.
  const { routeFrom } = await import('./llm/providers/routes.ts')
  const routed = routeFrom(config.models, systemClock.nowMs())
  if (!routed.ok) return routed
  return done(routed.value ? { ...routed.value, examples: [] } : rehearsal())
}

function rehearsal(): Models {
  return {
    route: {
      architect: rehearsalModel('architect', REHEARSAL_APPS),
      implementer: rehearsalModel('implementer', REHEARSAL_APPS),
    },
    prices: REHEARSAL_PRICES,
    examples: REHEARSAL_APPS.map(({ name, title, description }) => ({ name, title, description })),
  }
}

/** What every installation starts with; doing it again changes nothing. */
async function seed(tx: Sql, clock: Clock, config: Config, prices: readonly ListedPrice[]): Promise<void> {
  const owner = { id: OWNER, name: 'Owner', role: 'operator' as const, createdAt: new Date(clock.nowMs()) }
  await tx.insert(users).values(owner).onConflictDoNothing()
  await openAccounts(tx, clock, OWNER, millionths(config.initialCredits))
  await listPrices(tx, clock, prices)
}

/** The sandbox with the toolchains found in it, or why there is none: then nothing generated is run. */
async function sandboxOf(config: Config, seams: Seams): Promise<Parts['sandbox']> {
  const { backend, slots, bwrapPath } = config.sandbox
  const opened = await openSandbox({
    backend,
    slots,
    stateDir: join(config.dataDir, 'sandboxes'),
    nodePath: process.execPath,
    ...(bwrapPath === undefined ? {} : { bwrapPath }),
  })
  if (!opened.ok) return opened
  const sandbox = seams.sandbox?.(opened.value) ?? opened.value
  return done({ sandbox, toolchains: await detectToolchains(opened.value) })
}

async function work(parts: Parts, queue: Queue): Promise<void> {
  await queue.start(projectId => advance(parts, projectId))
  const ids = await workingProjects(parts.database.sql, WORK_STATES)
  await parts.database.transaction(async tx => {
    for (const id of ids) await queue.wake(tx, id)
  })
  queue.nudge()
}

function contextOf(config: Config, parts: Parts, { route, examples }: Models): Context {
  return {
    parts,
    config,
    userId: OWNER,
    route: {
      architect: { provider: route.architect.provider, model: route.architect.id },
      implementer: { provider: route.implementer.provider, model: route.implementer.id },
    },
    examples,
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
