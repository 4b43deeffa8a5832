import type { z } from '@hono/zod-openapi'
import type { Context as Request } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { messageOf } from '../failure.ts'
import type { Log } from '../log.ts'

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
    log.error({ path: c.req.path, error: messageOf(thrown), stack: thrown.stack }, 'request failed')
    return c.json({ reason: 'trouble', says: 'Something went wrong on our side. Try again.' }, 500)
  }
}

/** Our own schemas speak in sentences; what zod says by itself is put behind the name of the field. */
export function sentence({ issues: [issue] }: z.core.$ZodError): string {
  if (issue === undefined) return 'That cannot be understood.'
  if (/^[A-Z].*\.$/s.test(issue.message)) return issue.message
  return `That cannot be understood: ${[...issue.path.map(String), issue.message].join(': ')}.`
}
