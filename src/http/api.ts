import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { audit } from '../billing/audit.ts'
import { isId } from '../id.ts'
import { createProject } from '../projects/create.ts'
import { decide } from '../projects/decide.ts'
import { textsIn } from '../projects/draft.ts'
import type { Project } from '../projects/project.ts'
import { personEventSchema } from '../projects/say.ts'
import { attemptsOf, callsOf, deliveriesOf, listProjects, loadProject } from '../projects/store.ts'
import { buyingApi } from './buying.ts'
import type { Context } from './context.ts'
import { creditsApi } from './credits.ts'
import { filesOf } from './files.ts'
import { picturesApi } from './pictures.ts'
import { attemptOf, callOf, projectOf, sessionOf, summaryOf } from './present.ts'
import { previewApi } from './preview.ts'
import { answerMalformed, answerThrown } from './refuse.ts'
import { secretsApi } from './secrets.ts'
import { tellEvents } from './tellEvents.ts'
import {
  attemptView,
  auditView,
  callView,
  filesView,
  fileView,
  projectView,
  refusalView,
  sessionView,
  summaryView,
} from './views.ts'

/** A body larger than this is refused unread; a description is at most 20,000 characters. */
export const BODY_BYTES_MAX = 256 * 1024
const FILE_CHARACTERS_MAX = 400_000

const id = z.object({ id: z.string().max(40, 'An id has 16 characters.') })
const task = z.string().regex(/^T\d{1,3}$/, 'Name a task, for instance T2.')
const path = z.string().max(400, 'A path has at most 400 characters.')
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const file = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.string() } },
})
const streamQuery = z.object({ after: z.string().optional(), follow: z.enum(['yes', 'no']).optional() })
const streamHeaders = z.object({ 'last-event-id': z.string().optional() })
const refused = {
  400: json(refusalView, 'It cannot be understood'),
  404: json(refusalView, 'There is no such thing'),
  409: json(refusalView, 'It does not fit now'),
}
const STATUS = {
  malformed: 400,
  description: 400,
  'not-found': 404,
  'not-now': 409,
  'too-many': 409,
} as const

export const NOTHING_SOLD = {
  reason: 'not-now',
  says: 'Nothing is sold here (BILLING=off), so there are no credits. `botwright ledger report` says what calls cost; PROJECT_LIMIT_USD and DAILY_LIMIT_USD limit it.',
}

/** The HTTP API of projects and billing, with its own description at /api/openapi.json. */
export function projectsApi(context: Context): OpenAPIHono {
  const { parts, userId } = context
  const { sql } = parts.database
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  api.onError(answerThrown(parts.log))
  const own = async (projectId: string): Promise<Project | undefined> => {
    const project = isId(projectId) ? await loadProject(sql, projectId) : undefined
    return project?.userId === userId ? project : undefined
  }
  const missing = { reason: 'not-found', says: 'There is no such project.' } as const

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/session',
      responses: { 200: json(sessionView, 'Who, balance, models') },
    }),
    async c => c.json(await sessionOf(context), 200),
  )

  const listed = z.object({ projects: z.array(summaryView) })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects',
      responses: { 200: json(listed, 'Projects, newest first') },
    }),
    async c => {
      const found = await listProjects(sql, userId)
      return c.json({ projects: await Promise.all(found.map(each => summaryOf(context, each))) }, 200)
    },
  )

  const described = z.object({ description: z.string('Send the description as text.') })
  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/projects',
      request: { body: { ...json(described, 'What to build'), required: true } },
      responses: { 201: json(projectView, 'The new project'), ...refused },
    }),
    async c => {
      const created = await createProject(parts, userId, c.req.valid('json').description)
      if (!created.ok) return c.json({ reason: created.reason, says: created.says }, STATUS[created.reason])
      return c.json(await projectOf(context, created.value), 201)
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}',
      request: { params: id },
      responses: { 200: json(projectView, 'The project'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      return project ? c.json(await projectOf(context, project), 200) : c.json(missing, 404)
    },
  )

  api.openapi(
    createRoute({
      method: 'post',
      path: '/api/projects/{id}/say',
      request: { params: id, body: { ...json(personEventSchema, 'What the person says'), required: true } },
      responses: { 200: json(projectView, 'The project after it'), ...refused },
    }),
    async c => {
      const { id: projectId } = c.req.valid('param')
      if (!isId(projectId)) return c.json(missing, 404)
      const decided = await decide(parts, userId, projectId, c.req.valid('json'))
      if (!decided.ok) return c.json({ reason: decided.reason, says: decided.says }, STATUS[decided.reason])
      return c.json(await projectOf(context, decided.value), 200)
    },
  )

  const attempts = z.object({ attempts: z.array(attemptView) })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/attempts',
      request: { params: id, query: z.object({ task: task.optional() }) },
      responses: { 200: json(attempts, 'Attempts with their evidence'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      if (!project) return c.json(missing, 404)
      const found = await attemptsOf(sql, project.id, c.req.valid('query').task)
      return c.json({ attempts: found.map(attemptOf) }, 200)
    },
  )

  const calls = z.object({ calls: z.array(callView) })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/calls',
      request: { params: id },
      responses: { 200: json(calls, 'Every model call with what it cost'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      return project
        ? c.json({ calls: (await callsOf(sql, project.id)).map(callOf) }, 200)
        : c.json(missing, 404)
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/files',
      request: { params: id },
      responses: {
        200: json(filesView, 'The files of the last delivery; before there is one, those of the last commit'),
        ...refused,
      },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      if (!project) return c.json(missing, 404)
      const { files, ...shown } = await filesOf(parts, project)
      const sizes = [...files].map(([path, { content }]) => ({ path, bytes: content.byteLength }))
      return c.json({ ...shown, files: sizes }, 200)
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/file',
      request: { params: id, query: z.object({ path }) },
      responses: { 200: json(fileView, 'One file as text'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      const query = c.req.valid('query')
      const whole = project && textsIn((await filesOf(parts, project)).files).get(query.path)
      if (whole === undefined)
        return c.json({ reason: 'not-found', says: 'There is no such text file.' }, 404)
      const text = whole.slice(0, FILE_CHARACTERS_MAX)
      return c.json({ path: query.path, text, cut: text.length < whole.length }, 200)
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/download',
      request: { params: id },
      responses: { 200: file('application/zip', 'The last delivered ZIP'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      const [delivery] = project ? await deliveriesOf(sql, project.id) : []
      if (!delivery) return c.json({ reason: 'not-found', says: 'There is no ZIP yet.' }, 404)
      const name = `${project?.file.plan?.slug ?? 'app'}.zip`
      return c.body(new Uint8Array(delivery.zip), 200, {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="${name}"`,
      })
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/events',
      description:
        'Stored events after a number (`after`, or the header Last-Event-ID, which wins) as `event: event` with `id:`, then live ones; `event: activity` says what goes on and is not stored.',
      request: { params: id, query: streamQuery, headers: streamHeaders },
      responses: { 200: file('text/event-stream', 'Server-sent events'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      if (!project) return c.json(missing, 404)
      const { after, follow } = c.req.valid('query')
      const seen = seqIn(c.req.valid('header')['last-event-id'] ?? after)
      return streamSSE(c, stream =>
        tellEvents(parts, { projectId: project.id, seen, follow: follow !== 'no' }, stream),
      )
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/ledger/audit',
      responses: { 200: json(auditView, 'Whether the books balance, and what does not') },
    }),
    async c => c.json(await audit(sql), 200),
  )

  api.route('/', picturesApi(context))
  api.route('/', secretsApi(context))
  api.route('/', previewApi(context))
  if (parts.tariff.shows === 'credits') {
    api.route('/', creditsApi(context))
    api.route('/', buyingApi(context))
  } else {
    api.get('/api/credits', c => c.json(NOTHING_SOLD, 409))
  }

  api.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Botwright', version: '1', description: 'Projects, their evidence and their cost.' },
  })
  return api
}

/** The number of an event; what is none means: from the beginning. */
function seqIn(text = ''): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0
}
