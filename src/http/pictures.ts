import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { isId } from '../id.ts'
import { pictureNamed } from '../projects/pictures.ts'
import { loadProject } from '../projects/store.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'
import { refusalView } from './views.ts'

const DELIVERY_MAX = 1_000_000

const params = z.object({
  id: z.string().max(40, 'An id has 16 characters.'),
  delivery: z.coerce.number('Name a delivery, for instance 1.').int().min(1).max(DELIVERY_MAX),
  name: z.string().max(100, 'A picture has a shorter name.'),
})
const json = (description: string) => ({
  description,
  content: { 'application/json': { schema: refusalView } },
})
const png = { 'image/png': { schema: z.string() } }
const MISSING = { reason: 'not-found', says: 'There is no such picture.' }

/** It was checked to be a PNG when it was stored, and never changes; a browser is told to take it for nothing else. */
const HEADERS = {
  'content-type': 'image/png',
  'content-disposition': 'inline',
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, max-age=31536000, immutable',
}

type Needs = Pick<Context, 'userId'> & { parts: Pick<Context['parts'], 'database'> }

/** The pictures of deliveries, for who owns the project. */
export function picturesApi({ parts, userId }: Needs): OpenAPIHono {
  const { sql } = parts.database
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/pictures/{delivery}/{name}',
      request: { params },
      responses: {
        200: { description: 'What the running app looked like when it was proven', content: png },
        400: json('It cannot be understood'),
        404: json('There is no such thing'),
      },
    }),
    async c => {
      const { id, delivery, name } = c.req.valid('param')
      const project = isId(id) ? await loadProject(sql, id) : undefined
      if (project?.userId !== userId) return c.json(MISSING, 404)
      const found = await pictureNamed(sql, { projectId: id, delivery, name })
      return found ? c.body(new Uint8Array(found), 200, HEADERS) : c.json(MISSING, 404)
    },
  )
  return api
}
