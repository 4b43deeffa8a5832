import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { done, messageOf, type Result, refuse } from '../failure.ts'

export type Listening = { port: number; close(): Promise<void> }
type Fetch = (request: Request) => Response | Promise<Response>

/** Listens for browsers, on this machine only. */
export async function listenLocal(fetch: Fetch, port: number): Promise<Result<Listening, 'port'>> {
  const server = createServer(getRequestListener(fetch))
  const failed = await listening(server, { host: '127.0.0.1', port })
  if (failed) return refuse('port', `Port ${port} cannot be used (${failed}). Set PORT to another one.`)
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return done({ port: bound, close: () => closed(server) })
}

/** Listens for the command line, on a socket that only this user can open. The caller holds the data directory's lock. */
export async function listenSocket(fetch: Fetch, path: string): Promise<Result<Listening, 'socket'>> {
  rmSync(path, { force: true })
  const server = createServer(getRequestListener(fetch))
  const failed = await listening(server, { path })
  if (failed) return refuse('socket', `The socket ${path} cannot be made (${failed}).`)
  chmodSync(path, 0o600)
  return done({ port: 0, close: () => closed(server) })
}

function listening(
  server: Server,
  where: { host: string; port: number } | { path: string },
): Promise<string | null> {
  return new Promise(resolve => {
    server.once('error', error => resolve(messageOf(error)))
    server.listen(where, () => resolve(null))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
