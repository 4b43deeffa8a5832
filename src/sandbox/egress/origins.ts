import { isIP } from 'node:net'
import type { Upstream } from './ecosystem.ts'

/** Whose servers the mirror talks to for one registry: its own, and those that the operator named. */
export type Origins = {
  /** An address that a page of the registry names: also any public host by https, for many keep their files elsewhere. */
  mayLink(address: URL): boolean
  /** An address that an answer redirects to: never a host that only the answer names. */
  mayRedirect(address: URL, from: URL): boolean
}

export function originsOf(upstream: Upstream, named: readonly string[]): Origins {
  const own = [upstream, ...(upstream.scopes?.values() ?? [])].map(({ base }) => new URL(base).origin)
  const known = new Set([...own, ...named])
  return {
    mayLink: address => known.has(address.origin) || isPublic(address),
    mayRedirect: (address, from) => known.has(address.origin) || address.origin === from.origin,
  }
}

/** A name with a dot, by https on its usual port: no address of the machine's own network can be written like that. */
function isPublic({ protocol, hostname, port }: URL): boolean {
  return (
    protocol === 'https:' &&
    port === '' &&
    hostname.includes('.') &&
    isIP(hostname.replace(/^\[|\]$/g, '')) === 0 &&
    !/\.(localhost|local|internal|lan|home|corp|arpa)\.?$/.test(hostname)
  )
}
