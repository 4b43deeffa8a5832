import type { z } from '@hono/zod-openapi'
import { DrizzleQueryError } from 'drizzle-orm'
import type { Context as Request } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { messageOf } from '../failure.ts'
import type { Log } from '../log.ts'
import { sentence } from '../projects/malformed.ts'

/** Every "no" of the API has one form: `reason` for code and `says`, a sentence for the person. */

type Checked = { success: true } | { success: false; error: z.core.$ZodError }

/** Answers a request whose parts do not fit their schema. */
export function answerMalformed(checked: Checked, c: Request): Response | undefined {
  if (checked.success) return undefined
  return c.json({ reason: 'malformed', says: sentence(checked.error) }, 400)
}

/** Answers what was thrown on the way: a body that is no JSON, or a bug, which is logged and never shown. */
export function answerThrown(log: Log): (thrown: Error, c: Request) => Response {
  return (thrown, c) => {
    if (thrown instanceof HTTPException && thrown.status < 500) {
      return c.json({ reason: 'malformed', says: 'The request cannot be read: send JSON.' }, thrown.status)
    }
    log.error({ path: c.req.path, ...loggedOf(thrown) }, 'request failed')
    return c.json({ reason: 'trouble', says: 'Something went wrong on our side. Try again.' }, 500)
  }
}

/** What a log line says of a bug. The words of a failed query hold what people wrote, so only its code and place are kept. */
export function loggedOf(thrown: unknown): { error: string; stack?: string } {
  if (thrown instanceof DrizzleQueryError) {
    const { cause } = thrown
    const code = cause !== undefined && 'code' in cause ? String(cause.code) : 'no code'
    const stack = (thrown.stack ?? '').split('\n').filter(line => /^ {4}at /.test(line))
    return { error: `The database refused a query (${code}).`, stack: stack.join('\n') }
  }
  const stack = thrown instanceof Error ? thrown.stack : undefined
  return { error: messageOf(thrown), ...(stack === undefined ? {} : { stack }) }
}
