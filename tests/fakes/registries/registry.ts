import { type FakeServer, type Received, type Reply, startServer } from '../server.ts'

/** A registry that answers only what a mirror may ask: a known path, without query, without a header of anybody else. */
export type FakeRegistry = FakeServer & {
  /** What came that was not as it must be, one sentence each. */
  complaints: readonly string[]
  /** The paths that were asked, in order. */
  paths(): readonly string[]
}

/** Answers by path; a function is told where the registry is, for its pages name their own links. */
export type Pages = Readonly<Record<string, Reply>>

export type RegistryOptions = {
  /** Every path that the registry's protocol knows, whether or not something is there. */
  grammar: RegExp
  pages(origin: string): Pages
  /** What each request must say to be let in; else nobody may say anything. */
  authorization?: string
}

const HEADERS = new Set(['accept', 'accept-encoding', 'authorization', 'connection', 'host', 'user-agent'])

export async function startRegistry(options: RegistryOptions): Promise<FakeRegistry> {
  const complaints: string[] = []
  const server = await startServer(received => {
    const complaint = complaintOf(received, options)
    if (complaint === null) return undefined
    complaints.push(complaint)
    return { status: 400, body: complaint }
  })
  const pages = options.pages(server.origin)
  server.behave(({ path }) => ({
    kind: 'reply',
    reply: pages[path] ?? { status: 404, body: 'nothing here' },
  }))
  // Spread would take the getters' values of now.
  return Object.assign(server, { complaints, paths: () => server.received.map(({ path }) => path) })
}

function complaintOf(
  { method, path, headers, body }: Received,
  { grammar, authorization }: RegistryOptions,
): string | null {
  const foreign = Object.keys(headers).filter(name => !HEADERS.has(name))
  if (method !== 'GET' && method !== 'HEAD') return `${method} ${path}: a method that changes something`
  if (!grammar.test(path)) return `${path}: not a path of this registry`
  if (foreign.length > 0) return `${path}: the headers ${foreign.join(', ')} are of the asker`
  if (headers['user-agent'] !== 'botwright-mirror') return `${path}: asked by ${headers['user-agent']}`
  if (headers.authorization !== authorization) return `${path}: another's credentials, or none`
  return body === undefined ? null : `${path}: a request with content`
}

export function text(body: string, type = 'text/plain'): Reply {
  return { status: 200, headers: { 'content-type': type }, body }
}

/** A file of so many characters. */
export function file(body: string): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-length': `${Buffer.byteLength(body)}` },
    body,
  }
}

export function redirect(to: string, status = 302): Reply {
  return { status, headers: { location: to }, body: '' }
}
