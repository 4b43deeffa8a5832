import { serveStatic } from '@hono/node-server/serve-static'
import type { Context as Request } from 'hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { sameSecret } from '../id.ts'
import { BODY_BYTES_MAX, projectsApi } from './api.ts'
import type { Context } from './context.ts'
import { health } from './health.ts'
import type { SignIn } from './signIn.ts'
import { SIGNED_IN_PAGE, STYLE, STYLE_PATH, USED_LINK_PAGE, USED_LINK_PAGE_INSIDE } from './signInPages.ts'
import { stripeWebhook } from './stripeWebhook.ts'

const COOKIE = 'botwright'
const COOKIE_SECONDS = 30 * 24 * 3600
const SAFE_METHODS = ['GET', 'HEAD']

/**
 * What a browser sees: health for anyone, everything else for who opened the one-use link. Until there is sign-in by
 * person the server listens on this machine only, and refuses requests that another site's page could have made.
 */
export function webFront(context: Context, signIn: SignIn, webRoot: string): Hono {
  const web = new Hono()
  web.use(secureHeaders({ contentSecurityPolicy: CONTENT_POLICY }))
  web.route('/', health(context))
  web.route('/', stripeWebhook(context))
  web.use(async (c, next) => {
    if (!isLocalHost(c.req.header('host'))) return c.json(foreign, 403)
    if (!SAFE_METHODS.includes(c.req.method) && !isOwnOrigin(c.req.header('origin'), c.req.header('host'))) {
      return c.json(foreign, 403)
    }
    return next()
  })
  const isInside = (c: Request) => sameSecret(getCookie(c, COOKIE) ?? '', signIn.secret)
  web.get(STYLE_PATH, c => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  web.get('/sign-in', c => {
    // A preview of the link must not use it up.
    if (c.req.method === 'HEAD') return c.body(null)
    if (!signIn.use(c.req.query('token') ?? ''))
      return c.html(isInside(c) ? USED_LINK_PAGE_INSIDE : USED_LINK_PAGE, 403)
    setCookie(c, COOKIE, signIn.secret, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: COOKIE_SECONDS,
    })
    return c.html(SIGNED_IN_PAGE)
  })
  web.use('/api/*', async (c, next) => {
    if (!isInside(c)) return c.json(unknown, 401)
    return next()
  })
  web.use('/api/*', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: c => c.json(tooLarge, 413) }))
  web.route('/', projectsApi(context))
  web.all('/api/*', c => c.json({ reason: 'not-found', says: 'There is no such address.' }, 404))
  web.use('/assets/*', serveStatic({ root: webRoot }))
  web.get('*', serveStatic({ root: webRoot, path: 'index.html' }))
  return web
}

const foreign = { reason: 'foreign', says: 'This address answers only to its own page on this machine.' }
const unknown = {
  reason: 'sign-in',
  says: 'Open the link that ./start printed, or a new one from ./botwright link.',
}
const tooLarge = { reason: 'too-large', says: 'That is too long: at most 20,000 characters.' }

const CONTENT_POLICY = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  frameAncestors: ["'none'"],
}

/** Only names of this machine: a page elsewhere that points its own name here is refused (DNS rebinding). */
function isLocalHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '')
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && origin === `http://${host}`
}
