import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { Door } from '../backend.ts'
import type { Files } from '../files.ts'
import { isLeftover } from '../supervise/marks.ts'
import { openCache } from './cache.ts'
import { CAPS, type Caps } from './caps.ts'
import { openClient } from './client.ts'
import { listenIn } from './door.ts'
import type { Ecosystem, Upstreams } from './ecosystem.ts'
import { createMirror } from './mirror.ts'
import { askRegistries, type Registry, unasked } from './registries.ts'
import { settingsFor } from './shelves/shelves.ts'
import { createStock } from './stock.ts'
import { createTally, type Report } from './tally.ts'

/** The only way by which a run gets dependencies: a door to a mirror of the registries that this machine uses itself. */
export type Egress = {
  /** Which registries are configured on this machine, and whether each answered when last asked. */
  readonly registries: readonly Registry[]
  /** Asks again. */
  refresh(): Promise<void>
  /** A door for one run: only these ecosystems, counted and capped; `env` and `files` tell the package managers. */
  open(ecosystems: readonly Ecosystem[]): Promise<Opened>
  /** Ends everything that is under way, and all doors. */
  close(): Promise<void>
}

export type Opened = {
  door: Door
  env: Readonly<Record<string, string>>
  /** Configuration to be written into the run's home directory, by relative path. They name the port of this door. */
  files: Files
  /** What was asked through it, so far. */
  report(): Report
  close(): Promise<void>
}

export type EgressOptions = {
  /** For sockets and the cache; created if need be. Everybody must be able to pass through the directories above. */
  stateDir: string
  upstreams: Upstreams
  clock: Clock
  log: Log
  caps?: Partial<Caps>
}

/** Doors that are open at the same time have different ports: without a sandbox all of them are on one loopback. */
const FIRST_PORT = 8471

/** Asks nothing of the network yet. */
export async function openEgress(options: EgressOptions): Promise<Egress> {
  const { upstreams, clock, log } = options
  const caps = { ...CAPS, ...options.caps }
  const stateDir = resolve(options.stateDir)
  await mkdir(stateDir, { recursive: true, mode: 0o711 })
  await sweep(stateDir)
  const cache = await openCache({
    dir: join(stateDir, 'egress-cache'),
    bytesMax: caps.cacheBytesMax,
    clock,
    log,
  })
  const client = openClient({ proxy: upstreams.proxy(), origins: upstreams.origins, quietMs: caps.quietMs })
  const stock = createStock({ upstreams, client, cache, caps, log })
  const doors = new Map<number, () => Promise<void>>()
  let asked = unasked(upstreams)
  let asking: Promise<void> | null = null

  async function refresh(): Promise<void> {
    asked = await askRegistries(upstreams, client, stock)
  }

  async function open(ecosystems: readonly Ecosystem[]): Promise<Opened> {
    asking ??= refresh()
    await asking
    const port = freePort(doors)
    const stop = new AbortController()
    const tally = createTally(caps)
    const server = createMirror({ stock, ecosystems, port, caps, tally, log, signal: stop.signal })
    const listening = listenIn(stateDir, server)
    const close = async () => {
      if (!doors.has(port)) return
      stop.abort()
      await listening.then(doorstep => doorstep.close()).finally(() => doors.delete(port))
    }
    doors.set(port, close)
    const { socket } = await listening.catch(failure => {
      doors.delete(port)
      throw failure
    })
    return {
      door: { socket, port },
      ...settingsFor(ecosystems, port, asked.checksums),
      report: tally.report,
      close,
    }
  }

  return {
    get registries() {
      return asked.registries
    },
    refresh: () => {
      asking = refresh()
      return asking
    },
    open,
    async close() {
      await Promise.all([...doors.values()].map(close => close()))
      client.close()
    },
  }
}

/** Sockets of processes that are no longer alive. */
async function sweep(stateDir: string): Promise<void> {
  const leftovers = (await readdir(stateDir)).filter(isLeftover)
  await Promise.all(leftovers.map(name => rm(join(stateDir, name), { recursive: true, force: true })))
}

function freePort(taken: ReadonlyMap<number, unknown>): number {
  return (
    Array.from({ length: taken.size + 1 }, (_, index) => FIRST_PORT + index).find(port => !taken.has(port)) ??
    0
  )
}
