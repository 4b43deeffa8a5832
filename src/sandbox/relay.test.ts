import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Served } from './backend.ts'
import { NODE_INSIDE } from './fixtures.ts'
import { relayed } from './relay.ts'
import { openTrial, type Trial } from './trial.ts'

const BACKENDS = ['bubblewrap', 'none'] as const

const trials = new Map<string, Trial>()
beforeAll(async () => {
  for (const backend of BACKENDS) trials.set(backend, await openTrial({ backend }))
})
afterAll(async () => {
  for (const trial of trials.values()) await trial.close()
})

function trialOf(backend: string): Trial {
  const trial = trials.get(backend)
  if (trial === undefined) throw new Error(backend)
  return trial
}

const ASK = `const http = require("node:http")
http.get("http://127.0.0.1:7001/a?b=c", response => response.pipe(process.stdout)).on("error", e => console.log(e.code))`

test.each(BACKENDS)('a door leads to the server behind it, and to nothing else (%s)', async backend => {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-door-'))
  const server = createServer((asked, answer) => answer.end(`${asked.method} ${asked.url}`))
  const socket = join(dir, 'door')
  server.listen(socket)
  await once(server, 'listening')
  await chmod(socket, 0o666)
  const command = [NODE_INSIDE, '-e', ASK]
  const doors = [{ socket, port: 7001 }]
  const trial = trialOf(backend)
  expect(await trial.sh('', { phase: 'fetch', command, doors })).toMatchObject({
    exitCode: 0,
    stdout: 'GET /a?b=c',
  })
  expect((await trial.sh('', { phase: 'fetch', command })).stdout).toMatch(/^ECONNREFUSED/)
  server.close()
  await rm(dir, { recursive: true })
})

test('only fetching and engines have doors', () => {
  const doors = [{ socket: '/run/x', port: 7001 }]
  expect(() => relayed({ workspace: '/', phase: 'test', command: ['true'], doors })).toThrow(
    /no door in phase test/,
  )
})

test.each(BACKENDS)('what ends behind a relay ends as it would without (%s)', async backend => {
  const doors = [{ socket: '/dev/null', port: 7002 }]
  const run = (script: string) => trialOf(backend).sh(script, { phase: 'fetch', doors })
  expect(await run('echo out; echo err >&2; exit 7')).toMatchObject({
    exitCode: 7,
    stdout: 'out\n',
    stderr: 'err\n',
  })
  expect(await run('kill -TERM $$')).toMatchObject({ exitCode: 143, signal: 'SIGTERM' })
})

const SERVER = `require("node:http").createServer((asked, answer) => {
  const parts = []
  asked.on("data", part => parts.push(part)).on("end", () => answer.end(asked.method + " " + asked.url + " " + Buffer.concat(parts).length))
}).listen(process.env.PORT, "127.0.0.1", () => console.log("listens"))`

function ask(connection: Duplex, body: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ createConnection: () => connection, method: 'POST', path: '/x' }, answer => {
      const parts: Buffer[] = []
      answer.on('data', part => parts.push(part)).on('end', () => resolve(Buffer.concat(parts).toString()))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The first connection: until the app listens there is none. */
async function connected(served: Served): Promise<Duplex> {
  const found: Duplex[] = []
  const reach = () =>
    served.connect().then(
      connection => found.push(connection),
      () => 0,
    )
  await expect.poll(reach, { timeout: 10_000 }).toBe(1)
  return found[0] ?? served.connect()
}

test.each(BACKENDS)('an app is served by connections of its own, and stopped at once (%s)', async backend => {
  const { sandbox } = trialOf(backend)
  const workspace = await sandbox.workspace(new Map())
  const command = [NODE_INSIDE, '-e', SERVER]
  const served = await sandbox.serve({ workspace: workspace.dir, phase: 'serve', command, port: 7011 })
  const first = await connected(served)
  const body = Buffer.alloc(3_000_000, 'x')
  const others = await Promise.all(Array.from({ length: 20 }, () => served.connect()))
  const answers = await Promise.all([first, ...others].map(connection => ask(connection, body)))
  expect(new Set(answers)).toEqual(new Set(['POST /x 3000000']))
  const ended = await served.stop()
  expect(ended).toMatchObject({ killedBy: 'cancelled', stdout: 'listens\n' })
  await expect(served.connect()).rejects.toThrow(/cannot be reached/)
  await workspace.dispose()
})

test('where nothing listens, a connection is refused', async () => {
  const { sandbox } = trialOf('bubblewrap')
  const workspace = await sandbox.workspace(new Map())
  const served = await sandbox.serve({
    workspace: workspace.dir,
    phase: 'serve',
    command: ['sleep', '60'],
    port: 7012,
  })
  await expect(served.connect()).rejects.toThrow(/nothing listens/)
  await served.stop()
  await workspace.dispose()
})

test('what one run leaves in the home directory, the next finds', async () => {
  const { sandbox } = trialOf('bubblewrap')
  const { dir, home, dispose } = await sandbox.workspace(new Map())
  const run = (script: string) =>
    sandbox.run({ workspace: dir, home, phase: 'test', command: ['/bin/sh', '-c', script] })
  expect((await run('echo kept > ~/x')).exitCode).toBe(0)
  expect((await run('cat ~/x; ls -A /workspace')).stdout).toBe('kept\n')
  await dispose()
})
