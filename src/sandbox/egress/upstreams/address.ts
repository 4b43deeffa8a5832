import type { Upstream } from '../ecosystem.ts'

/** What a configured registry may be: an upstream, or why it is none. */
export type Found = { upstream: Upstream } | { missing: string }

export type Credentials = Upstream['credentials']

export const NO_CREDENTIALS: Credentials = () => ({})

/** An address as configured, without the name and password in it; null for what is no web address. */
export function readAddress(written: string): { base: string; credentials: Credentials } | null {
  if (!/^https?:\/\//.test(written) || !URL.canParse(written)) return null
  const url = new URL(written)
  const [name, password] = [url.username, url.password].map(part => decodeURIComponent(part))
  Object.assign(url, { username: '', password: '', search: '', hash: '' })
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`
  if (!name && !password) return { base, credentials: NO_CREDENTIALS }
  return { base, credentials: below(base, basic(name ?? '', password ?? '')) }
}

/** A header for addresses of one registry's server. */
export function below(base: string, authorization: string): Credentials {
  const { origin } = new URL(base)
  return address => (address.origin === origin ? { authorization } : {})
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}

/** The first that knows of credentials for an address. */
export function either(...all: readonly Credentials[]): Credentials {
  return address =>
    all.map(one => one(address)).find(({ authorization }) => authorization !== undefined) ?? {}
}
