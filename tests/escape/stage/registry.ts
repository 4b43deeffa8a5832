import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/clock.ts'
import { openLog } from '../../../src/log.ts'
import { type Opened, openEgress } from '../../../src/sandbox/egress/egress.ts'

/** A door to a mirror, behind which a registry of our own notes whatever arrives. */
export type Registry = {
  opened: Opened
  /** Method, address and headers of each request that arrived, as JSON. */
  arrived: string[]
  close(): Promise<void>
}

/** What the machine proves itself with to its registry, and what no run may learn. */
export const CREDENTIAL = 'a-credential-of-the-machine'

export async function openRegistry(): Promise<Registry> {
  // The path of a socket is short.
  const stateDir = await mkdtemp(join(tmpdir(), 'e-'))
  await chmod(stateDir, 0o755)
  const arrived: string[] = []
  const server = createServer((request, response) => {
    const { method, url, headers } = request
    arrived.push(JSON.stringify({ method, url, headers }))
    const body = JSON.stringify({ name: 'known', versions: {}, 'dist-tags': {} })
    response.writeHead(url === '/known' ? 200 : 404, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const npm = { base: `http://127.0.0.1:${port}/`, credentials: () => ({ authorization: CREDENTIAL }) }
  const upstreams = { registries: { npm }, missing: {}, origins: [], proxy: () => ({}) }
  const log = openLog({ level: 'silent' })
  const egress = await openEgress({ stateDir, upstreams, clock: systemClock, log })
  const opened = await egress.open(['npm'])
  arrived.length = 0
  return {
    opened,
    arrived,
    async close() {
      await opened.close()
      await egress.close()
      server.closeAllConnections()
      server.close()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

const ANSWER_MS_MAX = 5000

/** Says exactly these bytes to the door, and answers with the status code of what came back. */
export async function say(socketPath: string, text: string): Promise<string> {
  const socket = connect(socketPath)
  let answer = ''
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy())
  socket.on('data', chunk => {
    answer += chunk
  })
  socket.on('error', () => {})
  socket.write(text, 'latin1')
  await once(socket, 'close')
  return /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed'
}
