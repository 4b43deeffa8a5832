/** A stream of server-sent events that is written to without waiting; what it holds back is as much as is written. */
export type Sse = {
  response: Response
  /** Resolves when something is sent. */
  opened: Promise<undefined>
  isOpen(): boolean
  /** An event: a text as it is, anything else as JSON. */
  data(value: string | object): void
  /** A line that readers skip. */
  comment(text: string): void
  end(): void
}

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }

/** `onGone` is called when the reader goes before the end; what is written later is dropped. */
export function openSse(onGone: () => void): Sse {
  const encoder = new TextEncoder()
  const { promise: opened, resolve } = Promise.withResolvers<undefined>()
  let out: ReadableStreamDefaultController<Uint8Array> | undefined
  let isOpen = false
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      out = controller
    },
    cancel: () => {
      out = undefined
      onGone()
    },
  })
  const write = (block: string) => {
    isOpen = true
    out?.enqueue(encoder.encode(`${block}\n\n`))
    resolve(undefined)
  }
  return {
    response: new Response(body, { headers: HEADERS }),
    opened,
    isOpen: () => isOpen,
    data: value => write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
    comment: text => write(`: ${text}`),
    end: () => {
      out?.close()
      out = undefined
    },
  }
}
