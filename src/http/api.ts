import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { audit } from '../billing/audit.ts'
import { createProject } from '../projects/create.ts'
import { decide } from '../projects/decide.ts'
import type { Activity, StoredEvent } from '../projects/event.ts'
import { life } from '../projects/life.ts'
import type { Project } from '../projects/project.ts'
import { personEventSchema } from '../projects/say.ts'
import {
  attemptsOf,
  callsOf,
  deliveriesOf,
  eventsAfter,
  listProjects,
  loadProject,
} from '../projects/store.ts'
import type { Context } from './context.ts'
import { attemptOf, callOf, projectOf, sessionOf, summaryOf } from './present.ts'
import {
  attemptView,
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
/** Proxies close what is silent; a comment this often keeps a stream open. */
const SSE_BEAT_MS = 15_000

const id = z.object({ id: z.string().max(40) })
const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
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

/** The HTTP API of projects and billing, with its own description at /api/openapi.json. */
export function projectsApi(context: Context): OpenAPIHono {
  const { parts, userId } = context
  const { sql } = parts.database
  const api = new OpenAPIHono({
    defaultHook: (result, c) =>
      result.success
        ? undefined
        : c.json({ reason: 'malformed', says: result.error.issues[0]?.message ?? '' }, 400),
  })
  const own = async (projectId: string): Promise<Project | undefined> => {
    const project = await loadProject(sql, projectId)
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

  const described = z.object({ description: z.string() })
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
      const decided = await decide(parts, userId, c.req.valid('param').id, c.req.valid('json'))
      if (!decided.ok) return c.json({ reason: decided.reason, says: decided.says }, STATUS[decided.reason])
      return c.json(await projectOf(context, decided.value), 200)
    },
  )

  const attempts = z.object({ attempts: z.array(attemptView) })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/attempts',
      request: { params: id, query: z.object({ task: z.string().max(10).optional() }) },
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
      responses: { 200: json(filesView, 'The files of the last commit'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      if (!project) return c.json(missing, 404)
      const workspace = await parts.workspaceOf(project.id)
      const commit = (await workspace.head()) ?? null
      const files = commit === null ? [] : [...(await workspace.snapshot())]
      return c.json(
        { commit, files: files.map(([path, { content }]) => ({ path, bytes: content.byteLength })) },
        200,
      )
    },
  )

  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/projects/{id}/file',
      request: { params: id, query: z.object({ path: z.string().max(400) }) },
      responses: { 200: json(fileView, 'One file as text'), ...refused },
    }),
    async c => {
      const project = await own(c.req.valid('param').id)
      const { path } = c.req.valid('query')
      const source =
        project && (await (await parts.workspaceOf(project.id)).sources()).find(each => each.path === path)
      if (!source) return c.json({ reason: 'not-found', says: 'There is no such text file.' }, 404)
      const text = source.text.slice(0, FILE_CHARACTERS_MAX)
      return c.json({ path, text, cut: text.length < source.text.length }, 200)
    },
  )

  api.get('/api/projects/:id/download', async c => {
    const project = await own(c.req.param('id'))
    const [delivery] = project ? await deliveriesOf(sql, project.id) : []
    if (!delivery) return c.json({ reason: 'not-found', says: 'There is no ZIP yet.' }, 404)
    const name = `${project?.file.plan?.slug ?? 'app'}.zip`
    return c.body(new Uint8Array(delivery.zip), 200, {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name}"`,
    })
  })

  api.get('/api/projects/:id/events', async c => {
    const project = await own(c.req.param('id'))
    if (!project) return c.json(missing, 404)
    const after = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0)
    const follow = c.req.query('follow') !== 'no'
    return streamSSE(c, stream => tell(context, project, Number.isInteger(after) ? after : 0, follow, stream))
  })

  api.get('/api/ledger/audit', async c => c.json(await audit(sql)))

  api.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Botwright', version: '1', description: 'Projects, their evidence and their cost.' },
  })
  return api
}

type Stream = Parameters<Parameters<typeof streamSSE>[1]>[0]

/** Stored events after a number, then what happens, until the reader goes or, when not following, there is no more. */
async function tell(
  { parts }: Context,
  project: Project,
  after: number,
  follow: boolean,
  stream: Stream,
): Promise<void> {
  const waiting: (StoredEvent | Activity)[] = []
  let wake = () => {}
  const push = (item: StoredEvent | Activity) => {
    waiting.push(item)
    wake()
  }
  const leave = parts.live.listen(project.id, { event: push, activity: push })
  stream.onAbort(() => {
    leave()
    wake()
  })
  let told = after
  const send = async (item: StoredEvent | Activity) => {
    if (!('seq' in item)) return stream.writeSSE({ event: 'activity', data: JSON.stringify(item) })
    if (item.seq <= told) return
    told = item.seq
    await stream.writeSSE({ event: 'event', id: String(item.seq), data: JSON.stringify(item) })
  }
  for (const event of await eventsAfter(parts.database.sql, project.id, after)) await send(event)
  const now = parts.live.activityOf(project.id)
  if (now && follow) await send(now)
  while (follow && !stream.aborted && !parts.running.stopped) {
    for (const item of waiting.splice(0)) await send(item)
    await Promise.race([
      new Promise<void>(resolve => {
        wake = resolve
        if (waiting.length > 0 || stream.aborted) resolve()
      }),
      stream.sleep(SSE_BEAT_MS),
    ])
    if (waiting.length === 0 && !stream.aborted) await stream.write(': beat\n\n')
  }
  leave()
}

/** Whether a project's stream has more to tell once it has been read to its end. */
export function isOver(project: Project): boolean {
  return life[project.state].kind === 'end'
}
