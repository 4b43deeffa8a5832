import type { Upstream } from '../ecosystem.ts'
import { isObject, type Page, parseObject, type Settings, type Shelf, type ShelfParts } from './shelf.ts'

const NAME = '[A-Za-z0-9_~][\\w.~-]*'
const PAGE = new RegExp(`^/(?:(@${NAME})(?:/|%2f))?(${NAME})$`)
const TARBALL = new RegExp(`^/(?:(@${NAME})(?:/|%2f))?(${NAME})/-/([\\w.~+-]+\\.tgz)$`)
/** The short form of a package's page has what an installation needs. */
const ACCEPT = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8'

export function npmShelf({ upstream, links }: ShelfParts): Shelf {
  return {
    sample: 'is-number',
    find(path, { root }) {
      const [tarball, tarballScope, tarballName = '', file = ''] = TARBALL.exec(path) ?? []
      if (tarball !== undefined) {
        const name = fullName(tarballScope, tarballName)
        const address = links.find(linkOf(name, file)) ?? `${baseOf(upstream, tarballScope)}${name}/-/${file}`
        return { kind: 'artefact', address }
      }
      const [page, scope, name = ''] = PAGE.exec(path) ?? []
      if (page === undefined) return null
      const address = `${baseOf(upstream, scope)}${fullName(scope, name).replace('/', '%2f')}`
      const remember = (file: string, to: string) => links.add(linkOf(fullName(scope, name), file), to)
      return {
        kind: 'page',
        address,
        accept: ACCEPT,
        rewrite: found => rewrite(found, { root, name: fullName(scope, name), address, remember }),
      }
    },
  }
}

/** A registry at the root that the path begins with is what a lock file's addresses are moved to. */
export function npmSettings(root: string): Settings {
  const env = {
    npm_config_registry: `${root}/`,
    npm_config_replace_registry_host: 'always',
    npm_config_omit_lockfile_registry_resolved: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    // The mirror is beside it and says at once when the registry does not answer; npm would wait for minutes.
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '500',
    npm_config_fetch_retry_maxtimeout: '1000',
  }
  return { env, files: new Map() }
}

/** Which registry a package comes from. */
function upstreamOf(upstream: Upstream, scope: string | undefined): Upstream {
  return (scope === undefined ? undefined : upstream.scopes?.get(scope)) ?? upstream
}

function baseOf(upstream: Upstream, scope: string | undefined): string {
  return upstreamOf(upstream, scope).base
}

function fullName(scope: string | undefined, name: string): string {
  return scope === undefined ? name : `${scope}/${name}`
}

const linkOf = (name: string, file: string) => `npm ${name} ${file}`

type Place = { root: string; name: string; address: string; remember(file: string, to: string): void }

/** Every version's tarball is to be had here; a version without one is left out. */
function rewrite(page: Page, place: Place): Page | null {
  const document = parseObject(page.body)
  if (document === null || !isObject(document.versions)) return null
  const versions = Object.entries(document.versions).flatMap(([version, manifest]) => {
    const moved = moveTarball(manifest, place)
    return moved === null ? [] : [[version, moved] as const]
  })
  const body = JSON.stringify({ ...document, versions: Object.fromEntries(versions) })
  return { type: 'application/json', body }
}

function moveTarball(manifest: unknown, place: Place): Record<string, unknown> | null {
  if (!isObject(manifest) || !isObject(manifest.dist) || typeof manifest.dist.tarball !== 'string')
    return null
  const { tarball } = manifest.dist
  const file = fileOf(tarball, place)
  if (file === null) return null
  const here = `${place.root}/${place.name}/-/${file}`
  return { ...manifest, dist: { ...manifest.dist, tarball: here } }
}

const ORDINARY_FILE = /^[\w.~+-]+\.tgz$/

/** The last part of the address where that is a tarball's name, else a name of ours. */
function fileOf(tarball: string, { address, remember }: Place): string | null {
  if (!URL.canParse(tarball, address)) return null
  const to = new URL(tarball, address)
  const last = to.pathname.split('/').at(-1) ?? ''
  const file = ORDINARY_FILE.test(last) ? last : `${Buffer.from(to.pathname).toString('hex').slice(-64)}.tgz`
  remember(file, to.href)
  return file
}
