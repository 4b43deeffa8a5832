/** What goes in to an app that is shown, and what comes out of it: neither side hears what was said to us. */

type Headers = NodeJS.Dict<string[]>
export type Passed = Record<string, string | string[]>

/** They speak of one connection only (RFC 9110, 7.6.1). */
const HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
/** `expect` is answered here. */
const NOT_IN = new Set([
  ...HOP,
  'expect',
  'forwarded',
  'via',
  'remote-user',
  'true-client-ip',
  'http2-settings',
])
/** Proxies before us tell us under such names who the visitor is. */
const NOT_IN_BEGINNINGS = /^(x-forwarded-|x-real-|x-auth-|x-client-|x-amzn-|x-goog-|x-ms-|cf-)/
/**
 * An app must not speak for more than its own host and its own time: what a browser would keep for longer, or apply to
 * neighbours, is left out, and what we say ourselves.
 */
const NOT_OUT = new Set([
  ...HOP,
  'strict-transport-security',
  'clear-site-data',
  'alt-svc',
  'nel',
  'report-to',
  'reporting-endpoints',
  'public-key-pins',
  'referrer-policy',
  'x-robots-tag',
  'origin-agent-cluster',
])

/** On every answer under a preview's host. The address is a secret: no other site hears it as a referrer. */
export const PREVIEW_SAYS = {
  'referrer-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'origin-agent-cluster': '?1',
} as const

/** The name of our own cookie, which a browser may send to hosts of the same site. */
const OUR_COOKIES: ReadonlySet<string> = new Set(['botwright'])

export function inward(given: Headers): Passed {
  const passed = without(given, name => NOT_IN.has(name) || NOT_IN_BEGINNINGS.test(name))
  const { cookie: _, authorization: __, ...rest } = passed
  const cookie = cookiesIn(given.cookie)
  const authorization = given.authorization?.filter(isOfThePage).slice(0, 1) ?? []
  return {
    ...rest,
    ...(cookie === '' ? {} : { cookie }),
    ...(authorization[0] === undefined ? {} : { authorization: authorization[0] }),
  }
}

export function outward(given: Headers): Passed {
  const { 'set-cookie': _, ...passed } = without(given, name => NOT_OUT.has(name))
  const cookies = (given['set-cookie'] ?? []).flatMap(cookie => ownCookie(cookie) ?? [])
  return { ...passed, ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }), ...PREVIEW_SAYS }
}

function without(given: Headers, isLeftOut: (name: string) => boolean): Passed {
  const named = new Set((given.connection ?? []).flatMap(value => value.toLowerCase().split(/[\s,]+/)))
  const kept = Object.entries(given).filter(([name]) => !isLeftOut(name) && !named.has(name))
  return Object.fromEntries(kept.flatMap(([name, values]) => (values ? [[name, alone(values)]] : [])))
}

function alone(values: string[]): string | string[] {
  const [first, ...others] = values
  return first !== undefined && others.length === 0 ? first : values
}

function cookiesIn(values: string[] = []): string {
  const all = values.flatMap(value => value.split(';')).map(cookie => cookie.trim())
  return all.filter(cookie => cookie !== '' && !OUR_COOKIES.has(nameOf(cookie))).join('; ')
}

/** A page of the app sends its own tokens; what a proxy before us asks of visitors is not for the app. */
function isOfThePage(authorization: string): boolean {
  return /^bearer /i.test(authorization)
}

/** For the host of the preview only. */
function ownCookie(cookie: string): string | undefined {
  const [pair = '', ...attributes] = cookie.split(';')
  if (OUR_COOKIES.has(nameOf(pair))) return undefined
  return [pair, ...attributes.filter(each => !/^\s*domain\s*(=|$)/i.test(each))].join(';')
}

function nameOf(cookie: string): string {
  return (cookie.split('=')[0] ?? '').trim()
}
