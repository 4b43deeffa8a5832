import { messageOf } from '../../../failure.ts'
import type { Ecosystem, Upstream, Upstreams } from '../ecosystem.ts'
import type { Found } from './address.ts'
import { readCargo } from './cargo.ts'
import { readGo } from './go.ts'
import type { Machine } from './machine.ts'
import { readMaven } from './maven.ts'
import { readNpm } from './npm.ts'
import { readPip } from './pip.ts'

const READERS: readonly (readonly [Ecosystem, (machine: Machine) => Promise<Found>])[] = [
  ['npm', readNpm],
  ['pypi', readPip],
  ['crates', readCargo],
  ['go', readGo],
  ['maven', readMaven],
]

/**
 * The registries that the machine's own package managers use, with what they need to be let in. Nothing is asked of the
 * network. `origins` are what the operator allows besides: where registries keep their files, when they redirect there.
 */
export async function readUpstreams(machine: Machine, origins: readonly string[] = []): Promise<Upstreams> {
  const registries: Partial<Record<Ecosystem, Upstream>> = {}
  const missing: Partial<Record<Ecosystem, string>> = {}
  const found = READERS.map(async ([ecosystem, read]) => {
    const one = await read(machine).catch((failure: unknown): Found => ({ missing: unreadable(failure) }))
    if ('upstream' in one) registries[ecosystem] = one.upstream
    else missing[ecosystem] = one.missing
  })
  await Promise.all(found)
  return { registries, missing, origins, proxy: () => proxyOf(machine.env) }
}

/** Only the kind of the failure: its message might repeat a part of the configuration. */
function unreadable(failure: unknown): string {
  const kind = failure instanceof Error ? failure.name : messageOf(failure).length > 0 ? 'failure' : ''
  return `The configuration cannot be read (${kind}).`
}

const PROXY_NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']

function proxyOf(env: Machine['env']): Record<string, string> {
  return Object.fromEntries(
    PROXY_NAMES.flatMap(name => {
      const value = env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}
