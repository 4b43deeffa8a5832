import type { Config } from '../config.ts'
import { done, type Result, refuse } from '../failure.ts'

/**
 * Where previews are: each under a host name of its own, so that a browser keeps the code of the app apart from this page
 * as it keeps any two sites apart. Browsers take every name below `localhost` for this machine (RFC 6761).
 */

const TOKEN = /^[\da-f]{40}$/
const LOCAL = 'localhost'

type Settings = Pick<Config, 'publicUrl' | 'previewHost'>

/** Whether a host is one of previews, and of nothing else here, whatever stands before it. */
export function isPreviewHost(host: string | undefined, { previewHost }: Settings): boolean {
  return labelIn(host, previewHost) !== undefined
}

/** The token that a host begins with; undefined where there is none. */
export function tokenIn(host: string | undefined, { previewHost }: Settings): string | undefined {
  const label = labelIn(host, previewHost)
  return label !== undefined && TOKEN.test(label) ? label : undefined
}

/** How addresses of previews are made, or what has to be set first. `port` is null while no browser is let in. */
export function previewUrls(
  { publicUrl, previewHost }: Settings,
  port: number | null,
): Result<(token: string) => string, 'not-now'> {
  if (port === null)
    return refuse('not-now', 'Botwright is not running. Start it with ./start, then ask again.')
  if (previewHost === undefined)
    return isPublic(publicUrl)
      ? refuse(
          'not-now',
          'Previews need a domain of their own: set PREVIEW_HOST, all names below which lead here.',
        )
      : done(token => `http://${token}.${LOCAL}:${port}/`)
  if (publicUrl !== undefined && isBelow(new URL(publicUrl).hostname, previewHost))
    return refuse(
      'not-now',
      'PREVIEW_HOST must be another domain than that of PUBLIC_URL, and none above it.',
    )
  return done(token => `https://${token}.${previewHost}/`)
}

/** What stands before the domain of previews in a host; a final dot and the port mean nothing. */
function labelIn(host: string | undefined, previewHost: string | undefined): string | undefined {
  const name = (host ?? '').toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
  const domain = [LOCAL, ...(previewHost === undefined ? [] : [previewHost])].find(each =>
    name.endsWith(`.${each}`),
  )
  return domain === undefined ? undefined : name.slice(0, -domain.length - 1)
}

function isBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`)
}

function isPublic(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false
  const { hostname } = new URL(publicUrl)
  return !(isBelow(hostname, LOCAL) || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname))
}
