import { expect } from 'vitest'
import { type CompletionsParts, completionsFront } from '../../src/http/completions.ts'
import type { GatewayParts } from '../../src/llm/gateway.ts'
import type { Model } from '../../src/llm/model.ts'
import { openRuns, type Runs, type RunTerms } from '../../src/llm/runs.ts'
import { openLog } from '../../src/log.ts'
import { type Calls, GRANT, openCalls } from './calls.ts'

const LIFE_MS = 3_600_000

/** What an engine asks with 100 tokens to answer: little enough for the credits of the test. */
export const ASK = { model: 'any', messages: [{ role: 'user', content: 'Write one.' }], max_tokens: 100 }

/** A house with our own endpoint, asked in this process as an engine asks it. */
export type Engine = {
  calls: Calls
  runs: Runs
  front(model: Model | readonly Model[], also?: EngineParts): ReturnType<typeof completionsFront>
  /** A run of the test's maker. */
  open(also?: Partial<RunTerms>): Promise<{ id: string; token: string }>
  /** Asks with a new run, unless told with which token. */
  ask(model: Model | readonly Model[], also?: Asking): Promise<Response>
}

type EngineParts = { gateway?: Partial<GatewayParts>; parts?: Partial<CompletionsParts> }
type Asking = EngineParts & { body?: object; token?: string; signal?: AbortSignal }

export async function openEngine(): Promise<Engine> {
  const calls = await openCalls()
  const { database, clock } = calls.books
  const runs = openRuns(clock)
  const log = openLog({ level: 'silent' })
  const open: Engine['open'] = also =>
    database.transaction(tx =>
      runs.open(tx, {
        ...calls.maker(),
        epoch: 1,
        step: 1,
        taskId: 'T1',
        role: 'implementer',
        capMicro: GRANT,
        callsMax: 100,
        lifeMs: LIFE_MS,
        ...also,
      }),
    )
  const front: Engine['front'] = (model, { gateway, parts } = {}) =>
    completionsFront({ database, clock, log, runs, gateway: calls.gateway(model, gateway), ...parts })
  return {
    calls,
    runs,
    open,
    front,
    ask: async (model, { body = ASK, token, signal, ...also } = {}) => {
      const shown = token ?? (await open()).token
      return front(model, also).request('/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: `Bearer ${shown}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      })
    },
  }
}

/** The events of a stream in order: comments as they are, data read as JSON where it is some. */
export async function* eventsOf(response: Response): AsyncGenerator<unknown> {
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  let kept = ''
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (kept + text).split('\n\n')
    kept = blocks.pop() ?? ''
    for (const block of blocks) yield eventOf(block)
  }
  expect(kept).toBe('')
}

export async function allOf<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = []
  for await (const value of values) all.push(value)
  return all
}

function eventOf(block: string): unknown {
  const [, data] = /^data: (.*)$/.exec(block) ?? []
  return data === undefined || data === '[DONE]' ? block : JSON.parse(data)
}
