import { createServer, type ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'

/**
 * `node provider.ts`, as a child process: a server that speaks OpenAI's chat completions and answers every request with
 * the same stream, each chunk in a write of its own. It tells its parent the port. A request that names HELD gets the
 * first chunk and then nothing, until its client goes away.
 */

export const CHUNKS = 20
export const HELD = 'hold this one'
const KEEP_ALIVE_MS = 600_000
const WORD = 'some more words of an answer '
export const ANSWER = WORD.repeat(CHUNKS)

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'bench' }
const CHUNK = event({ ...HEAD, choices: [{ index: 0, delta: { content: WORD }, finish_reason: null }] })
const END = event({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
const USAGE = event({
  ...HEAD,
  choices: [],
  usage: { prompt_tokens: 30, completion_tokens: 120, total_tokens: 150 },
})

async function serve(): Promise<void> {
  const server = createServer(async (request, response) => {
    const asked = Buffer.concat(await request.toArray()).toString('utf8')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (asked.includes(HELD)) response.write(CHUNK)
    else await stream(response)
  })
  // A connection that waits while others are measured must not be closed just when it is used again.
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port })
  process.on('disconnect', () => process.exit())
}

/** A turn of the event loop between the writes, so that they leave as packets of their own. */
async function stream(response: ServerResponse): Promise<void> {
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    response.write(CHUNK)
    await setImmediate()
  }
  response.end(`${END}${USAGE}data: [DONE]\n\n`)
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

if (import.meta.main) await serve()
