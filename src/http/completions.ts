import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { messageOf } from '../failure.ts'
import { newId } from '../id.ts'
import type { CallOrder, Heard } from '../llm/call.ts'
import type { Gateway } from '../llm/gateway.ts'
import type { ModelRequest } from '../llm/model.ts'
import type { Run, Runs } from '../llm/runs.ts'
import type { Log } from '../log.ts'
import { refusal, refusalOf, refusalResponse } from './completionRefusal.ts'
import { completionAsked } from './completionRequest.ts'
import { type Completion, type MakeCompletion, streamCompletion } from './completionStream.ts'
import { completionView, type Frame, modelsView } from './completionView.ts'

export type CompletionsParts = {
  database: Database
  clock: Clock
  log: Log
  gateway: Pick<Gateway, 'call'>
  runs: Runs
}

/** Pictures in base 64 are what is large. A longer request is refused unread. */
export const COMPLETION_BYTES_MAX = 8 * 1024 * 1024

type Variables = { run: Run; gone: AbortSignal }

/**
 * Models for coding agents in the sandbox, in OpenAI's chat protocol. The token of a run is all that a request is
 * believed by; the run says who answers, who pays and until when. Every call goes through the gateway like any other.
 */
export function completionsFront(parts: CompletionsParts): Hono<{ Variables: Variables }> {
  const { database, clock, log, runs } = parts
  const routes = new Hono<{ Variables: Variables }>()
  routes.onError((thrown, c) => {
    log.error({ path: c.req.path, error: messageOf(thrown), stack: thrown.stack }, 'engine request failed')
    return refusalResponse(refusal('trouble'))
  })
  routes.use(async (c, next) => {
    const run = await runs.find(database.sql, tokenIn(c.req.header('authorization')))
    if (!run) return refusalResponse(refusal('token'))
    c.set('run', run)
    c.set('gone', c.req.raw.signal)
    await next()
  })
  routes.notFound(() => refusalResponse(refusal('route')))
  routes.get('/v1/models', c => c.json(modelsView()))
  routes.post(
    '/v1/chat/completions',
    bodyLimit({ maxSize: COMPLETION_BYTES_MAX, onError: () => refusalResponse(refusal('large')) }),
    async c => {
      const asked = completionAsked(jsonIn(await c.req.text()))
      if (!asked.ok) return refusalResponse(refusal('malformed', asked.says))
      const { request, stream, includeUsage } = asked.value
      const { run, gone } = c.var
      const frame: Frame = { id: `chatcmpl-${newId()}`, created: Math.floor(clock.nowMs() / 1_000) }
      const make: MakeCompletion = (hear, signal) => complete(parts, run, { request, hear }, signal)
      if (stream)
        return streamCompletion(make, { frame, includeUsage, inOnePiece: request.schema !== undefined, gone })
      const made = await make(() => {}, gone)
      return made.ok ? c.json(completionView(frame, made.answer)) : refusalResponse(made.refused)
    },
  )
  return routes
}

function tokenIn(header = ''): string {
  return /^Bearer (\S+)$/i.exec(header)?.[1] ?? ''
}

/** Undefined is no request, and is refused as one. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Wanted = { request: ModelRequest; hear: (heard: Heard) => void }

async function complete(
  parts: CompletionsParts,
  run: Run,
  wanted: Wanted,
  gone: AbortSignal,
): Promise<Completion> {
  const { runs, database, gateway, log } = parts
  try {
    const made = await runs.during(database.sql, run, (ordinal, ended) =>
      gateway.call(orderOf(run, ordinal, wanted), AbortSignal.any([ended, gone])),
    )
    if (!made.ok) return { ok: false, refused: refusal(made.reason === 'ended' ? 'token' : made.reason) }
    if (made.value.ok) return { ok: true, answer: made.value }
    const { stop } = made.value
    log.info({ projectId: run.projectId, runId: run.id, stop: stop.kind, says: stop.says }, 'no completion')
    return { ok: false, refused: refusalOf(stop) }
  } catch (thrown) {
    const stack = thrown instanceof Error ? thrown.stack : undefined
    log.error({ runId: run.id, error: messageOf(thrown), stack }, 'engine call failed')
    return { ok: false, refused: refusal('trouble') }
  }
}

function orderOf(run: Run, ordinal: number, { request, hear }: Wanted): CallOrder {
  const { projectId, userId, epoch, step, taskId, role, capMicro } = run
  const task = taskId === undefined ? {} : { taskId }
  return { projectId, userId, epoch, step, ...task, ordinal, role, capMicro, request, hear }
}
