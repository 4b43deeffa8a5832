import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'

/** One request as it came over the wire. */
export type Received = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: unknown
}

export type Reply = { status: number; headers?: Record<string, string>; body: string }

/** How a server behaves: it answers, drips the answer byte by byte, says nothing for ever, or breaks the connection. */
export type Manner =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'drip'; reply: Reply }
  | { kind: 'hang' }
  | { kind: 'begin-and-hang'; reply: Reply }
  | { kind: 'break'; reply: Reply }

/** A server on 127.0.0.1 that speaks a protocol strictly. */
export type FakeServer = AsyncDisposable & {
  origin: string
  received: readonly Received[]
  /** How every further request is met. */
  behave(manner: Manner): void
  /** Resolves when the first request has been met, as far as the manner goes. */
  asked: Promise<void>
  /** Resolves when a client has gone before its answer was complete. */
  left: Promise<void>
}

/** Starts a server that answers a request which is not as documented with what `complain` returns. */
export async function startServer(complain: (received: Received) => Reply | undefined): Promise<FakeServer> {
  const received: Received[] = []
  const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let manner: Manner = { kind: 'hang' }
  const server = createServer(async (request, response) => {
    response.on('close', () => response.writableFinished || left.resolve())
    const one = await read(request)
    received.push(one)
    const complaint = complain(one)
    await meet(response, complaint ? { kind: 'reply', reply: complaint } : manner)
    asked.resolve()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    received,
    behave: next => {
      manner = next
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
  const bytes = Buffer.from(manner.reply.body)
  response.writeHead(manner.reply.status, { ...manner.reply.headers, 'content-length': bytes.length })
  if (manner.kind === 'reply') response.end(bytes)
  else if (manner.kind === 'drip') await drip(response, bytes)
  else await begin(response, bytes, manner.kind === 'break')
}

async function drip(response: ServerResponse, bytes: Buffer): Promise<void> {
  for (const byte of bytes) await write(response, Uint8Array.of(byte))
  response.end()
}

async function begin(response: ServerResponse, bytes: Buffer, breaks: boolean): Promise<void> {
  await write(response, bytes.subarray(0, bytes.length / 2))
  if (breaks && response.socket instanceof Socket) response.socket.resetAndDestroy()
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => response.write(bytes, () => resolve()))
}
