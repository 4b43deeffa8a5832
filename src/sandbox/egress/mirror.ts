import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { done, type Result, refuse } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { TooMuch } from './bounded.ts'
import type { Caps } from './caps.ts'
import { ECOSYSTEMS, type Ecosystem } from './ecosystem.ts'
import { readPath } from './path.ts'
import type { LoadReason, Page, Wanted } from './shelves/shelf.ts'
import { rootOf } from './shelves/shelves.ts'
import type { Goods, Stock } from './stock.ts'
import type { Tally } from './tally.ts'

/** What one door serves. */
export type MirrorOptions = {
  stock: Stock
  ecosystems: readonly Ecosystem[]
  /** Where the mirror is seen inside. */
  port: number
  caps: Caps
  tally: Tally
  log: Log
  /** Ends everything that is asked of registries for this door. */
  signal: AbortSignal
}

const HEADER_BYTES_MAX = 16 * 1024
const HEADER_MS_MAX = 15_000

/** A server that knows GET and HEAD of packages and their pages, and takes nothing from a request but its path. */
export function createMirror(options: MirrorOptions): Server {
  const { tally, caps } = options
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEADER_MS_MAX, requestTimeout: HEADER_MS_MAX },
    (request, response) => {
      answer(request, response, options).catch(failure => {
        options.log.error({ err: failure }, 'the mirror failed')
        response.destroy()
      })
    },
  )
  server.on('connect', ({ method, url }, socket) => {
    tally.countRequest()
    tally.refuse(`${method} ${url}`, 'the mirror only answers GET and HEAD')
    socket
      .on('error', () => {})
      .end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.maxConnections = caps.connectionsMax
  return server
}

/** A request that may be answered, with what it means. */
type Order = { ecosystem: Ecosystem; method: 'GET' | 'HEAD'; wanted: Wanted }
type OrderReason = 'refused' | 'unreachable'

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: MirrorOptions,
): Promise<void> {
  const { tally } = options
  const order = tally.countRequest() ? readOrder(request, options) : refuse('refused', 'too many requests')
  const what = `${request.method} ${request.url}`
  if (!order.ok) {
    if (order.reason === 'refused') tally.refuse(what, order.says)
    // What is left of a request that was not read must not be taken for the next one.
    return say(response.setHeader('connection', 'close'), STATUS[order.reason], order.says)
  }
  const { ecosystem, method } = order.value
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const late = AbortSignal.timeout(options.caps.answerMs)
  const signal = AbortSignal.any([options.signal, gone.signal, late])
  const goods = await find(order.value, options, signal)
  if (gone.signal.aborted) return goods.ok ? discard(goods.value) : undefined
  if (goods.ok) return send(response, goods.value, { ecosystem, method, what }, options)
  if (goods.reason === 'unreachable') tally.unreachable(ecosystem)
  if (goods.reason === 'forbidden') tally.refuse(what, goods.says)
  say(response, STATUS[goods.reason], goods.says)
}

const STATUS: Readonly<Record<LoadReason | OrderReason, number>> = {
  refused: 403,
  forbidden: 403,
  absent: 404,
  unreachable: 502,
}

/** All that is taken from a request: its method, its path, and which of the known forms it would like. */
function readOrder(request: IncomingMessage, options: MirrorOptions): Result<Order, OrderReason> {
  const { method, headers, url = '' } = request
  if (method !== 'GET' && method !== 'HEAD') return refuse('refused', 'the mirror only answers GET and HEAD')
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0')
    return refuse('refused', 'the mirror takes no content')
  // Cargo offers to speak HTTP/2, which is passed over: without a listener of `upgrade` no connection becomes another.
  if (headers.upgrade !== undefined && headers.upgrade !== 'h2c')
    return refuse('refused', 'the mirror speaks no other protocol')
  const path = readPath(url)
  if (!path.ok) return refuse('refused', path.says)
  const ecosystem = ECOSYSTEMS.find(one => path.value.startsWith(`/${one}/`))
  if (ecosystem === undefined || !options.ecosystems.includes(ecosystem))
    return refuse('refused', 'no registry that this run may ask')
  const shelf = options.stock.shelves.get(ecosystem)
  if (shelf === undefined) {
    options.tally.unreachable(ecosystem)
    return refuse('unreachable', 'no registry is configured on this machine')
  }
  const asked = { accept: headers.accept ?? '', root: rootOf(ecosystem, options.port) }
  const wanted = shelf.find(path.value.slice(ecosystem.length + 1), asked)
  return wanted === null
    ? refuse('refused', 'not the path of a package')
    : done({ ecosystem, method, wanted })
}

/** The table's answer as something to send. */
async function find(
  { ecosystem, method, wanted }: Order,
  { stock }: MirrorOptions,
  signal: AbortSignal,
): Promise<Result<Goods, LoadReason>> {
  if (wanted.kind === 'said') return done(goodsOf(wanted.page))
  const load = (address: string, accept: string) => stock.load(ecosystem, address, accept, signal)
  if (wanted.kind === 'page') {
    const page = await load(wanted.address, wanted.accept)
    if (!page.ok) return page
    const rewritten = wanted.rewrite(page.value)
    return rewritten === null
      ? refuse('unreachable', 'the registry answers with something else')
      : done(goodsOf(rewritten))
  }
  const address = typeof wanted.address === 'string' ? done(wanted.address) : await wanted.address(load)
  if (!address.ok) return address
  return stock.fetch(ecosystem, address.value, { method, changes: wanted.changes ?? false, signal })
}

function goodsOf({ type, body }: Page): Goods {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return { type, length: bytes.length, body: [bytes] }
}

type Sending = { ecosystem: Ecosystem; method: 'GET' | 'HEAD'; what: string }

async function send(
  response: ServerResponse,
  { type, length, body }: Goods,
  { ecosystem, method, what }: Sending,
  { tally }: MirrorOptions,
): Promise<void> {
  response.writeHead(200, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(length === null ? {} : { 'content-length': length }),
  })
  if (method === 'HEAD') {
    response.end()
    return
  }
  const outcome: { failure: unknown } = { failure: null }
  try {
    await pipeline(counted(body, tally, outcome), response)
  } catch {
    const { failure } = outcome
    // Else it was the asker who went.
    if (failure === null) return
    if (!(failure instanceof TooMuch)) tally.unreachable(ecosystem)
    tally.refuse(what, failure instanceof TooMuch ? failure.message : 'the registry broke off')
  } finally {
    discard({ body })
  }
}

/** What was never begun would stay open. */
function discard({ body }: Pick<Goods, 'body'>): void {
  if (body instanceof Readable) body.destroy()
}

/** What went wrong on this side is told to `outcome`: what goes wrong on the other is not. */
async function* counted(
  pieces: Goods['body'],
  tally: Tally,
  outcome: { failure: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of pieces) {
      if (!tally.countBytes(piece.length)) throw new TooMuch('more than a run may have in all')
      yield piece
    }
  } catch (failure) {
    outcome.failure = failure
    throw failure
  }
}

function say(response: ServerResponse, status: number, reason: string): void {
  const body = Buffer.from(`${reason}\n`)
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length })
  response.end(body)
}
