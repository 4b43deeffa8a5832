import { request as ask, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { type Duplex, pipeline, Transform } from 'node:stream'
import type { Config } from '../config.ts'
import type { Running } from '../projects/preview/running.ts'
import { inward, outward } from './previewHeaders.ts'
import { isPreviewHost, tokenIn } from './previewHosts.ts'
import { answerBare, answerPage, SAID } from './previewPages.ts'

/**
 * Hands requests to the host of a preview on to its app, and nothing else: no address of the product is behind such a
 * host. What an app is asked and answers is streamed; nothing of it is kept.
 */
export type PreviewFront = {
  /** Whether a request is for a preview, by its host alone. */
  owns(req: IncomingMessage): boolean
  request(req: IncomingMessage, res: ServerResponse): void
  /** A request that wants to go on as a WebSocket. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Uint8Array): void
}

/** Nothing has come or gone for so long. */
const SILENCE_MS_MAX = 120_000
const ASKED_BYTES_MAX = 64 * 1024 ** 2
const ANSWER_BYTES_MAX = 2 * 1024 ** 3
const WEBSOCKET = /^websocket$/i

type Settings = Pick<Config, 'publicUrl' | 'previewHost'>

export function previewFront(
  find: (token: string) => Running | undefined,
  settings: Settings,
  silenceMs = SILENCE_MS_MAX,
): PreviewFront {
  const running = ({ headers: { host } }: IncomingMessage) => {
    const token = tokenIn(host, settings)
    return token === undefined ? undefined : find(token)
  }
  return {
    owns: ({ headers: { host } }) => isPreviewHost(host, settings),
    request: (req, res) => {
      const one = running(req)
      if (!one) return refusePage(req, res, SAID.ended)
      if (!req.url?.startsWith('/')) return refusePage(req, res, SAID.unclear)
      if (Number(req.headers['content-length'] ?? 0) > ASKED_BYTES_MAX)
        return refusePage(req, res, SAID.large)
      const leave = one.enter()
      if (!leave) return refusePage(req, res, SAID.busy)
      const gone = closing(res, leave)
      void handOn(one, { req, res, gone, silenceMs })
    },
    upgrade: (req, socket, head) => {
      socket.on('error', () => socket.destroy())
      const one = running(req)
      if (!one) return answerBare(socket, SAID.ended)
      if (!(req.url?.startsWith('/') && WEBSOCKET.test(req.headers.upgrade ?? '')))
        return answerBare(socket, SAID.unclear)
      const leave = one.enter()
      if (!leave) return answerBare(socket, SAID.busy)
      const gone = closing(socket, leave)
      void upgradeOn(one, { req, socket, head, gone, silenceMs })
    },
  }
}

/** What was sent with it is not read: the connection ends with the answer. */
function refusePage(req: IncomingMessage, res: ServerResponse, said: (typeof SAID)[keyof typeof SAID]): void {
  answerPage(res, said)
  req.resume()
}

type Visit = { req: IncomingMessage; res: ServerResponse; gone: AbortSignal; silenceMs: number }

async function handOn(one: Running, { req, res, gone, silenceMs }: Visit): Promise<void> {
  const way = await one.connect().catch(() => null)
  if (!way || res.destroyed) {
    way?.destroy()
    return refusePage(req, res, SAID.silent)
  }
  const asked = askOn(way, req, inward(req.headersDistinct))
  let isOver = false
  const end = (said: (typeof SAID)[keyof typeof SAID]) => {
    // Only the first trouble is told: a request that is given up fails once more by that.
    if (isOver) return
    isOver = true
    asked.destroy()
    if (res.headersSent || res.destroyed) res.destroy()
    else refusePage(req, res, said)
  }
  res.setTimeout(silenceMs, () => end(SAID.late))
  gone.addEventListener('abort', () => asked.destroy())
  one.over.addEventListener('abort', () => end(SAID.ended), { signal: gone })
  asked.on('response', answer => passOn(answer, res, () => end(SAID.silent)))
  asked.on('upgrade', (_, socket) => {
    socket.destroy()
    end(SAID.silent)
  })
  asked.on('error', () => end(SAID.silent))
  pipeline(req, bounded(ASKED_BYTES_MAX), asked, failed => {
    if (failed instanceof TooLarge) end(SAID.large)
  })
}

function passOn(answer: IncomingMessage, res: ServerResponse, fail: () => void): void {
  if (res.headersSent || res.destroyed || !isWritten(res, answer)) {
    answer.destroy()
    fail()
  } else {
    // A failure in the middle cuts the answer off, so that nobody takes a part for the whole.
    pipeline(answer, bounded(ANSWER_BYTES_MAX), res, () => {})
  }
}

/** False where the app said something that is no status or no header. */
function isWritten(res: ServerResponse, { statusCode = 0, headersDistinct }: IncomingMessage): boolean {
  try {
    res.writeHead(statusCode, outward(headersDistinct))
    return true
  } catch {
    return false
  }
}

type Upgrading = Omit<Visit, 'res'> & { socket: Duplex; head: Uint8Array }

async function upgradeOn(one: Running, { req, socket, head, gone, silenceMs }: Upgrading): Promise<void> {
  const way = await one.connect().catch(() => null)
  if (!way || socket.destroyed) {
    way?.destroy()
    return answerBare(socket, SAID.silent)
  }
  const headers = { ...inward(req.headersDistinct), connection: 'Upgrade', upgrade: 'websocket' }
  const asked = askOn(way, req, headers)
  if (socket instanceof Socket) socket.setTimeout(silenceMs, () => socket.destroy())
  gone.addEventListener('abort', () => asked.destroy())
  one.over.addEventListener('abort', () => socket.destroy(), { signal: gone })
  asked.on('error', () => socket.destroy())
  asked.on('response', answer => {
    answer.destroy()
    answerBare(socket, { ...SAID.silent, status: answer.statusCode ?? 502 })
  })
  asked.on('upgrade', (answer, inside, first) => {
    socket.write(headOf(answer))
    if (first.length > 0) socket.write(first)
    if (head.length > 0) inside.write(head)
    pipeline(socket, inside, socket, () => socket.destroy())
  })
  asked.end()
}

function askOn(
  way: Duplex,
  { method = 'GET', url = '/' }: IncomingMessage,
  headers: ReturnType<typeof inward>,
): ClientRequest {
  return ask({ createConnection: () => way, method, path: url, headers, setHost: false })
}

function headOf(answer: IncomingMessage): string {
  const headers = { ...outward(answer.headersDistinct), connection: 'Upgrade', upgrade: 'websocket' }
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map(each => `${name}: ${each}`),
  )
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** Aborted when a visitor has gone, so that what listens for them goes too. */
function closing(stream: Duplex | ServerResponse, leave: () => void): AbortSignal {
  const gone = new AbortController()
  stream.once('close', () => {
    leave()
    gone.abort()
  })
  return gone.signal
}

class TooLarge extends Error {}

function bounded(bytesMax: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _, pass) {
      bytes += chunk.length
      if (bytes > bytesMax) pass(new TooLarge())
      else pass(null, chunk)
    },
  })
}
