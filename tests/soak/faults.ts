import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** What a request is answered with when all goes well, and whose key stands on it. */
export type Generation = { id: string; model: string; text: string; picoUsd: bigint; key: string }

/** How one request is met. Says whether the answer was sent whole, so that whoever reads it has got an answer. */
type Meeting = (response: ServerResponse, generation: Generation) => Promise<boolean>

const DRIP_GAP_MS = 15
const SOON_MS = 30

/** A whole answer, at once. */
export const answer: Meeting = async (response, generation) => {
  begin(response, chunksOf(generation).join(''))
  response.end(endOf(generation, 'stop'))
  return true
}

/** Every way in which a request goes wrong or badly. A limit by key is decided by the server, which keeps to it. */
export const FAULTS = {
  'server error': async (response, { key }) => fail(response, 500, `Internal error, key ${key}`),
  unavailable: async (response, { key }) =>
    fail(response, 503, `No instances for ${key}`, { 'retry-after-ms': `${SOON_MS}` }),
  'error in an answer with status 200': async (response, { key }) =>
    reply(response, 200, complaint(502, `Upstream failed with ${key}`)),
  'error in mid-stream': async (response, generation) => {
    const broken = {
      ...chunk(generation, { content: '' }, 'error'),
      ...complaint(502, `Lost ${generation.key}`),
    }
    begin(response, half(generation))
    response.end(`${event(broken)}data: [DONE]\n\n`)
    return false
  },
  'reset in mid-stream': async (response, generation) => {
    await new Promise<void>(resolve => begin(response, half(generation), resolve))
    if (response.socket instanceof Socket) response.socket.resetAndDestroy()
    return false
  },
  'empty answer': async (response, generation) => {
    begin(response, event(chunk(generation, { role: 'assistant', content: '' })))
    response.end(endOf(generation, 'stop'))
    return false
  },
  'cut off': async (response, generation) => {
    begin(response, half(generation))
    response.end(endOf(generation, 'length'))
    return false
  },
  'slow drip': async (response, generation) => {
    begin(response, '')
    for (const each of chunksOf(generation)) {
      await setTimeout(DRIP_GAP_MS)
      response.write(each)
    }
    response.end(endOf(generation, 'stop'))
    return true
  },
  'hang before the first byte': async () => false,
  'hang in mid-stream': async (response, generation) => {
    begin(response, half(generation))
    return false
  },
} as const satisfies Readonly<Record<string, Meeting>>

export type FaultName = keyof typeof FAULTS | 'rate limit'

/** A complaint with the status that it names; `says` repeats the key, as careless servers do. */
export async function fail(
  response: ServerResponse,
  status: number,
  says: string,
  headers: Record<string, string> = {},
): Promise<boolean> {
  return reply(response, status, complaint(status, says), headers)
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): boolean {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  return false
}

function complaint(code: number, message: string) {
  return { error: { code, message, metadata: { raw: message, provider_name: 'Upstream' } } }
}

function begin(response: ServerResponse, text: string, sent?: () => void): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(`: OPENROUTER PROCESSING\n\n${text}`, () => sent?.())
}

function half(generation: Generation): string {
  const chunks = chunksOf(generation)
  return chunks.slice(0, Math.ceil(chunks.length / 2)).join('')
}

function chunksOf(generation: Generation): string[] {
  const pieces = generation.text.match(/.{1,12}/g) ?? []
  return [{ role: 'assistant', content: '' }, ...pieces.map(content => ({ content }))].map(delta =>
    event(chunk(generation, delta)),
  )
}

/** The usage is made up; the cost is the generation's own. */
function endOf(generation: Generation, finishReason: string): string {
  const usage = {
    prompt_tokens: 40,
    completion_tokens: 12,
    total_tokens: 52,
    cost: inUsd(generation.picoUsd),
  }
  return `${event(chunk(generation, {}, finishReason))}${event({ ...head(generation), choices: [], usage })}data: [DONE]\n\n`
}

/** Exact for costs of up to 15 digits: the shortest decimal of the nearest double is the cost itself. */
export function inUsd(picoUsd: bigint): number {
  return Number(picoUsd) / 1e12
}

function chunk(generation: Generation, delta: Record<string, unknown>, finish: string | null = null) {
  return { ...head(generation), choices: [{ index: 0, delta, finish_reason: finish }] }
}

function head({ id, model }: Generation) {
  return { id, object: 'chat.completion.chunk', created: 1_790_000_000, model }
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
