import { BotError, GrammyError, HttpError } from 'grammy'
import { messageOf } from '../failure.ts'

/** What was thrown while an update was handled, in words that may be logged. */
export type Trouble = {
  says: string
  stack?: string
  /** Telegram has said no, and will say it again. */
  isFinal: boolean
  /** Telegram has said when to come back. */
  retryAfterMs: number
}

/** Of the refusals, those that may be taken back: the token, another reader of the same updates, too much at once. */
const PASSING = new Set([401, 409, 429])
const WAIT_MS = 1_000
const WAIT_MAX_MS = 60_000

/**
 * The address that is asked holds the token, and node-fetch repeats addresses in its messages, which grammY keeps in
 * HttpError#error: nothing of that is passed on, and what else was thrown is passed on without the token.
 */
export function troubleOf(thrown: unknown, token: string): Trouble {
  const cause = thrown instanceof BotError ? thrown.error : thrown
  if (cause instanceof GrammyError) return refusal(cause)
  if (cause instanceof HttpError) return { says: cause.message, isFinal: false, retryAfterMs: 0 }
  const without = (text: string) => text.replaceAll(token, '[secret]')
  const stack = cause instanceof Error && cause.stack ? { stack: without(cause.stack) } : {}
  return { says: without(messageOf(cause)), ...stack, isFinal: false, retryAfterMs: 0 }
}

function refusal({ method, error_code, description, parameters }: GrammyError): Trouble {
  return {
    says: `${method}: ${error_code} ${description}`,
    isFinal: error_code >= 400 && error_code < 500 && !PASSING.has(error_code),
    retryAfterMs: (parameters.retry_after ?? 0) * 1_000,
  }
}

/** How long to wait after so many failures: it doubles up to WAIT_MAX_MS, and is never less than Telegram asks for. */
export function waitMs(failures: number, { retryAfterMs }: Trouble): number {
  return Math.max(retryAfterMs, Math.min(WAIT_MS * 2 ** (failures - 1), WAIT_MAX_MS))
}

/** Whether Telegram refuses to deliver to a person: they have blocked the bot, or are gone. */
export function isUnreachable(thrown: unknown): boolean {
  const cause = thrown instanceof BotError ? thrown.error : thrown
  return cause instanceof GrammyError && cause.error_code === 403
}

/** Whether Telegram has said no to a request for good. */
export function isRefusedForGood(thrown: unknown): boolean {
  return thrown instanceof GrammyError && refusal(thrown).isFinal
}

/** Whether Telegram does not know the token: 404 where it has not even the form of one. */
export function isTokenUnknown(thrown: unknown): boolean {
  return thrown instanceof GrammyError && (thrown.error_code === 401 || thrown.error_code === 404)
}
