import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { MINUTES, type Standing } from '../projects/preview/previews.ts'
import type { Context } from './context.ts'
import { previewUrls } from './previewHosts.ts'
import { answerMalformed } from './refuse.ts'
import { refusalView } from './views.ts'

const previewView = z.object({
  /** Null while none runs. */
  preview: z
    .object({
      url: z.string(),
      leftMs: z.number().int(),
      /** Whether another start gives it more time. */
      extendable: z.boolean(),
    })
    .nullable(),
  /** Why none can be started; null where one can, or does run. */
  says: z.string().nullable(),
})
export type PreviewView = z.infer<typeof previewView>

const MINUTES_SAY = `A preview runs for ${MINUTES.least} to ${MINUTES.most} minutes.`
const wanted = z.object({
  minutes: z
    .int(MINUTES_SAY)
    .min(MINUTES.least, MINUTES_SAY)
    .max(MINUTES.most, MINUTES_SAY)
    .default(MINUTES.usual),
})
const params = z.object({ id: z.string().max(40, 'An id has 16 characters.') })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const responses = {
  200: json(previewView, 'Whether it runs, and where'),
  400: json(refusalView, 'It cannot be understood'),
  404: json(refusalView, 'There is no such thing'),
  409: json(refusalView, 'It does not fit now'),
}
const STATUS = { 'not-found': 404, 'not-now': 409, 'not-started': 409, 'too-many': 409 } as const

type Needs = Pick<Context, 'userId' | 'previews' | 'port'> & {
  config: Pick<Config, 'publicUrl' | 'previewHost'>
}

/** Delivered apps that run for a while, under addresses of their own. */
export function previewApi(context: Needs): OpenAPIHono {
  const { userId, config } = context
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  const urls = () => previewUrls(config, context.port())
  const path = '/api/projects/{id}/preview'
  api.openapi(createRoute({ method: 'get', path, request: { params }, responses }), async c => {
    const found = await context.previews.standing(userId, c.req.valid('param').id)
    if (!found.ok) return c.json({ reason: found.reason, says: found.says }, STATUS[found.reason])
    return c.json(viewOf(found.value, urls()), 200)
  })

  api.openapi(
    createRoute({
      method: 'post',
      path,
      description: 'Starts the app that was delivered last. One that runs is given as long again, once.',
      request: { params, body: { ...json(wanted, 'For how long'), required: true } },
      responses,
    }),
    async c => {
      const where = urls()
      if (!where.ok) return c.json({ reason: where.reason, says: where.says }, STATUS[where.reason])
      const { minutes } = c.req.valid('json')
      const started = await context.previews.start(userId, c.req.valid('param').id, minutes)
      if (!started.ok) return c.json({ reason: started.reason, says: started.says }, STATUS[started.reason])
      return c.json(viewOf({ preview: started.value, says: null }, where), 200)
    },
  )

  api.openapi(
    createRoute({ method: 'post', path: `${path}/stop`, request: { params }, responses }),
    async c => {
      const stopped = await context.previews.stop(userId, c.req.valid('param').id)
      if (!stopped.ok) return c.json({ reason: stopped.reason, says: stopped.says }, STATUS[stopped.reason])
      return c.json(viewOf(stopped.value, urls()), 200)
    },
  )
  return api
}

function viewOf({ preview, says }: Standing, urls: ReturnType<typeof previewUrls>): PreviewView {
  if (!urls.ok) return { preview: null, says: says ?? urls.says }
  if (preview === null) return { preview, says }
  const { token, ...rest } = preview
  return { preview: { ...rest, url: urls.value(token) }, says }
}
