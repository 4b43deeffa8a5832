/** The worlds of packages that a fetch run may ask for. */
export const ECOSYSTEMS = ['npm', 'pypi', 'crates', 'go', 'maven'] as const

export type Ecosystem = (typeof ECOSYSTEMS)[number]

/** A registry of the machine's own configuration. */
export type Upstream = {
  /** Without credentials; ends with `/`. */
  base: string
  /**
   * The headers by which this machine proves who it is, for an address of the registry; none for another's. A function,
   * so that a credential is in no value that could be printed.
   */
  credentials(address: URL): { readonly authorization?: string }
  /** npm only: other registries for some scopes, by `@scope`. */
  scopes?: ReadonlyMap<string, Upstream>
  /** Go only: the checksum database that `go` here trusts; null when it is told to trust none. */
  checksums?: { name: string | null; exempt: string }
}

/** What stands behind the mirror on this machine. */
export type Upstreams = {
  registries: Readonly<Partial<Record<Ecosystem, Upstream>>>
  /** Why an ecosystem has no registry. */
  missing: Readonly<Partial<Record<Ecosystem, string>>>
  /** Further origins that registries may redirect or link to, as the operator named them: `https://files.example.com`. */
  origins: readonly string[]
  /** The proxy of the machine as its environment names it; a function because an address of one may hold a password. */
  proxy(): Readonly<Record<string, string>>
}
