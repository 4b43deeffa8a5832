import { z } from 'zod'
import { type Complaint, complaintIn } from './complaint.ts'
import { PlainAnswer } from './connection.ts'
import { retryAfterMs } from './retryAfter.ts'

/** What can be known of a call that brought no answer, whatever the provider: the input of the table in classify.ts. */
export type Signs = {
  /** HTTP status, or the one that the body names in its place. */
  status?: number
  /** Words meant for programs: error codes and types, reasons, codes of the network, and our own below. */
  codes: readonly string[]
  /** The provider's prose in lower case. It is matched and never shown: it may name keys, paths or hosts. */
  prose: string
  retryAfterMs?: number
}

/** What we find out ourselves, beside the codes that providers send. */
export type OwnCode =
  | 'aborted'
  | 'timed-out'
  | 'unreachable'
  | 'too-long'
  | 'unread-media'
  | 'cut-off'
  | 'content-filter'
  | 'empty'
  | 'unfinished'
  | 'unreadable'

const PROSE_CHARACTERS_MAX = 4_000
/** Errors are wrapped a few times at most; a ring of causes ends here too. */
const CAUSES_MAX = 8

export function ownSign(code: OwnCode): Signs {
  return { codes: [code], prose: '' }
}

/** The signs of whatever the SDK threw. An abort is told apart by its reason: a time limit or somebody's wish. */
export function signsOf(thrown: unknown, signal: AbortSignal): Signs {
  if (signal.aborted) return ownSign(isTimeout(signal.reason) ? 'timed-out' : 'aborted')
  if (causes(thrown).some(isTimeout)) return ownSign('timed-out')
  if (thrown instanceof PlainAnswer) return signsOfPlain(thrown)
  const failed = callError.safeParse(thrown)
  if (failed.success) return signsOfCall(failed.data)
  return isAboutAnswer(thrown) ? ownSign('unreadable') : { codes: causesOf(thrown), prose: '' }
}

/** One body where a stream was asked for is a complaint, or nothing that can be read. */
function signsOfPlain({ body, headers }: PlainAnswer): Signs {
  const complaint = complaintIn(json(body))
  return complaint ? signsOfAnswer(complaint, headers) : ownSign('unreadable')
}

/** Whether a request was turned away because the answer cannot be held to a schema there. */
export function refusesSchema({ status, prose }: Signs): boolean {
  return (status === 400 || status === 422) && NO_SCHEMA.test(prose)
}

const NO_SCHEMA =
  /response_?format|json_?schema|json mode|structured[ _]outputs?|response ?(json ?)?schema|grammar/

/** The SDK, or its parser, could not make sense of an answer. Anything else that is thrown is not known here. */
function isAboutAnswer(thrown: unknown): boolean {
  return thrown instanceof Error && /^(AI_|\$?ZodError)/.test(thrown.name)
}

/** The signs of a complaint that came as an answer with status 200. */
export function signsOfAnswer(complaint: Complaint, headers: Readonly<Record<string, string>> = {}): Signs {
  return signsOfComplaint(complaint, headers, undefined)
}

type CallError = z.infer<typeof callError>

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError'
}

/**
 * The SDK's APICallError, known by its name: each provider package carries a copy of the class, and the package `ai`
 * takes 0.3 s to load.
 */
const callError = z.object({
  name: z.literal('AI_APICallError'),
  statusCode: z.number().optional(),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  responseBody: z.string().optional(),
  data: z.unknown(),
  cause: z.unknown(),
})

function signsOfCall({ statusCode, responseBody, responseHeaders, data, cause }: CallError): Signs {
  const complaint = complaintIn(json(responseBody)) ?? complaintIn(data) ?? complaintIn({ error: data })
  const headers = responseHeaders ?? {}
  if (complaint) return signsOfComplaint(complaint, headers, statusCode)
  const own: OwnCode[] = statusCode === undefined ? ['unreachable'] : isGood(statusCode) ? ['unreadable'] : []
  return {
    status: statusCode,
    codes: [...causesOf(cause), ...own],
    prose: '',
    retryAfterMs: retryAfterMs(headers, undefined),
  }
}

/** An error inside an answer with status 200 names its own status. */
function signsOfComplaint(
  complaint: Complaint,
  headers: Readonly<Record<string, string>>,
  httpStatus: number | undefined,
): Signs {
  const { code, status, type, message, details, metadata } = complaint
  const named = typeof code === 'number' ? code : undefined
  const words = [
    typeof code === 'string' ? code : null,
    status,
    type,
    ...(details ?? []).map(each => each.reason),
  ]
  return {
    status: httpStatus === undefined || isGood(httpStatus) ? named : httpStatus,
    codes: [
      ...words,
      metadata?.limit_source,
      metadata?.error_type,
      metadata?.reasons && 'moderation',
    ].flatMap(word => word ?? []),
    prose: `${message} ${text(metadata?.raw)}`.slice(0, PROSE_CHARACTERS_MAX).toLowerCase(),
    retryAfterMs: retryAfterMs(headers, complaint),
  }
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300
}

/** The codes that the network layer put on an error and on what caused it, for instance ECONNRESET. */
function causesOf(thrown: unknown): string[] {
  return causes(thrown).flatMap(cause =>
    'code' in cause && typeof cause.code === 'string' ? cause.code : [],
  )
}

/** An error and what caused it, the outermost first. */
function causes(thrown: unknown): Error[] {
  const found: Error[] = []
  let cause = thrown
  while (cause instanceof Error && found.length < CAUSES_MAX) {
    found.push(cause)
    cause = cause.cause
  }
  return found
}

function text(raw: unknown): string {
  return typeof raw === 'string' ? raw : raw === undefined ? '' : JSON.stringify(raw)
}

function json(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    return undefined
  }
}
