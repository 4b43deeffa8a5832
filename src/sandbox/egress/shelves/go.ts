import { asItIs, type Settings, type Shelf, type ShelfParts } from './shelf.ts'

/** The module proxy protocol: capitals are written as `!` and the small letter. */
const MODULE = '[a-z0-9][a-z0-9._~!-]*(?:/[a-z0-9_~!-][a-z0-9._~!+-]*)*'
/** A version that names one commit for good; a branch may move. */
const VERSION = 'v\\d+\\.\\d+\\.\\d+[\\w.!+-]*'
const FILE = new RegExp(`^/(${MODULE})/@v/(${VERSION})\\.(info|mod|zip)$`)
const LIST = new RegExp(`^/(${MODULE})/(@v/list|@latest|@v/[\\w.!+-]+\\.info)$`)
const CHECKSUMS = new RegExp(
  `^/sumdb/([a-z0-9.-]+)/(supported|latest|lookup/${MODULE}@${VERSION}|tile/\\d+/(?:\\d+|data)/(?:x\\d{3}/)*\\d{3}(?:\\.p/\\d+)?)$`,
)

export function goShelf({ upstream }: ShelfParts): Shelf {
  const page = (path: string) =>
    ({ kind: 'page', address: upstream.base + path, accept: '*/*', rewrite: asItIs }) as const
  return {
    sample: 'github.com/google/uuid/@v/list',
    find(path) {
      if (FILE.test(path)) return { kind: 'artefact', address: upstream.base + path.slice(1) }
      if (LIST.test(path)) return page(path.slice(1))
      const [, database] = CHECKSUMS.exec(path) ?? []
      return database !== undefined && database === checksumHost(upstream.checksums?.name ?? null)
        ? page(path.slice(1))
        : null
    },
  }
}

/** `sum.example.com+hash+key` is known by its first part. */
export function checksumHost(name: string | null): string | null {
  return name?.split(/[+\s]/, 1)[0] ?? null
}

/** Of a registry: whether it passes on the checksum database that `go` here trusts. */
export type GoChecksums = { name: string | null; exempt: string; passedOn: boolean }

/**
 * The database is asked through the mirror, where the machine's proxy passes it on: it is a signed tree, so neither the
 * proxy nor the mirror could lie. Where it does not, there is no way to the database, and `go.sum` alone is checked.
 */
export function goSettings(root: string, checksums: GoChecksums): Settings {
  const env = {
    GOPROXY: root,
    GOSUMDB: checksums.passedOn && checksums.name !== null ? checksums.name : 'off',
    GONOSUMDB: checksums.exempt,
    GOVCS: '*:off',
    GOTOOLCHAIN: 'local',
  }
  return { env, files: new Map() }
}
