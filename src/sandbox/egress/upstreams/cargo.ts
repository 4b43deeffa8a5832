import { join } from 'node:path'
import { parse } from 'smol-toml'
import { isObject } from '../shelves/shelf.ts'
import { below, type Credentials, either, type Found, NO_CREDENTIALS, readAddress } from './address.ts'
import type { Machine } from './machine.ts'

type Table = Record<string, unknown>

/** Replacements of replacements that are followed. */
const REPLACEMENTS_MAX = 5

/** What the public index is replaced by in Cargo's own configuration, or the one that Cargo uses without. */
export async function readCargo(machine: Machine): Promise<Found> {
  const version = await machine.ask('cargo', ['--version'])
  if (version === null) return { missing: 'cargo is not installed here.' }
  const home = machine.env.CARGO_HOME ?? join(machine.home, '.cargo')
  const files = ['config', 'config.toml', 'credentials', 'credentials.toml']
  const [old, config, oldSecrets, secrets] = await Promise.all(
    files.map(async name => parseToml(await machine.read(join(home, name)))),
  )
  const settings: Table = { ...old, ...config }
  const replaced = replacement(settings, machine.env)
  const written = replaced === null ? await standard(machine) : replaced.index
  const index = /^sparse\+(.*)$/.exec(written ?? '')?.[1]
  const address = index === undefined ? null : readAddress(index)
  if (address === null)
    return { missing: 'cargo uses no index of the sparse kind here; the mirror knows no other.' }
  const token = tokenOf(replaced?.name, [settings, { ...oldSecrets, ...secrets }], machine.env)
  const own: Credentials = token === null ? NO_CREDENTIALS : below(address.base, token)
  return { upstream: { base: address.base, credentials: either(own, address.credentials) } }
}

/** The end of the chain of `replace-with` that begins at the public index; null when there is none. */
function replacement(settings: Table, env: Machine['env']): { name: string; index: string | null } | null {
  const sources = tableIn(settings, 'source')
  let name = 'crates-io'
  for (let step = 0; step < REPLACEMENTS_MAX; step++) {
    const next = tableIn(sources, name)['replace-with']
    if (typeof next !== 'string') break
    name = next
  }
  if (name === 'crates-io') return null
  const named = env[`CARGO_REGISTRIES_${name.toUpperCase().replaceAll('-', '_')}_INDEX`]
  const written =
    tableIn(sources, name).registry ?? named ?? tableIn(tableIn(settings, 'registries'), name).index
  return { name, index: typeof written === 'string' ? written : null }
}

/** Of the registry with this name, or of the one with the same index. */
function tokenOf(name: string | undefined, files: readonly Table[], env: Machine['env']): string | null {
  if (name === undefined) return null
  const named = env[`CARGO_REGISTRIES_${name.toUpperCase().replaceAll('-', '_')}_TOKEN`]
  const written = files.map(file => tableIn(tableIn(file, 'registries'), name).token)
  return [named, ...written].find(token => typeof token === 'string') ?? null
}

/**
 * Cargo does not say which index it uses, except when it cannot reach it: so it is asked to go by a proxy that is not
 * there. It sends nothing anywhere.
 */
async function standard(machine: Machine): Promise<string | null> {
  const env = { CARGO_HTTP_PROXY: 'http://127.0.0.1:1', CARGO_NET_RETRY: '0' }
  const said = await machine.ask('cargo', ['search', 'x'], { env, fails: true })
  const address = /`(https?:\/\/[^`\s]+\/)config\.json`/.exec(said ?? '')?.[1]
  return address === undefined ? null : `sparse+${address}`
}

function parseToml(text: string | null): Table {
  try {
    return parse(text ?? '')
  } catch {
    return {}
  }
}

function tableIn(table: Table, name: string): Table {
  const value = table[name]
  return isObject(value) ? value : {}
}
