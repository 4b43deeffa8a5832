import type { Complaint } from './complaint.ts'

type Headers = Readonly<Record<string, string>>

const SECOND_MS = 1_000
/** A longer wait is no wait but a limit for the day; whoever asks again tomorrow reads it again. */
const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * SECOND_MS

/**
 * How long a provider asks to wait, in ms, where it says so: `retry-after-ms` (OpenAI), `Retry-After` in seconds or as
 * a date (RFC 9110 §10.2.3), RetryInfo in the body (Gemini sends no header), or OpenRouter's time of reset. Moments
 * are measured against the answer's own `Date`, so that no two clocks are compared.
 */
export function retryAfterMs(headers: Headers, complaint: Complaint | undefined): number | undefined {
  const told = [
    milliseconds(headers['retry-after-ms']),
    seconds(headers['retry-after']),
    until(Date.parse(headers['retry-after'] ?? ''), headers),
    seconds(delayIn(complaint)),
    until(resetIn(complaint), headers),
  ]
  const waitMs = told.find(ms => ms !== undefined && ms >= 0)
  return waitMs === undefined ? undefined : Math.min(Math.ceil(waitMs), RETRY_AFTER_MS_MAX)
}

/** Also of a protobuf duration such as `34.07s`. */
function seconds(text: string | undefined): number | undefined {
  const ms = milliseconds(text?.replace(/s$/, ''))
  return ms === undefined ? undefined : ms * SECOND_MS
}

function milliseconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

function until(atMs: number, headers: Headers): number | undefined {
  const waitMs = atMs - Date.parse(headers.date ?? '')
  return Number.isFinite(waitMs) ? waitMs : undefined
}

function delayIn(complaint: Complaint | undefined): string | undefined {
  const detail = complaint?.details?.find(each => each.retryDelay !== undefined)
  return detail?.retryDelay ?? /retry in (\d+(?:\.\d+)?)s/i.exec(complaint?.message ?? '')?.[1]
}

/** OpenRouter passes the limits on in the body: the moment of the reset in ms since 1970. */
function resetIn(complaint: Complaint | undefined): number {
  return Number(complaint?.metadata?.headers?.['X-RateLimit-Reset'] ?? Number.NaN)
}
