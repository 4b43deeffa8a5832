import { join } from 'node:path'
import type { Upstream } from '../ecosystem.ts'
import { parseObject } from '../shelves/shelf.ts'
import { basic, type Credentials, either, type Found, readAddress } from './address.ts'
import type { Machine } from './machine.ts'

/** npm tells its settings but keeps credentials to itself: those are in its files, by the address they are for. */
export async function readNpm(machine: Machine): Promise<Found> {
  const said = await machine.ask('npm', ['config', 'list', '--json'])
  if (said === null) return { missing: 'npm is not installed here.' }
  const settings = parseObject(said) ?? {}
  const registry = addressOf(settings.registry)
  if (registry === null) return { missing: 'npm names no registry that is a web address.' }
  const own = nerfDarts(await linesOf(machine, settings))
  const scopes = Object.entries(settings).flatMap(([key, value]) => {
    const [, scope] = /^(@[\w.~-]+):registry$/.exec(key) ?? []
    const address = addressOf(value)
    if (scope === undefined || address === null) return []
    return [[scope, { base: address.base, credentials: either(address.credentials, own) }] as const]
  })
  const credentials = either(registry.credentials, own, ...scopes.map(([, scope]) => scope.credentials))
  const upstream: Upstream = { base: registry.base, credentials, scopes: new Map(scopes) }
  return { upstream }
}

function addressOf(value: unknown) {
  return typeof value === 'string' ? readAddress(value) : null
}

/** `key = value` of all of npm's files and of the environment; what comes later counts. */
async function linesOf(machine: Machine, settings: Record<string, unknown>): Promise<Map<string, string>> {
  const paths = [settings.globalconfig, settings.userconfig ?? join(machine.home, '.npmrc')]
  const texts = await Promise.all(paths.map(path => (typeof path === 'string' ? machine.read(path) : null)))
  const written = texts.flatMap(text =>
    (text ?? '').split('\n').flatMap(line => {
      const [, key, value] = /^\s*(\/\/[^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, expanded(value, machine.env)] as const]
    }),
  )
  const named = Object.entries(machine.env).flatMap(([name, value]) => {
    const [, key] = /^npm_config_(\/\/.+)$/i.exec(name) ?? []
    return key === undefined || value === undefined ? [] : [[key, value] as const]
  })
  return new Map([...written, ...named])
}

function expanded(value: string, env: Machine['env']): string {
  const bare = value.replace(/^(["'])(.*)\1$/, '$2')
  return bare.replace(/\$\{(\w+)\}/g, (whole, name: string) => env[name] ?? whole)
}

/** npm writes credentials under `//host/path/:_authToken` and means every address below. */
function nerfDarts(lines: ReadonlyMap<string, string>): Credentials {
  return address => {
    for (const place of placesOf(address)) {
      const authorization = authorizationAt(place, lines)
      if (authorization !== null) return { authorization }
    }
    return {}
  }
}

/** `//host/a/b/`, `//host/a/`, `//host/`. */
function placesOf({ host, pathname }: URL): string[] {
  const parts = pathname.split('/').slice(1, -1)
  return [...parts.keys(), parts.length]
    .toReversed()
    .map(count => `//${[host, ...parts.slice(0, count)].join('/')}/`)
}

function authorizationAt(place: string, lines: ReadonlyMap<string, string>): string | null {
  const at = (key: string) => lines.get(`${place}:${key}`)
  const [token, pair, name, password] = ['_authToken', '_auth', 'username', '_password'].map(at)
  if (token !== undefined) return `Bearer ${token}`
  if (pair !== undefined) return `Basic ${pair}`
  if (name === undefined || password === undefined) return null
  return basic(name, Buffer.from(password, 'base64').toString('utf8'))
}
