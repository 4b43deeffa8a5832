import { chmodSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { done, messageOf, type Result, refuse } from '../failure.ts'
import type { PreviewFront } from './previewFront.ts'

type Fetch = (request: Request) => Response | Promise<Response>
type Listening = { port: number; close(): Promise<void> }

/** The ways in: the page for browsers of this machine, a socket for the command line of this user, one for coding agents. */
export type Doors = { port: number; close(): Promise<void> }

/** Code that nobody has read asks there, and each request may be megabytes long. */
const ENGINE_CONNECTIONS_MAX = 32

/** Opens all of them, or none. The caller holds the lock of the data directory that the socket lies in. */
export async function openDoors(
  fronts: { web: Fetch; operator: Fetch; engines: Fetch; previews?: PreviewFront },
  where: { port: number; socket: string; engineSocket: string },
): Promise<Result<Doors, 'port' | 'socket'>> {
  const web = await listenLocal(fronts.web, where.port, fronts.previews)
  if (!web.ok) return web
  const open = [web.value]
  const close = async () => {
    for (const each of open) await each.close()
  }
  const sockets = [
    { front: fronts.operator, path: where.socket },
    { front: fronts.engines, path: where.engineSocket, connectionsMax: ENGINE_CONNECTIONS_MAX },
  ]
  for (const { front, path, connectionsMax } of sockets) {
    const socket = await listenSocket(front, path, connectionsMax)
    if (!socket.ok) {
      await close()
      return socket
    }
    open.push(socket.value)
  }
  return done({ port: web.value.port, close })
}

async function listenLocal(
  fetch: Fetch,
  port: number,
  previews: PreviewFront | undefined,
): Promise<Result<Listening, 'port'>> {
  const server = previews ? besidePreviews(fetch, previews) : createServer(getRequestListener(fetch))
  const failed = await listening(server, { host: '127.0.0.1', port })
  if (failed)
    return refuse(
      'port',
      `Port ${port} ${WHY[failed] ?? `cannot be used (${failed})`}. Set PORT to another one.`,
    )
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return done({ port: bound, close: () => closed(server) })
}

/** Hosts of previews are told apart before anything else is looked at: what is under them is not the product's. */
function besidePreviews(fetch: Fetch, previews: PreviewFront): Server {
  const page = getRequestListener(fetch)
  const answer: RequestListener = (req, res) =>
    previews.owns(req) ? previews.request(req, res) : void page(req, res)
  const server = createServer({ shouldUpgradeCallback: previews.owns }, answer)
  return server.on('upgrade', previews.upgrade)
}

async function listenSocket(
  fetch: Fetch,
  path: string,
  connectionsMax?: number,
): Promise<Result<Listening, 'socket'>> {
  rmSync(path, { force: true })
  const server = createServer(getRequestListener(fetch))
  if (connectionsMax !== undefined) server.maxConnections = connectionsMax
  const failed = await listening(server, { path })
  if (failed)
    return refuse(
      'socket',
      `The socket ${path} ${WHY[failed] ?? `cannot be made (${failed})`}. Set DATA_DIR to another folder.`,
    )
  chmodSync(path, 0o600)
  return done({ port: 0, close: () => closed(server) })
}

/** Why an address cannot be listened on, by the code of the system. */
const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is used by another program',
  EACCES: 'may not be used by this user',
  EPERM: 'may not be used by this user',
  EINVAL: 'has too long a path',
  ENAMETOOLONG: 'has too long a path',
  ENOENT: 'lies in a folder that is not there',
}

/** Null once it listens, or the code of what went wrong. */
function listening(
  server: Server,
  where: { host: string; port: number } | { path: string },
): Promise<string | null> {
  return new Promise(resolve => {
    server.once('error', error => resolve('code' in error ? String(error.code) : messageOf(error)))
    server.listen(where, () => resolve(null))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
