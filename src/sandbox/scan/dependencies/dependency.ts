/** A package that a delivery uses, as its lock files, manifests and what was fetched name it. */
export type Dependency = {
  ecosystem: Ecosystem
  name: string
  /** Null where nothing says which one is used. */
  version: string | null
  /** As the package itself says it; null where it says nothing. */
  licence: string | null
  /** Where it is named. */
  from: string
}

/** What a package is asked about by. */
export type Package = Pick<Dependency, 'ecosystem' | 'name' | 'version'>

/** As the OSV database calls them. */
export type Ecosystem = 'npm' | 'PyPI' | 'Go' | 'crates.io' | 'Maven'

export const DEPENDENCIES_MAX = 5_000

/** One of each name and version: what was fetched says more than a manifest, and a version more than none. */
export function merged(found: readonly Dependency[]): Dependency[] {
  const versions = new Map<string, Dependency>()
  for (const each of found) {
    const key = `${nameKey(each)} ${each.version}`
    const earlier = versions.get(key)
    versions.set(key, earlier === undefined ? each : { ...earlier, licence: earlier.licence ?? each.licence })
  }
  const known = new Set([...versions.values()].filter(({ version }) => version !== null).map(nameKey))
  return [...versions.values()]
    .filter(each => each.version !== null || !known.has(nameKey(each)))
    .toSorted((one, other) => (nameKey(one) < nameKey(other) ? -1 : 1))
    .slice(0, DEPENDENCIES_MAX)
}

function nameKey({ ecosystem, name }: Dependency): string {
  return `${ecosystem} ${ecosystem === 'PyPI' ? normalName(name) : name}`
}

/** Python takes names that differ only in case and in `-`, `_` and `.` for one (PEP 503). */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}
