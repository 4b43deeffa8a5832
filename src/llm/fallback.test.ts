import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  answered,
  type ScriptedModel,
  scriptedModel,
  unanswered,
  untilAborted,
} from '../../tests/fakes/model.ts'
import { type Calls, CHARGE, GRANT, openCalls, REQUEST } from '../../tests/set-up/calls.ts'
import { apiKeys } from '../db/schema.ts'
import { done, refuse } from '../failure.ts'
import type { CallOrder, Heard } from './call.ts'
import type { KeyPool } from './keys/pool.ts'
import type { FailureKind, ModelFailure, ModelResult } from './model.ts'

let on: Calls
beforeAll(async () => {
  on = await openCalls()
  for (const model of ['first', 'second', 'architect']) await on.list({ model })
})
beforeEach(() => on.next())
afterAll(() => on.books.close())

/** Answers with each of these in turn, the last one for ever. */
function inTurn(id: string, ...results: (ModelResult | (() => ModelResult))[]): ScriptedModel {
  let at = 0
  return scriptedModel(() => {
    const result = results[Math.min(at++, results.length - 1)]
    if (result === undefined) throw new Error('nothing to say')
    return typeof result === 'function' ? result() : result
  }, id)
}

const failing = (kind: FailureKind, also: Partial<ModelFailure> = {}) =>
  unanswered({ kind, says: `${kind}.`, ...also })
const saying = (id: string, text = id) => inTurn(id, answered(text))

describe('a failure that may pass', () => {
  test.each<FailureKind>(['overloaded', 'network', 'malformed', 'unknown'])(
    '%s: the same model is asked again',
    async kind => {
      const model = inTurn('first', failing(kind), failing(kind), answered('third time'))
      expect(await on.call([model, saying('second')])).toMatchObject({ ok: true, text: 'third time' })
      expect(await on.journal()).toMatchObject([{ status: 'failed' }, { status: 'failed' }, { tryNumber: 3 }])
      await on.stands(CHARGE)
    },
  )

  test('that does not pass leads on to the next model, which says so in a sentence', async () => {
    const result = await on.call([inTurn('first', failing('overloaded')), saying('second')])
    expect(result).toMatchObject({
      ok: true,
      by: { provider: 'scripted', model: 'second' },
      detour: {
        from: { provider: 'scripted', model: 'first' },
        to: { provider: 'scripted', model: 'second' },
        says: expect.stringMatching(/^overloaded\. second of scripted goes on in its place; nothing is lost/),
      },
    })
    await on.stands(CHARGE)
  })

  test('is waited for between tries, longer each time, and no longer than asked', async () => {
    const clock = on.books.clock
    const waits: number[] = []
    const watched = { ...clock, wait: async (ms: number) => void waits.push(ms) }
    const model = inTurn(
      'first',
      failing('overloaded'),
      failing('overloaded', { retryAfterMs: 1_234 }),
      answered('x'),
    )
    const gateway = on.gateway(model, { clock: watched })
    expect(await gateway.call(orderOf(), new AbortController().signal)).toMatchObject({ ok: true })
    expect(waits).toEqual([500, 1_234])
  })
})

describe('a failure that will not pass', () => {
  test.each<FailureKind>(['context-too-long', 'refused', 'timeout'])(
    '%s: the next model is asked at once',
    async kind => {
      const first = inTurn('first', failing(kind, { retry: kind === 'timeout' }))
      expect(await on.call([first, saying('second')])).toMatchObject({ ok: true, text: 'second' })
      expect(first.asked).toHaveLength(1)
    },
  )

  test('of every model stops the call with the most hopeful of their sentences, free', async () => {
    const models = [
      inTurn('first', failing('refused', { retry: false })),
      inTurn('second', failing('overloaded')),
    ]
    const stop = { kind: 'failed', says: 'overloaded.', failure: { kind: 'overloaded' } }
    expect(await on.call(models)).toMatchObject({ ok: false, stop })
    await on.stands(0n)
  })
})

test('a stopped call asks nobody else', async () => {
  const stop = new AbortController()
  const first = scriptedModel(async (_, signal) => {
    stop.abort()
    return untilAborted(signal)
  }, 'first')
  const second = saying('second')
  expect(await on.call([first, second], {}, stop.signal)).toMatchObject({
    stop: { failure: { kind: 'cancelled' } },
  })
  expect(second.asked).toEqual([])
})

test('a try that takes too long is a timeout, and the next model answers', async () => {
  const slow = scriptedModel((_, signal) => untilAborted(signal), 'first')
  const gateway = on.gateway([slow, saying('second')], { callLimitMs: 20 })
  expect(await gateway.call(orderOf(), new AbortController().signal)).toMatchObject({
    ok: true,
    text: 'second',
  })
  expect(await on.journal()).toMatchObject([{ failure: { kind: 'timeout' } }, { status: 'completed' }])
})

test('a model that keeps failing is left alone by further calls', async () => {
  const first = inTurn('first', failing('overloaded'))
  const gateway = on.gateway([first, saying('second')])
  for (let step = 1; step <= 6; step++)
    expect(await gateway.call(orderOf({ step }), new AbortController().signal)).toMatchObject({
      text: 'second',
    })
  expect(first.asked.length).toBeLessThanOrEqual(6)
})

describe('a route', () => {
  test('leaves out a model that cannot read the request, and one without a price', async () => {
    const small = { ...saying('first'), contextTokensMax: 10 }
    const unpriced = saying('unpriced')
    expect(await on.call([small, unpriced, saying('second')])).toMatchObject({ ok: true, text: 'second' })
    expect([small.asked, unpriced.asked]).toEqual([[], []])
  })

  test('leaves out models that do not see when there is a picture', async () => {
    const seeing = { ...saying('second'), reads: ['image/'] }
    const media = [{ mediaType: 'image/png', base64: 'AAAA' }]
    const request = { ...REQUEST, turns: [{ role: 'user' as const, text: 'What is this?', media }] }
    const first = saying('first')
    expect(await on.call([first, seeing], { request, capMicro: GRANT })).toMatchObject({
      ok: true,
      text: 'second',
    })
    expect(first.asked).toEqual([])
  })

  test('that fits nowhere says so', async () => {
    const small = { ...saying('first'), contextTokensMax: 10 }
    expect(await on.call(small)).toMatchObject({ stop: { failure: { kind: 'context-too-long' } } })
  })

  test('after failures begins with the strongest', async () => {
    const [architect, implementer] = [saying('architect'), saying('first')]
    const route = { architect: [architect], implementer: [implementer], verifier: [architect] }
    const gateway = on.gateway([], { route: () => route })
    const signal = new AbortController().signal
    expect(await gateway.call(orderOf(), signal)).toMatchObject({ text: 'first' })
    expect(await gateway.call(orderOf({ stronger: true, step: 2 }), signal)).toMatchObject({
      text: 'architect',
    })
  })

  test('after a crash begins with the model whose answer was lost: one call stays one', async () => {
    await on.dieIn('second')
    expect(await on.call([saying('first'), saying('second')])).toMatchObject({ text: 'second' })
    expect(await on.journal()).toMatchObject([{ model: 'second', repeats: 1, status: 'completed' }])
    await on.stands(CHARGE)
  })
})

describe('keys', () => {
  /** A pool of these keys, in order; what happens to them is noted. */
  function poolOf(ids: readonly string[]) {
    const heeded: [string, FailureKind][] = []
    const resting = new Map<string, number>()
    const keys: KeyPool = {
      lease: async (_, __, except) => {
        const free = ids.find(id => !except.includes(id) && (resting.get(id) ?? 0) <= on.books.clock.nowMs())
        if (free !== undefined) return done({ id: free, apiKey: `secret of ${free}` })
        const untilMs = Math.min(...resting.values())
        if (!Number.isFinite(untilMs)) return refuse('no-key', 'There is no key.')
        return { ok: false, reason: 'cooling', says: 'All keys rest.', untilMs }
      },
      heed: async (id, failure) => {
        heeded.push([id, failure.kind])
        if (failure.kind === 'rate-limited')
          resting.set(id, on.books.clock.nowMs() + (failure.retryAfterMs ?? 0))
      },
    }
    return { keys, heeded }
  }
  const keyed = (model: ScriptedModel): ScriptedModel => ({ ...model, keyed: true })

  test.each<FailureKind>(['rate-limited', 'authentication', 'out-of-provider-credit'])(
    '%s: the next key is tried at once',
    async kind => {
      const { keys, heeded } = poolOf(['k1', 'k2'])
      const model = keyed(inTurn('first', failing(kind, { retry: false }), answered('with the other key')))
      const gateway = on.gateway(model, { keys: storedKeys(keys) })
      expect(await gateway.call(orderOf(), new AbortController().signal)).toMatchObject({ ok: true })
      expect(heeded).toEqual([['k1', kind]])
    },
  )

  test('that all rest for a moment are waited for, and it is said', async () => {
    const { keys } = poolOf(['k1'])
    const model = keyed(inTurn('first', failing('rate-limited', { retryAfterMs: 9_000 }), answered('later')))
    const heard: Heard[] = []
    const gateway = on.gateway(model, { keys: storedKeys(keys) })
    const order = orderOf({ hear: each => void heard.push(each) })
    expect(await gateway.call(order, new AbortController().signal)).toMatchObject({ ok: true, text: 'later' })
    expect(heard).toContainEqual({ kind: 'waiting', says: expect.stringMatching(/Trying again in \d+ s\.$/) })
  })

  test('that rest too long let the next model answer', async () => {
    const { keys } = poolOf(['k1'])
    const model = keyed(inTurn('first', failing('rate-limited', { retryAfterMs: 3_600_000 })))
    const gateway = on.gateway([model, saying('second')], { keys: storedKeys(keys) })
    expect(await gateway.call(orderOf(), new AbortController().signal)).toMatchObject({ text: 'second' })
  })

  test('that are missing are named', async () => {
    const { keys } = poolOf([])
    const gateway = on.gateway(keyed(saying('first')), { keys })
    expect(await gateway.call(orderOf(), new AbortController().signal)).toEqual({
      ok: false,
      stop: { kind: 'no-key', says: 'There is no key.' },
    })
  })

  /** Rows of calls refer to rows of keys: what is lent must be stored. */
  function storedKeys(keys: KeyPool): KeyPool {
    return {
      ...keys,
      lease: async (tx, provider, except) => {
        const lent = await keys.lease(tx, provider, except)
        if (lent.ok) await tx.insert(apiKeys).values(rowOf(lent.value.id, provider)).onConflictDoNothing()
        return lent
      },
    }
  }
})

describe('what is heard', () => {
  test('of a try that failed counts for nothing from then on', async () => {
    const heard: Heard[] = []
    const model = scriptedModel(request => (request === REQUEST ? answered('whole') : unanswered()), 'first')
    let tries = 0
    const telling: ScriptedModel = {
      ...model,
      answer: async (request, asking) => {
        tries += 1
        asking.tell?.({ kind: 'text', text: `try ${tries}` })
        return tries === 1 ? unanswered() : model.answer(request, asking)
      },
    }
    await on.call(telling, { hear: each => void heard.push(each) })
    expect(heard).toEqual([
      { kind: 'text', text: 'try 1' },
      { kind: 'again' },
      { kind: 'text', text: 'try 2' },
    ])
    expect((await on.journal()).at(-1)).toMatchObject({ firstTokenMs: expect.any(Number) })
  })
})

describe('a generation whose answer is lost', () => {
  /** The provider answers a look-up with each of these in turn. */
  const begins = (...costs: (bigint | undefined)[]) => {
    const model = scriptedModel((_, signal) => untilAborted(signal), 'first')
    const stop = new AbortController()
    const looking: ScriptedModel = {
      ...model,
      answer: async (request, asking) => {
        asking.tell?.({ kind: 'generation', id: 'gen-7' })
        stop.abort()
        return model.answer(request, asking)
      },
      costOf: async id => (id === 'gen-7' ? costs.shift() : undefined),
    }
    return { looking, stop }
  }

  test('is looked up, and what it cost is the platform’s and not the user’s', async () => {
    const { looking, stop } = begins(0n, undefined, 77n)
    await on.call(looking, {}, stop.signal)
    expect(await on.journal()).toMatchObject([
      { status: 'failed', generationId: 'gen-7', lostPicoUsd: 77n, chargeMicro: 0n },
    ])
    await on.stands(0n)
  })

  test('and cannot be looked up now costs nobody anything here', async () => {
    const { looking, stop } = begins(0n, 0n, 0n, 77n)
    await on.call(looking, {}, stop.signal)
    expect(await on.journal()).toMatchObject([{ status: 'failed', lostPicoUsd: 0n }])
  })

  test('by a crash is looked up before the call is made again', async () => {
    const dying: ScriptedModel = {
      ...saying('first'),
      costOf: async () => undefined,
      answer: async (_, asking) => {
        asking.tell?.({ kind: 'generation', id: 'gen-8' })
        await noted()
        throw new Error('killed')
      },
    }
    const noted = async () => {
      while ((await on.journal())[0]?.generationId !== 'gen-8');
    }
    await expect(on.call(dying)).rejects.toThrow('killed')
    const again: ScriptedModel = { ...saying('first', 'again'), costOf: async () => 5n }
    expect(await on.call(again)).toMatchObject({ text: 'again' })
    expect(await on.journal()).toMatchObject([
      { status: 'completed', repeats: 1, lostPicoUsd: 5n, chargeMicro: CHARGE },
    ])
    await on.stands(CHARGE)
  })
})

test('what a failed answer used is kept as lost', async () => {
  const { answer } = answeredParts()
  const model = inTurn('first', { ...unanswered({ retry: false }), spent: answer })
  await on.call(model)
  expect(await on.journal()).toMatchObject([
    { status: 'failed', inputTokens: 10, outputTokens: 5, lostPicoUsd: 20n, chargeMicro: 0n },
  ])
  await on.stands(0n)
})

function answeredParts() {
  const result = answered('half')
  if (!result.ok) throw new Error('not answered')
  return result
}

function orderOf(also: Partial<CallOrder> = {}): CallOrder {
  return {
    ...on.maker(),
    epoch: 1,
    step: 1,
    ordinal: 1,
    role: 'implementer',
    request: REQUEST,
    capMicro: GRANT,
    ...also,
  }
}

function rowOf(id: string, provider: string): typeof apiKeys.$inferInsert {
  return {
    id,
    provider,
    label: id,
    sealed: new Uint8Array(),
    masterFingerprint: '',
    fingerprint: id,
    lastFour: '',
    origin: 'operator',
    status: 'active',
    createdAt: new Date(0),
  }
}
