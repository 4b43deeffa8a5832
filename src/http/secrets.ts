import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { listSecrets, removeSecret, setSecret } from '../projects/secrets/secrets.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'
import { refusalView } from './views.ts'

const secretsView = z.object({
  secrets: z.array(
    z.object({ name: z.string(), description: z.string().nullable(), atMs: z.number().int() }),
  ),
})
export type SecretsView = z.infer<typeof secretsView>

/** Looked at by `setSecret`, whose words repeat nothing of what was sent. */
const given = z.object({ name: z.string(), value: z.string(), description: z.string().optional() })
const named = z.object({ name: z.string().max(100, 'A secret has a shorter name.') })

const params = z.object({ id: z.string().max(40, 'An id has 16 characters.') })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const responses = {
  200: json(secretsView, 'The names of what the project keeps secret'),
  400: json(refusalView, 'It cannot be understood'),
  404: json(refusalView, 'There is no such thing'),
  409: json(refusalView, 'It does not fit now'),
}
const STATUS = { malformed: 400, 'not-found': 404, 'too-many': 409 } as const

type Needs = Pick<Context, 'userId' | 'cipher'> & { parts: Pick<Context['parts'], 'database' | 'clock'> }

/** The secrets of projects: names come out, values only go in. */
export function secretsApi({ parts, cipher, userId }: Needs): OpenAPIHono {
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  api.openapi(
    createRoute({ method: 'get', path: '/api/projects/{id}/secrets', request: { params }, responses }),
    async c => {
      const found = await listSecrets(parts, userId, c.req.valid('param').id)
      if (!found.ok) return c.json({ reason: found.reason, says: found.says }, STATUS[found.reason])
      return c.json({ secrets: found.value }, 200)
    },
  )

  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/projects/{id}/secrets',
      description: 'Keeps a secret, or replaces the one of that name. No answer ever holds a value.',
      request: { params, body: { ...json(given, 'The secret'), required: true } },
      responses,
    }),
    async c => {
      const set = await setSecret({ ...parts, cipher }, userId, c.req.valid('param').id, c.req.valid('json'))
      if (!set.ok) return c.json({ reason: set.reason, says: set.says }, STATUS[set.reason])
      return c.json({ secrets: set.value }, 200)
    },
  )

  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/projects/{id}/secrets/remove',
      request: { params, body: { ...json(named, 'Which'), required: true } },
      responses,
    }),
    async c => {
      const left = await removeSecret(parts, userId, c.req.valid('param').id, c.req.valid('json').name)
      if (!left.ok) return c.json({ reason: left.reason, says: left.says }, STATUS[left.reason])
      return c.json({ secrets: left.value }, 200)
    },
  )
  return api
}
