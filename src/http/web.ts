import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { sameSecret } from '../id.ts'
import { BODY_BYTES_MAX, projectsApi } from './api.ts'
import type { Context } from './context.ts'
import { health } from './health.ts'
import type { SignIn } from './signIn.ts'

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
  web.use(async (c, next) => {
    if (!isLocalHost(c.req.header('host'))) return c.json(foreign, 403)
    if (!SAFE_METHODS.includes(c.req.method) && !isOwnOrigin(c.req.header('origin'), c.req.header('host'))) {
      return c.json(foreign, 403)
    }
    return next()
  })
  web.get('/sign-in', c => {
    // A preview of the link must not use it up.
    if (c.req.method === 'HEAD') return c.body(null)
    if (!signIn.use(c.req.query('token') ?? '')) return c.html(USED_LINK_PAGE, 403)
    setCookie(c, COOKIE, signIn.secret, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: COOKIE_SECONDS,
    })
    return c.html(SIGNED_IN_PAGE)
  })
  web.use('/api/*', async (c, next) => {
    const shown = getCookie(c, COOKIE)
    if (shown === undefined || !sameSecret(shown, signIn.secret)) return c.json(unknown, 401)
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
const unknown = { reason: 'sign-in', says: 'Open the link that ./start printed.' }
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

/** A page of ours leads on, because a strict cookie is not sent along a redirect that another site began. */
const SIGNED_IN_PAGE =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Botwright</title><a href="/">Go on</a>'
const USED_LINK_PAGE =
  '<!doctype html><meta charset="utf-8"><title>Botwright</title><p>This link was used already or is not from this start. Stop Botwright and run <code>./start</code> again for a new one.</p>'
