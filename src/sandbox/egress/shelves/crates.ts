import { done, type Result, refuse } from '../../../failure.ts'
import {
  asItIs,
  type Load,
  type LoadReason,
  parseObject,
  type Settings,
  type Shelf,
  type ShelfParts,
} from './shelf.ts'

const NAME = '[A-Za-z0-9_-]{1,64}'
const INDEX = /^\/(?:1|2|3\/[a-z0-9_-]|[a-z0-9_-]{2}\/[a-z0-9_-]{2})\/([a-z0-9_-]{1,64})$/
const DOWNLOAD = new RegExp(`^/api/v1/crates/(${NAME})/(\\d+\\.\\d+\\.\\d+[\\w.+-]*)/download$`)

/** The sparse index and its downloads, which the registry's own `config.json` may place on another host. */
export function cratesShelf(parts: ShelfParts): Shelf {
  const { base } = parts.upstream
  return {
    sample: 'config.json',
    find(path, { root }) {
      if (path === '/config.json') return { kind: 'said', page: configPage(root) }
      const [, indexed] = INDEX.exec(path) ?? []
      if (indexed !== undefined && path === `/${prefixOf(indexed)}/${indexed}`)
        return { kind: 'page', address: base + path.slice(1), accept: '*/*', rewrite: asItIs }
      const [, name, version] = DOWNLOAD.exec(path) ?? []
      if (name === undefined || version === undefined) return null
      return { kind: 'artefact', address: load => downloadAddress(parts, load, name, version) }
    },
  }
}

/** What was locked stays locked to the public registry's name, whatever stands behind the mirror. */
export function cratesSettings(root: string): Settings {
  const content = `[source.crates-io]
replace-with = "mirror"

[source.mirror]
registry = "sparse+${root}/"
`
  return { env: {}, files: new Map([['.cargo/config.toml', { content }]]) }
}

function configPage(root: string) {
  return { type: 'application/json', body: JSON.stringify({ dl: `${root}/api/v1/crates` }) }
}

/** `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcdef`. */
function prefixOf(name: string): string {
  if (name.length < 3) return `${name.length}`
  return name.length === 3 ? `3/${name[0]}` : `${name.slice(0, 2)}/${name.slice(2, 4)}`
}

async function downloadAddress(
  { upstream, links }: ShelfParts,
  load: Load,
  name: string,
  version: string,
): Promise<Result<string, LoadReason>> {
  const known = links.find('crates dl')
  const template = known === undefined ? await loadTemplate(upstream.base, load) : done(known)
  if (!template.ok) return template
  links.add('crates dl', template.value)
  return done(fill(template.value, name, version))
}

async function loadTemplate(base: string, load: Load): Promise<Result<string, LoadReason>> {
  const page = await load(`${base}config.json`, '*/*')
  if (!page.ok) return page
  const dl = parseObject(page.value.body)?.dl
  if (typeof dl === 'string' && !dl.includes('{sha256-checksum}')) return done(dl)
  return refuse('unreachable', 'the registry does not say where its crates are')
}

/** The template as the registry index of Cargo documents it. */
function fill(template: string, name: string, version: string): string {
  const markers = /\{(crate|version|prefix|lowerprefix)\}/g
  const values: Record<string, string> = {
    crate: name,
    version: encodeURIComponent(version),
    prefix: prefixOf(name),
    lowerprefix: prefixOf(name.toLowerCase()),
  }
  if (!markers.test(template)) return `${template}/${name}/${values.version}/download`
  return template.replace(markers, (_, marker: string) => values[marker] ?? '')
}
