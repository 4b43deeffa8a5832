/** Above the longest answer there is: 64 k tokens of text with escapes are under 2 MB. */
const ANSWER_BYTES_MAX = 16_000_000

/**
 * `fetch` that follows no redirect, because a redirect would take the key to another host, and that reads at most
 * ANSWER_BYTES_MAX of the answer.
 */
export const connection: typeof fetch = async (input, init) => {
  const { body, status, statusText, headers } = await fetch(input, { ...init, redirect: 'error' })
  return new Response(body?.pipeThrough(bounded()), { status, statusText, headers })
}

function bounded(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > ANSWER_BYTES_MAX) controller.error(new RangeError('the answer is too long'))
      else controller.enqueue(chunk)
    },
  })
}

/** The address of an API: a bare host gets the provider's usual path, anything else is taken as it is. */
export function apiAddress(baseUrl: string, usualPath: string): string {
  const address = baseUrl.replace(/\/+$/, '')
  return new URL(address).pathname === '/' ? `${address}${usualPath}` : address
}
