import type { z } from 'zod'
import type { Clock } from '../../../clock.ts'
import { done, messageOf, type Result, refuse } from '../../../failure.ts'

/** One request to the advisory service: bounded in time and size, tried a few times, no redirects. */

export type Ask = {
  /** Of the service, without a path. */
  url: string
  clock: Clock
  signal: AbortSignal
  /** Of one try. */
  timeoutMs?: number
  /** Before the second try; twice as long before the third. */
  pauseMs?: number
}

const TRIES_MAX = 3
const TIMEOUT_MS = 20_000
const PAUSE_MS = 500
const ANSWER_BYTES_MAX = 16 * 1024 ** 2

export async function ask<Schema extends z.ZodType>(
  { url, clock, signal, timeoutMs = TIMEOUT_MS, pauseMs = PAUSE_MS }: Ask,
  request: { path: string; body?: unknown },
  schema: Schema,
): Promise<Result<z.infer<Schema>, 'unreachable'>> {
  const address = `${url.replace(/\/+$/, '')}${request.path}`
  for (let tried = 1; ; tried++) {
    const answer = await once(
      address,
      request.body,
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    )
    if (answer.ok) return understood(answer.value, schema)
    if (answer.reason === 'refused' || tried >= TRIES_MAX || signal.aborted)
      return refuse('unreachable', answer.says)
    await clock.wait(pauseMs * 2 ** (tried - 1), signal)
  }
}

function understood<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): Result<z.infer<Schema>, 'unreachable'> {
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    if (parsed.success) return done(parsed.data)
  } catch {
    // Not JSON, which is said below.
  }
  return refuse('unreachable', 'The advisory service gave an answer that is not understood.')
}

type Answer = Result<string, 'failed' | 'refused'>

async function once(address: string, body: unknown, signal: AbortSignal): Promise<Answer> {
  try {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const response = await fetch(address, { ...init, headers, signal, redirect: 'error' })
    if (response.ok) return await textOf(response)
    await response.body?.cancel()
    const again = response.status === 429 || response.status >= 500
    return refuse(
      again ? 'failed' : 'refused',
      `The advisory service answered with status ${response.status}.`,
    )
  } catch (thrown) {
    const why =
      thrown instanceof Error && thrown.name === 'TimeoutError'
        ? 'did not answer in time'
        : 'cannot be reached'
    return refuse('failed', `The advisory service ${why}${causeOf(thrown)}.`)
  }
}

function causeOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : ''
  return /^[\w .:[\]-]{1,120}$/.test(cause) ? ` (${cause})` : ''
}

async function textOf(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) return refuse('refused', 'The advisory service sent too much.')
    chunks.push(chunk)
  }
  return done(Buffer.concat(chunks).toString('utf8'))
}
