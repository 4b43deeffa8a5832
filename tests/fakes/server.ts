import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** One request as it came over the wire. */
export type Received = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: unknown
}

export type Reply = { status: number; headers?: Record<string, string>; body: string }

/**
 * How a server behaves: it answers, drips the answer byte by byte with a gap before each, says nothing for ever, or resets
 * the connection in the middle of an answer or before it.
 */
export type Manner =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'drip'; reply: Reply; gapMs?: number }
  | { kind: 'hang' }
  | { kind: 'begin-and-hang'; reply: Reply }
  | { kind: 'break'; reply: Reply }
  | { kind: 'break-off' }

/** A server on 127.0.0.1 that speaks a protocol strictly. */
export type FakeServer = AsyncDisposable & {
  origin: string
  received: readonly Received[]
  /** How every further request is met, whatever it is or as it is. */
  behave(manner: Manner | ((received: Received) => Manner | Promise<Manner>)): void
  /** Resolves when the first request has been met, as far as the manner goes. */
  asked: Promise<void>
  /** Resolves when a client has gone before its answer was complete. */
  left: Promise<void>
}

/** Starts a server that answers a request which is not as documented with what `complain` returns. */
export async function startServer(complain: (received: Received) => Reply | undefined): Promise<FakeServer> {
  const received: Received[] = []
  const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let mannerFor: (received: Received) => Manner | Promise<Manner> = () => ({ kind: 'hang' })
  const server = createServer(async (request, response) => {
    response.on('close', () => response.writableFinished || left.resolve())
    const one = await read(request)
    received.push(one)
    const complaint = complain(one)
    await meet(response, complaint ? { kind: 'reply', reply: complaint } : await mannerFor(one))
    asked.resolve()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    received,
    behave: next => {
      mannerFor = typeof next === 'function' ? next : () => next
    },
    asked: asked.promise,
    left: left.promise,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

/** An answer as a stream of server-sent events; `before` stands in front of them, for instance a comment. */
export function events(data: readonly unknown[], options: { before?: string; end?: string } = {}): Reply {
  const { before = '', end = '' } = options
  const body = data.map(each => `data: ${JSON.stringify(each)}\n\n`).join('')
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: `${before}${body}${end}` }
}

/** A text as it comes in a stream: the first quarter, so that it is there when a stream ends in the middle, and the rest. */
export function pieces(text: string): string[] {
  const first = Math.ceil(text.length / 4)
  return [text.slice(0, first), text.slice(first)].filter(piece => piece !== '')
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the fake has no port')
  return address.port
}

async function read(request: IncomingMessage): Promise<Received> {
  const { method = '', url = '', headers } = request
  const text = Buffer.concat(await request.toArray()).toString('utf8')
  return { method, path: url, headers, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function meet(response: ServerResponse, manner: Manner): Promise<void> {
  if (manner.kind === 'hang') return
  if (manner.kind === 'break-off') return reset(response)
  const bytes = Buffer.from(manner.reply.body)
  response.writeHead(manner.reply.status, manner.reply.headers)
  if (manner.kind === 'reply') response.end(bytes)
  else if (manner.kind === 'drip') await drip(response, bytes, manner.gapMs)
  else await begin(response, bytes, manner.kind === 'break')
}

async function drip(response: ServerResponse, bytes: Buffer, gapMs = 0): Promise<void> {
  for (const byte of bytes) {
    if (gapMs > 0) await setTimeout(gapMs)
    if (response.destroyed) return
    await write(response, Uint8Array.of(byte))
  }
  response.end()
}

async function begin(response: ServerResponse, bytes: Buffer, breaks: boolean): Promise<void> {
  await write(response, bytes.subarray(0, bytes.length / 2))
  if (breaks) reset(response)
}

function reset({ socket }: ServerResponse): void {
  if (socket instanceof Socket) socket.resetAndDestroy()
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => response.write(bytes, () => resolve()))
}
