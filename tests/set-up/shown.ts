import { mkdtemp, rm } from 'node:fs/promises'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { eq, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { type Clock, systemClock } from '../../src/clock.ts'
import { projects } from '../../src/db/schema.ts'
import { done } from '../../src/failure.ts'
import { openDoors } from '../../src/http/listen.ts'
import { previewApi } from '../../src/http/preview.ts'
import { previewFront } from '../../src/http/previewFront.ts'
import { sha256 } from '../../src/id.ts'
import { durations } from '../../src/llm/rehearsal/apps/durations/app.ts'
import { openLog } from '../../src/log.ts'
import { openLive } from '../../src/projects/live.ts'
import { openPreviews, type Previews } from '../../src/projects/preview/previews.ts'
import { insertDelivery } from '../../src/projects/store.ts'
import { filesOf, openTrial } from '../../src/sandbox/trial.ts'
import { workshopOf } from '../../src/sandbox/trialWorkshop.ts'
import { zip } from '../../src/workspace/archive.ts'
import { type Books, newMaker, openBooks } from './books.ts'

/** Previews with everything real around them: database, sandbox, and the port that browsers reach. */
export type ShowRoom = {
  books: Books
  previews: Previews
  live: ReturnType<typeof openLive>
  port: number
  /** What reached the product instead of a preview. */
  product: readonly string[]
  clock: MovedClock
  /** A completed project with a delivered app; answers who owns it. */
  deliver(app?: Partial<App>): Promise<{ userId: string; projectId: string }>
  /** The host of what was started for a project. */
  show(of: { userId: string; projectId: string }): Promise<string>
  /** The routes of previews as a person of this id has them, and nothing else of the product. */
  operator(as: { userId: string; port: number | null; publicUrl: string | undefined }): Hono
  close(): Promise<void>
}

export type App = { files: Readonly<Record<string, string>>; proof: readonly object[]; state: string }

const PORT_INSIDE = 8123
const MODE = 0o644 as const
const SERVES = {
  name: 'Run',
  command: 'node server.mjs',
  passed: true,
  serving: { port: PORT_INSIDE, answers: [] },
}

export async function openShowRoom({ places = 2, silenceMs = 120_000 } = {}): Promise<ShowRoom> {
  const books = await openBooks()
  const trial = await openTrial()
  const dir = await mkdtemp(join(tmpdir(), 'show-'))
  const live = openLive()
  const log = openLog({ level: 'silent' })
  const clock = movedClock()
  const sandbox = done(await workshopOf(trial))
  const previews = openPreviews({ database: books.database, clock, log, sandbox, live }, places)
  const product: string[] = []
  const page = (asked: Request) => {
    product.push(asked.url)
    return new Response('the product')
  }
  const settings = { publicUrl: undefined, previewHost: 'shown.example.net' }
  const doors = await openDoors(
    { web: page, operator: page, engines: page, previews: previewFront(previews.find, settings, silenceMs) },
    { port: 0, socket: join(dir, 'a'), engineSocket: join(dir, 'b') },
  )
  if (!doors.ok) throw new Error(doors.says)
  return {
    books,
    previews,
    live,
    product,
    clock,
    port: doors.value.port,
    deliver: app => deliver(books, app),
    show: async ({ userId, projectId }) => {
      const started = await previews.start(userId, projectId)
      if (!started.ok) throw new Error(started.says)
      return `${started.value.token}.localhost:${doors.value.port}`
    },
    operator: ({ userId, port, publicUrl }) =>
      new Hono().route(
        '/',
        previewApi({ userId, previews, port: () => port, config: { publicUrl, previewHost: undefined } }),
      ),
    close: async () => {
      await previews.close()
      await doors.value.close()
      await trial.close()
      await books.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function deliver(
  books: Books,
  { files = { 'server.mjs': SERVER }, proof = [SERVES], state = 'completed' }: Partial<App> = {},
) {
  const maker = await newMaker(books, { grantMicro: 1n })
  const at = new Date(books.clock.nowMs())
  await books.database.transaction(async tx => {
    const plan = JSON.stringify({ plan: durations.plan })
    const file = sql`${projects.file} || ${plan}::jsonb`
    await tx.update(projects).set({ state, file }).where(eq(projects.id, maker.projectId))
    const tree = new Map(
      [...filesOf(files)].map(([path, { content }]) => [path, { content: Buffer.from(content), mode: MODE }]),
    )
    const packed = { zip: zip(tree, 'app'), proof: [...proof] }
    await insertDelivery(tx, {
      projectId: maker.projectId,
      number: 1,
      commit: 'c',
      treeSha256: sha256(''),
      at,
      ...packed,
    })
  })
  return maker
}

export type MovedClock = Clock & { pass(ms: number): void }

/** The time of day, which a test may move on; who waits until then goes on at once. */
export function movedClock(): MovedClock {
  let movedMs = 0
  const waiting = new Set<{ dueMs: number; due: AbortController }>()
  const nowMs = () => systemClock.nowMs() + movedMs
  return {
    nowMs,
    monotonicMs: () => systemClock.monotonicMs() + movedMs,
    wait: async (ms, signal) => {
      const one = { dueMs: nowMs() + ms, due: new AbortController() }
      waiting.add(one)
      await systemClock.wait(ms, AbortSignal.any([signal, one.due.signal]))
      waiting.delete(one)
    },
    pass: ms => {
      movedMs += ms
      for (const { dueMs, due } of waiting) if (dueMs <= nowMs()) due.abort()
    },
  }
}

export type Asking = { method?: string; headers?: Record<string, string | string[]>; body?: string }

/** Sends a request to this machine under any host, as a browser does that has looked the name up. */
export function send(
  port: number,
  host: string,
  path: string,
  { method = 'GET', headers = {}, body }: Asking = {},
): ClientRequest {
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host }, agent: false })
  sent.end(body)
  return sent
}

export function answered(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
}

export async function ask(port: number, host: string, path: string, asking?: Asking) {
  const answer = await answered(send(port, host, path, asking))
  return { status: answer.statusCode, headers: answer.headersDistinct, body: await text(answer) }
}

/** An app that says what it is told, and does what apps do badly. */
const SERVER = `
import { createServer } from 'node:http'
const MIB = Buffer.alloc(1024 ** 2, 'x')
let written = 0
const json = (res, value) => res.end(JSON.stringify(value))
const paths = {
  '/headers': (req, res) => json(res, req.headers),
  '/env': (_, res) => json(res, process.env),
  '/echo': (req, res) => req.pipe(res),
  '/cookies': (_, res) => {
    res.setHeader('set-cookie', ['a=1; Domain=localhost; Path=/', 'botwright=stolen; Path=/', 'b=2; HttpOnly; domain=.example.net'])
    res.setHeader('strict-transport-security', 'max-age=9999999; includeSubDomains')
    res.setHeader('clear-site-data', '"*"')
    res.setHeader('referrer-policy', 'unsafe-url')
    res.setHeader('x-own', 'kept')
    res.end('cookies')
  },
  '/hang': () => {},
  '/swallow': req => req.resume(),
  '/progress': (_, res) => json(res, written),
  '/cut': (_, res) => { res.write('half'); setTimeout(() => res.destroy(), 50) },
  '/odd': (req) => req.socket.end('HTTP/1.1 999 What\\r\\nContent-Length: 2\\r\\n\\r\\nok'),
  '/end': () => process.exit(3),
}
const big = async (count, res) => {
  written = 0
  for (; written < count && !res.destroyed; written++)
    if (!res.write(MIB)) await new Promise(resolve => res.once('drain', resolve).once('close', resolve))
  res.end()
}
const server = createServer((req, res) => {
  const [, name, count] = req.url.split('/')
  if (name === 'big') return void big(Number(count), res)
  const answer = paths[req.url]
  if (answer) answer(req, res)
  else res.end('hello from the app')
})
server.on('upgrade', (req, socket, head) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n')
  socket.write(JSON.stringify({ cookie: req.headers.cookie ?? null }) + '\\n')
  socket.write(head)
  socket.pipe(socket)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
`
