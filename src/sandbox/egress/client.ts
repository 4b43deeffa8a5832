import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { pipeline, type Readable } from 'node:stream'
import { getCACertificates } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { done, type Result, refuse } from '../../failure.ts'
import type { Upstream } from './ecosystem.ts'
import { originsOf } from './origins.ts'

/** The only one here who talks to registries. */
export type Client = {
  /** Follows redirects as far as they are allowed. A status of whatever kind is an answer. */
  ask(address: string, asked: ClientAsked): Promise<Result<Answer, 'unreachable' | 'forbidden'>>
  close(): void
}

export type ClientAsked = {
  upstream: Upstream
  method: 'GET' | 'HEAD'
  accept: string
  /** Pages are asked for compressed; files come as they are. */
  compressed: boolean
  signal: AbortSignal
}

/** `length` in bytes of the body, where it is known. Whoever gets it reads or destroys the body. */
export type Answer = { status: number; type: string; length: number | null; body: Readable }

const REDIRECTS_MAX = 5
const SOCKETS_MAX = 32
const AGENT = 'botwright-mirror'

export function openClient(options: {
  proxy: Readonly<Record<string, string>>
  origins: readonly string[]
  quietMs: number
}): Client {
  const common = { keepAlive: true, maxSockets: SOCKETS_MAX, proxyEnv: { ...options.proxy } }
  const plain = new HttpAgent(common)
  const secure = new HttpsAgent({ ...common, ca: certificates() })

  function once(url: URL, asked: ClientAsked): Promise<IncomingMessage> {
    const headers = {
      accept: asked.accept,
      'accept-encoding': asked.compressed ? 'gzip' : 'identity',
      'user-agent': AGENT,
      ...asked.upstream.credentials(url),
    }
    const { method, signal } = asked
    return new Promise((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { method, headers, signal, agent: secure })
          : httpRequest(url, { method, headers, signal, agent: plain })
      request.setTimeout(options.quietMs, () => request.destroy(new Quiet()))
      request.once('response', resolve).on('error', reject).end()
    })
  }

  return {
    async ask(address, asked) {
      const origins = originsOf(asked.upstream, options.origins)
      let url = new URL(address)
      if (!origins.mayLink(url)) return refuse('forbidden', `its page leads to ${url.host}`)
      for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
        try {
          const response = await once(url, asked)
          const to = redirectOf(response, url)
          if (to === null) return done(answerOf(response))
          response.destroy()
          if (!origins.mayRedirect(to, url)) return refuse('forbidden', `it redirects to ${to.host}`)
          url = to
        } catch (failure) {
          return refuse('unreachable', reasonOf(failure))
        }
      }
      return refuse('forbidden', `it redirects more than ${REDIRECTS_MAX} times`)
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

/** Those that Node brings and those that the machine trusts: a registry of a company has a certificate of its own. */
function certificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}

const REDIRECTS = new Set([301, 302, 303, 307, 308])

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | null {
  const { location } = headers
  if (!REDIRECTS.has(statusCode) || location === undefined) return null
  return URL.canParse(location, from.href) ? new URL(location, from) : null
}

const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/i

function answerOf(response: IncomingMessage): Answer {
  const { statusCode = 0, headers } = response
  const type = headers['content-type'] ?? ''
  const isPacked = headers['content-encoding'] === 'gzip'
  const length = headers['content-length']
  return {
    status: statusCode,
    type: TYPE.test(type) ? type : 'application/octet-stream',
    length: isPacked || length === undefined ? null : Number(length),
    body: isPacked ? pipeline(response, createGunzip(), () => {}) : response,
  }
}

class Quiet extends Error {}

/** Never the message: that of a proxy names the proxy, with its password. */
function reasonOf(failure: unknown): string {
  if (failure instanceof Quiet) return 'it says nothing'
  return failure instanceof Error && 'code' in failure ? `${failure.code}` : 'the attempt was given up'
}
