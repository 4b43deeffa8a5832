import type { Ecosystem } from './ecosystem.ts'
import type { Registry } from './registries.ts'

/** A registry, with what an operator can do where packages of it cannot be had; null where nothing is to be done. */
export type AdvisedRegistry = Registry & { todo: string | null }

export function advised(registry: Registry): AdvisedRegistry {
  const { ecosystem, configured, reachable } = registry
  if (reachable) return { ...registry, todo: null }
  const { configure, look } = OF[ecosystem]
  const todo = configured
    ? `Look at \`${look}\` and at the network and the proxy of this machine.`
    : `Install its package manager, or name a registry: ${configure}.`
  return { ...registry, todo }
}

/** How a person names a registry to the machine's own package manager, and sees what it has. */
const OF: Readonly<Record<Ecosystem, { configure: string; look: string }>> = {
  npm: { configure: '`npm config set registry ADDRESS`', look: 'npm config get registry' },
  pypi: { configure: '`pip config set global.index-url ADDRESS`', look: 'pip config list' },
  crates: {
    configure: '`[source]` in the `config.toml` of Cargo, as a sparse index',
    look: '~/.cargo/config.toml',
  },
  go: { configure: '`go env -w GOPROXY=ADDRESS`', look: 'go env GOPROXY' },
  maven: { configure: 'a mirror in ~/.m2/settings.xml', look: 'mvn help:effective-settings' },
}
