/** Above the longest answer there is: 64 k tokens of text in chunks of a few bytes are under 16 MB. */
const ANSWER_BYTES_MAX = 32_000_000

/**
 * An answer that has begun and then says nothing for this long has died: providers send comments or thoughts while a
 * model thinks. Before the first byte there is no such limit, since local servers read a long prompt in silence; the
 * limit of the whole call holds there.
 */
export const IDLE_MS = 60_000

/**
 * `fetch` that follows no redirect, because a redirect would take the key to another host, that reads at most
 * ANSWER_BYTES_MAX of the answer, and that ends an answer which is silent for IDLE_MS with a TimeoutError.
 */
export const connection: typeof fetch = (input, init) => bounded(input, init, IDLE_MS)

/**
 * A connection for answers in streams. A server that answers with one JSON body instead throws PlainAnswer: that is how
 * OpenRouter says with status 200 what went wrong.
 */
export function streamConnection(idleMs = IDLE_MS): typeof fetch {
  return async (input, init) => {
    const response = await bounded(input, init, idleMs)
    if (response.ok && isJson(response)) throw await PlainAnswer.of(response)
    return response
  }
}

/** A body of JSON where a stream was asked for. */
export class PlainAnswer extends Error {
  override name = 'PlainAnswer'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>

  private constructor(body: string, headers: Readonly<Record<string, string>>) {
    super('the answer is no stream')
    this.body = body
    this.headers = headers
  }

  static async of(response: Response): Promise<PlainAnswer> {
    return new PlainAnswer(await response.text(), Object.fromEntries(response.headers))
  }
}

function isJson({ headers }: Response): boolean {
  return /^application\/json\b/i.test(headers.get('content-type') ?? '')
}

async function bounded(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  idleMs: number,
): Promise<Response> {
  const { body, status, statusText, headers } = await fetch(input, { ...init, redirect: 'error' })
  return new Response(body && watched(body, idleMs), { status, statusText, headers })
}

/** Its code is the sign by which it is classified. */
class Oversized extends Error {
  readonly code = 'unreadable'
}

/** One stream for both bounds: each stream in a row costs every chunk a turn of the event loop. */
function watched(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  idleMs: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const end = (controller: ReadableStreamDefaultController, reason: Error) => {
    clearTimeout(timer)
    controller.error(reason)
    reader.cancel(reason).catch(() => undefined)
  }
  return new ReadableStream({
    start(controller) {
      timer = setTimeout(
        () => end(controller, new DOMException('the answer fell silent', 'TimeoutError')),
        idleMs,
      )
      timer.unref()
    },
    async pull(controller) {
      const { done, value } = await reader.read().catch(thrown => {
        clearTimeout(timer)
        throw thrown
      })
      timer?.refresh()
      if (done) {
        clearTimeout(timer)
        controller.close()
        return
      }
      bytes += value.byteLength
      if (bytes > ANSWER_BYTES_MAX) end(controller, new Oversized('the answer is too long'))
      else controller.enqueue(value)
    },
    cancel(reason) {
      clearTimeout(timer)
      return reader.cancel(reason)
    },
  })
}

/** The address of an API: a bare host gets the provider's usual path, anything else is taken as it is. */
export function apiAddress(baseUrl: string, usualPath: string): string {
  const address = baseUrl.replace(/\/+$/, '')
  return new URL(address).pathname === '/' ? `${address}${usualPath}` : address
}
