import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import { done, type Result } from '../failure.ts'

/** The wired product as the terminal needs it; `main.ts` says how it is opened. */
export type Host = {
  userId: string
  operator: { fetch(request: Request): Response | Promise<Response> }
  /** Everything that is under way, or only what is named and what begins in this process. */
  work(only?: readonly string[]): Promise<void>
  close(): Promise<void>
}
export type OpenHost<H extends Host = Host> = (config: Config) => Promise<Result<H>>

/** A way to the API: through the socket of a running server, or to a product opened in this process. */
export type Connection = {
  /** Whether the product runs in this process, and stops with it. */
  here: boolean
  fetch(path: string, body?: unknown): Promise<Response>
  close(): Promise<void>
}

/**
 * Connects to whoever holds the data directory. Without a running server the product is opened here; where `only` is
 * given it works here on these projects and on those that begin here, until this command ends. Others wait for a start.
 */
export async function connect(
  config: Config,
  open: OpenHost,
  only?: readonly string[],
): Promise<Result<Connection>> {
  const socket = socketPath(config.dataDir)
  if (existsSync(socket) && (await answersOn(socket))) return done(throughSocket(socket))
  const opened = await open(config)
  if (!opened.ok) return opened
  if (only) await opened.value.work(only)
  return done(inProcess(opened.value))
}

export function socketPath(dataDir: string): string {
  return join(dataDir, 'botwright.sock')
}

/** The API of a product that was opened in this process. */
export function inProcess(host: Host): Connection {
  return {
    here: true,
    fetch: async (path, body) => host.operator.fetch(new Request(`http://botwright${path}`, requestOf(body))),
    close: () => host.close(),
  }
}

type Bodied = { method: string; headers: Record<string, string>; text: string | undefined }

function bodied(body: unknown): Bodied {
  if (body === undefined) return { method: 'GET', headers: {}, text: undefined }
  return { method: 'POST', headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) }
}

function requestOf(body: unknown): RequestInit {
  const { method, headers, text } = bodied(body)
  return { method, headers, ...(text === undefined ? {} : { body: text }) }
}

function throughSocket(path: string): Connection {
  return { here: false, fetch: (url, body) => overSocket(path, url, body), close: async () => {} }
}

async function answersOn(socket: string): Promise<boolean> {
  return overSocket(socket, '/health/live').then(
    response => response.ok,
    () => false,
  )
}

function overSocket(socketPath: string, path: string, body?: unknown): Promise<Response> {
  const { method, headers, text } = bodied(body)
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method, headers: { ...headers, host: 'botwright' } }, answer => {
      const stream = Readable.toWeb(answer) as ReadableStream<Uint8Array>
      resolve(new Response(stream, { status: answer.statusCode ?? 500, headers: headersOf(answer.headers) }))
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

function headersOf(from: NodeJS.Dict<string | string[]>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(from)) if (value !== undefined) headers.set(name, String(value))
  return headers
}
