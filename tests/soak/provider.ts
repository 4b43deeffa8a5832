import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { chance } from './chance.ts'
import { answer, FAULTS, type FaultName, fail, type Generation, inUsd } from './faults.ts'

/** A generation as the provider remembers it: which call asked, when, and whether its answer was sent whole. */
export type Remembered = Generation & {
  call: string
  askedMs: number
  fault: FaultName | 'revoked key' | null
  whole: boolean
}

/** A limit that the provider has told: no request with the key is welcome until then. */
export type Limit = { key: string; toldMs: number; untilMs: number }

export type Provider = AsyncDisposable & {
  origin: string
  /** In the order in which they were asked for. */
  generations: readonly Remembered[]
  limits: readonly Limit[]
  /** Keys that are not accepted any more. */
  revoked: ReadonlySet<string>
}

export type Temper = {
  seed: string
  /** Of a hundred requests, this many go wrong. */
  faultsPercent: number
  keys: readonly string[]
  /** A key and the number of requests after which it is not accepted any more. */
  revokes: readonly { key: string; afterRequests: number }[]
}

const KINDS: readonly FaultName[] = ['rate limit', ...keysOf(FAULTS)]
const REST_MS_MIN = 300
const REST_MS_MAX = 900
const COST_PICO_USD_MAX = 200_000_000
const COMPLETIONS = '/api/v1/chat/completions'
const LOOK_UP = '/api/v1/generation?id='

const requestSchema = z.object({ model: z.string(), stream: z.literal(true), messages: z.unknown() })

/** An OpenRouter on 127.0.0.1 that fails as its seed has it, names the exact cost of each generation, and remembers. */
export async function startProvider(temper: Temper): Promise<Provider> {
  const state: State = { generations: [], limits: [], revoked: new Set(), tries: new Map() }
  const server = createServer((request, response) => void meet(temper, state, request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the provider has no port')
  return {
    ...state,
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type State = {
  generations: Remembered[]
  limits: Limit[]
  revoked: Set<string>
  /** How often each call was asked. */
  tries: Map<string, number>
}

async function meet(
  temper: Temper,
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '', headers } = request
  const key = (headers.authorization ?? '').replace('Bearer ', '')
  if (!temper.keys.includes(key)) return void fail(response, 401, 'User not found')
  if (method === 'GET' && url.startsWith(LOOK_UP)) return lookUp(state, url.slice(LOOK_UP.length), response)
  const asked = requestSchema.safeParse(JSON.parse(Buffer.concat(await request.toArray()).toString('utf8')))
  const call = /call (\w+\/\d+\/\d+)/.exec(JSON.stringify(asked.data?.messages))?.[1]
  if (url !== COMPLETIONS || !asked.success || call === undefined)
    return void fail(response, 400, 'Bad request')
  await generate(temper, state, response, { call, key, model: asked.data.model })
}

async function generate(
  temper: Temper,
  state: State,
  response: ServerResponse,
  asked: { call: string; key: string; model: string },
): Promise<void> {
  const { call, key } = asked
  // Projects have other names in each run.
  const ordinal = call.slice(call.lastIndexOf('/'))
  const attempt = (state.tries.get(call) ?? 0) + 1
  state.tries.set(call, attempt)
  const roll = (below: number, what: string) => chance(below, temper.seed, ordinal, attempt, what)
  const id = `gen-${state.generations.length + 1}`
  const generation: Remembered = {
    ...asked,
    id,
    text: `Generation ${id} of ${asked.model} answers call ${call}.`,
    picoUsd: BigInt(1 + roll(COST_PICO_USD_MAX, 'cost')),
    askedMs: Date.now(),
    fault: roll(100, 'fails') < temper.faultsPercent ? (KINDS[roll(KINDS.length, 'kind')] ?? null) : null,
    whole: false,
  }
  state.generations.push(generation)
  for (const each of temper.revokes)
    if (state.generations.length > each.afterRequests) state.revoked.add(each.key)
  if (state.revoked.has(key)) generation.fault = 'revoked key'
  else if (restMs(state, key) > 0) generation.fault = 'rate limit'
  if (generation.fault === 'revoked key') return void fail(response, 401, `User of ${key} not found`)
  if (generation.fault === 'rate limit')
    return limit(
      state,
      response,
      key,
      restMs(state, key) || REST_MS_MIN + roll(REST_MS_MAX - REST_MS_MIN, 'rest'),
    )
  const met = generation.fault === null ? answer : FAULTS[generation.fault]
  generation.whole = await met(response, generation)
}

function restMs({ limits }: State, key: string): number {
  const untilMs = Math.max(0, ...limits.filter(each => each.key === key).map(each => each.untilMs))
  return Math.max(0, untilMs - Date.now())
}

function limit(state: State, response: ServerResponse, key: string, ms: number): void {
  const toldMs = Date.now()
  state.limits.push({ key, toldMs, untilMs: toldMs + ms })
  void fail(response, 429, `Rate limit exceeded for ${key}`, { 'retry-after-ms': `${ms}` })
}

/** What a generation cost that was begun; one that was not is not known. */
function lookUp({ generations }: State, id: string, response: ServerResponse): void {
  const found = generations.find(each => each.id === id)
  if (found === undefined) return void fail(response, 404, 'Generation not found')
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ data: { id, total_cost: inUsd(found.picoUsd) } }))
}

function keysOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = []
  for (const name in table) names.push(name)
  return names
}
