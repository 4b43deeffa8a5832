import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { systemClock } from '../../clock.ts'
import { openLog } from '../../log.ts'
import type { Caps } from './caps.ts'
import { ECOSYSTEMS, type Ecosystem, type Upstream, type Upstreams } from './ecosystem.ts'
import { type Egress, type Opened, openEgress } from './egress.ts'
import { NO_CREDENTIALS } from './upstreams/address.ts'

/** A real mirror with a door, for tests, in a directory of its own. */
export type TrialEgress = AsyncDisposable & {
  egress: Egress
  opened: Opened
  stateDir: string
  /** Asks through the door. Rejects when the answer is cut off. */
  get(path: string, how?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Got>
  /** Sends these very bytes and answers everything that comes back until the other side ends the connection. */
  raw(bytes: string): Promise<string>
}

export type Got = { status: number; headers: IncomingHttpHeaders; body: Buffer }

export type TrialOptions = {
  registries: Upstreams['registries']
  ecosystems?: readonly Ecosystem[]
  origins?: readonly string[]
  proxy?: Readonly<Record<string, string>>
  caps?: Partial<Caps>
  stateDir?: string
  logFile?: string
}

export async function openTrialEgress(options: TrialOptions): Promise<TrialEgress> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'botwright-egress-')))
  const { registries, origins = [], proxy = {}, caps, ecosystems = ECOSYSTEMS, logFile } = options
  const log =
    logFile === undefined ? openLog({ level: 'silent' }) : openLog({ level: 'debug', file: logFile })
  const upstreams: Upstreams = { registries, missing: {}, origins, proxy: () => proxy }
  const egress = await openEgress({ stateDir, upstreams, clock: systemClock, log, caps })
  const opened = await egress.open(ecosystems)
  const { socket } = opened.door
  return {
    egress,
    opened,
    stateDir,
    get: (path, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const asked = request({ socketPath: socket, path, method, headers, agent: false })
        asked.once('error', reject).once('response', response => {
          const { statusCode: status = 0, headers } = response
          buffer(response).then(body => resolve({ status, headers, body }), reject)
        })
        asked.end(body)
      }),
    raw(bytes) {
      const connection = connect(socket)
      connection.write(bytes)
      return text(connection)
    },
    async [Symbol.asyncDispose]() {
      await egress.close()
      if (options.stateDir === undefined) await rm(stateDir, { recursive: true, force: true })
    },
  }
}

/** A registry at this address that everybody may ask. */
export function upstreamAt(base: string, over: Partial<Upstream> = {}): Upstream {
  return { base: base.endsWith('/') ? base : `${base}/`, credentials: NO_CREDENTIALS, ...over }
}
