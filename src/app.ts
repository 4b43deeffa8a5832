import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openAccounts } from './billing/ledger.ts'
import { markupOf, millionths } from './billing/money.ts'
import { listPrices } from './billing/pricing.ts'
import { type Clock, systemClock } from './clock.ts'
import { CodeIndex } from './codeindex/codeIndex.ts'
import type { Config } from './config.ts'
import { answers, type Database, openDatabase, type Sql } from './db/database.ts'
import { takeLock } from './db/lock.ts'
import { users } from './db/schema.ts'
import { done, messageOf, OutsideFailure, type Result, refuse } from './failure.ts'
import type { Context } from './http/context.ts'
import { operatorFront } from './http/operator.ts'
import { openSignIn, type SignIn } from './http/signIn.ts'
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
import { openSandbox } from './sandbox/open.ts'
import { detectToolchains } from './sandbox/toolchains.ts'
import { Workspace } from './workspace/workspace.ts'

/** The wired product. Nothing runs before `work` is called. */
export type App = {
  config: Config
  parts: Parts
  userId: string
  web: { fetch(request: Request): Response | Promise<Response> }
  operator: { fetch(request: Request): Response | Promise<Response> }
  signIn: SignIn
  /** Why nothing generated can be run here; null when it can. */
  sandboxMissing: string | null
  /** Begins to work: projects that were under way go on. */
  work(): Promise<void>
  /** Ends what runs and gives everything back; a step that is under way is done again at the next start. */
  close(): Promise<void>
}

/** Where a test may stand between two parts; the product changes nothing here. */
export type Seams = {
  clock?: Clock
  database?: (database: Database) => Database
  route?: (route: Route) => Route
}

/** Who owns an installation until there is sign-in by person. */
const OWNER = 'owner'
const WEB_ROOT = join(import.meta.dirname, '..', 'dist', 'web')

/** The composition root: takes the data directory, opens every part and wires them. */
export async function openApp(config: Config, seams: Seams = {}): Promise<Result<App, 'held' | 'database'>> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const lock = takeLock(config.dataDir)
  if (!lock.ok) return lock
  try {
    const app = await wire(config, seams, () => lock.value.release())
    return done(app)
  } catch (thrown) {
    lock.value.release()
    if (thrown instanceof OutsideFailure) return refuse('database', `${messageOf(thrown)} ${thrown.advice}`)
    throw thrown
  }
}

async function wire(config: Config, seams: Seams, unlock: () => void): Promise<App> {
  const clock = seams.clock ?? systemClock
  const log = openLog({ level: config.logLevel, file: join(config.dataDir, 'botwright.log') })
  const opened = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir })
  const database = seams.database?.(opened) ?? opened
  const route = seams.route?.(rehearsalRoute()) ?? rehearsalRoute()
  await database.transaction(tx => seed(tx, clock, config))
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
    sandbox: await sandboxOf(config),
    workspaceOf: remembered(id => Workspace.open(join(config.dataDir, 'projects', id))),
    indexOf: remembered(() => new CodeIndex()),
  }
  const signIn = openSignIn(config.dataDir)
  const context = contextOf(config, parts, route)
  return {
    config,
    parts,
    userId: OWNER,
    signIn,
    sandboxMissing: parts.sandbox.ok ? null : parts.sandbox.says,
    web: webFront(context, signIn, WEB_ROOT),
    operator: operatorFront(context),
    work: () => work(parts, queue),
    close: async () => {
      running.stopAll()
      await queue.stop()
      if (parts.sandbox.ok) await parts.sandbox.value.sandbox.close()
      await database.close()
      unlock()
    },
  }
}

function rehearsalRoute(): Route {
  return {
    architect: rehearsalModel('architect', REHEARSAL_APPS),
    implementer: rehearsalModel('implementer', REHEARSAL_APPS),
  }
}

/** What every installation starts with; doing it again changes nothing. */
async function seed(tx: Sql, clock: Clock, config: Config): Promise<void> {
  const owner = { id: OWNER, name: 'Owner', role: 'operator' as const, createdAt: new Date(clock.nowMs()) }
  await tx.insert(users).values(owner).onConflictDoNothing()
  await openAccounts(tx, clock, OWNER, millionths(config.initialCredits))
  await listPrices(tx, clock, REHEARSAL_PRICES)
}

/** The sandbox with the toolchains found in it, or why there is none: then nothing generated is run. */
async function sandboxOf(config: Config): Promise<Parts['sandbox']> {
  const { backend, slots, bwrapPath } = config.sandbox
  const opened = await openSandbox({
    backend,
    slots,
    stateDir: join(config.dataDir, 'sandboxes'),
    nodePath: process.execPath,
    ...(bwrapPath === undefined ? {} : { bwrapPath }),
  })
  if (!opened.ok) return opened
  return done({ sandbox: opened.value, toolchains: await detectToolchains(opened.value) })
}

async function work(parts: Parts, queue: Queue): Promise<void> {
  await queue.start(projectId => advance(parts, projectId))
  const ids = await workingProjects(parts.database.sql, WORK_STATES)
  await parts.database.transaction(async tx => {
    for (const id of ids) await queue.wake(tx, id)
  })
  queue.nudge()
}

function contextOf(config: Config, parts: Parts, route: Route): Context {
  return {
    parts,
    config,
    userId: OWNER,
    route: {
      architect: { provider: route.architect.provider, model: route.architect.id },
      implementer: { provider: route.implementer.provider, model: route.implementer.id },
    },
    examples: REHEARSAL_APPS.map(({ name, title, description }) => ({ name, title, description })),
    ready: async () => !parts.running.stopped && (await answers(parts.database.sql)),
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
