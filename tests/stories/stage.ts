import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import type { Audit } from '../../src/billing/audit.ts'
import { type Client, clientOf } from '../../src/cli/client.ts'
import { inProcess } from '../../src/cli/connection.ts'
import { type Answerer, drive, yes } from '../../src/cli/drive.ts'
import { readConfig } from '../../src/config.ts'
import type { ProjectView } from '../../src/http/views.ts'
import type { Model, ModelRequest, Role } from '../../src/llm/model.ts'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import type { StoredEvent } from '../../src/projects/event.ts'
import { eventsAfter } from '../../src/projects/store.ts'
import { freshDatabase, freshDataDir } from '../set-up/database.ts'

/** The whole product on a stage of its own: real database, git and sandbox; only the model follows a script. */
export type Stage = {
  app: App
  client: Client
  /** Every request that reached a model, in order. */
  asked: readonly { role: Role; request: ModelRequest }[]
  /** Describes an app and says yes to everything until it is delivered, rests, or wants a decision. */
  build(description: string): Promise<ProjectView>
  /** Goes on in the same way with a project that is there. */
  carryOn(id: string, answer?: Answerer): Promise<ProjectView>
  /** Waits until it holds of the project, looking again at each event; fails with what it waited for. */
  until(id: string, what: string, holds: (project: ProjectView) => boolean): Promise<ProjectView>
  /** Everything that happened to a project. */
  happened(id: string): Promise<StoredEvent[]>
}

type Answering = Model['answer']

export type Staging = {
  /** Settings by their names in the environment. */
  settings?: Readonly<Record<string, string>>
  /** Stands between the product and the rehearsal model. */
  model?: (role: Role, rehearsed: Answering) => Answering
  embedded?: boolean
  /** Nothing is worked on: what happens is what the story does. */
  idle?: boolean
}

/** Longer than any building takes on a busy machine, shorter than the time of a story. */
const WAIT_MS_MAX = 1_200_000
/** A story on a machine that does other things too. */
export const STORY_MS_MAX = 1_500_000
export const NOBODY: Answerer = async () => null

/** Opens a stage, plays on it, proves the books, and takes everything away again. */
export async function onStage(staging: Staging, play: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage(staging)
  try {
    await play(stage)
    await expectBalanced(stage)
  } finally {
    await stage.close()
  }
}

/** Opens a stage; `close` takes everything away again. */
export async function openStage(staging: Staging = {}): Promise<Stage & { close(): Promise<void> }> {
  const ground = staging.embedded ? await freshDataDir() : await onServer()
  try {
    const stage = await open(staging, ground)
    return { ...stage, close: () => stage.app.close().finally(() => ground.drop()) }
  } catch (thrown) {
    await ground.drop()
    throw thrown
  }
}

/** The books of every story balance at its end. */
async function expectBalanced({ client }: Stage): Promise<void> {
  const books = await client.get<Audit>('/api/ledger/audit')
  expect(books.discrepancies).toEqual([])
  expect(books.balanced).toBe(true)
}

/** The sentence that describes a rehearsal app. */
export function describing(name: string): string {
  const app = REHEARSAL_APPS.find(each => each.name === name)
  if (!app) throw new Error(`there is no rehearsal called ${name}`)
  return app.description
}

type Ground = { dataDir: string; url?: string; drop(): Promise<void> }

async function onServer(): Promise<Ground> {
  const database = await freshDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'botwright-story-'))
  return {
    dataDir,
    url: database.url,
    drop: async () => {
      await rm(dataDir, { recursive: true, force: true })
      await database.drop()
    },
  }
}

async function open(
  { settings = {}, model, idle = false }: Staging,
  { dataDir, url }: Ground,
): Promise<Stage> {
  const asked: { role: Role; request: ModelRequest }[] = []
  const recorded = (role: Role, played: Model): Model => {
    const rehearsed: Answering = (request, asking) => played.answer(request, asking)
    const answer = model?.(role, rehearsed) ?? rehearsed
    return {
      ...played,
      answer: (request, asking) => {
        asked.push({ role, request })
        return answer(request, asking)
      },
    }
  }
  const bwrap = process.env.BOTWRIGHT_BWRAP
  const config = readConfig(
    {
      DATA_DIR: dataDir,
      DATABASE_URL: url,
      PORT: '0',
      LOG_LEVEL: 'warn',
      BOTWRIGHT_BWRAP: bwrap,
      ...settings,
    },
    {},
  )
  const app = await openApp(config, {
    model: recorded,
  })
  if (!app.ok) throw new Error(app.says)
  if (!idle) await app.value.work()
  return stageOf(app.value, asked)
}

function stageOf(app: App, asked: Stage['asked']): Stage {
  const client = clientOf(inProcess(app))
  const carryOn = (id: string, answer: Answerer = yes) => {
    const going = drive(client, id, answer, () => {})
    return inTime(going, () => standing(app, client, id, 'an end or a wait'))
  }
  return {
    app,
    client,
    asked,
    carryOn,
    build: async description => carryOn((await client.create(description)).id),
    until: (id, what, holds) => until(app, client, { id, what, holds }),
    happened: id => eventsAfter(app.parts.database.sql, id, 0),
  }
}

type Wait = { id: string; what: string; holds: (project: ProjectView) => boolean }

async function until(app: App, client: Client, { id, what, holds }: Wait): Promise<ProjectView> {
  const { promise, resolve, reject } = Promise.withResolvers<ProjectView>()
  const look = () =>
    client.project(id).then(project => (holds(project) ? resolve(project) : undefined), reject)
  const leave = app.parts.live.listen(id, { event: look, activity: () => {} })
  try {
    await look()
    return await inTime(promise, () => standing(app, client, id, what))
  } finally {
    leave()
  }
}

async function standing(app: App, client: Client, id: string, what: string): Promise<string> {
  const { state, pause, decision } = await client.project(id)
  const now = app.parts.live.activityOf(id)?.says
  return `in vain: waited for ${what}; ${JSON.stringify({ state, pause, decision, now })}`
}

async function inTime<Value>(wanted: Promise<Value>, complaint: () => Promise<string>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = () => complaint().then(says => reject(new Error(says)), reject)
  const timer = setTimeout(late, WAIT_MS_MAX)
  try {
    return await Promise.race([wanted, promise])
  } finally {
    clearTimeout(timer)
  }
}
