import type { Markup } from '../billing/money.ts'
import type { Rate } from '../billing/pricing.ts'
import { chargeFor, priceOf } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { done } from '../failure.ts'
import { sha256 } from '../id.ts'
import type { CallOrder, CallResult } from './call.ts'
import { type Entry, finishFailed, finishWell, type Key, startCall } from './journal.ts'
import type { Model, ModelRequest, ModelResult, Role } from './model.ts'

/** The one way to a model: priced, held, journalled, called, captured. */
export type Gateway = {
  /** The rates of the route's first models, for quotes. */
  rates(): Promise<{ architect: Rate; implementer: Rate } | { missing: string }>
  /** Makes the call, or finds it finished. `signal` aborts it at once and it is not charged. */
  call(order: CallOrder, signal: AbortSignal): Promise<CallResult>
}

export type Route = Readonly<Record<Role, Model>>

type Parts = { database: Database; clock: Clock; route: Route; markup: Markup }

const CALL_TIMEOUT_MS = 300_000

export function openGateway(parts: Parts): Gateway {
  return {
    rates: () => ratesOf(parts),
    call: (order, signal) => callOnce(parts, order, signal),
  }
}

async function callOnce(parts: Parts, order: CallOrder, signal: AbortSignal): Promise<CallResult> {
  const model = parts.route[order.role]
  const begun = await startCall(parts, await entryOf(parts, order, model))
  if (begun.kind === 'stopped') return { ok: false, stop: begun.stop }
  if (begun.kind === 'finished') return { ok: true, text: begun.text }
  return makeCall(parts, { model, order, rate: begun.rate, callId: begun.callId }, signal)
}

type Made = { model: Model; order: CallOrder; rate: Rate; callId: string }

async function makeCall(parts: Parts, made: Made, signal: AbortSignal): Promise<CallResult> {
  const startMs = parts.clock.monotonicMs()
  const result = await answerInTime(made.model, made.order.request, signal)
  const latencyMs = Math.round(parts.clock.monotonicMs() - startMs)
  const ended = { projectId: made.order.projectId, callId: made.callId, latencyMs }
  if (result.ok) {
    const { answer } = result
    const charge = chargeFor(answer.usage, made.rate, answer.costPicoUsd)
    return { ok: true, text: await finishWell(parts, { ...ended, answer, charge }) }
  }
  const text = await finishFailed(parts, { ...ended, failure: result.failure })
  if (text !== undefined) return { ok: true, text }
  return { ok: false, stop: { kind: 'failed', says: result.failure.says, failure: result.failure } }
}

/** The answer, or a failure when it takes too long or is aborted; whoever aborted decides which of the two it is. */
async function answerInTime(model: Model, request: ModelRequest, signal: AbortSignal): Promise<ModelResult> {
  const limit = AbortSignal.timeout(CALL_TIMEOUT_MS)
  const result = await model.answer(request, AbortSignal.any([signal, limit]))
  if (result.ok || signal.aborted || !limit.aborted) return result
  return { ok: false, failure: { kind: 'timeout', says: 'The model took too long to answer.', retry: true } }
}

async function entryOf(parts: Parts, order: CallOrder, model: Model): Promise<Entry> {
  const { projectId, step, ordinal, role, request } = order
  const key: Key = { projectId, step, ordinal, promptSha256: sha256(JSON.stringify([role, request])) }
  const price = await priceOf(parts.database.sql, parts.clock, { provider: model.provider, model: model.id })
  if (!price.ok) return { key, order, model, terms: price }
  const rate: Rate = { ...price.value, ...parts.markup }
  const worstMicro = chargeFor(worstUsage(request), rate).micro
  return { key, order, model, terms: done({ rate, worstMicro }) }
}

/** A token of a byte-level vocabulary is rarely under two bytes of text or code, so this is above what is counted. */
const BYTES_PER_TOKEN_LOW = 2

/** The most that a call can use: its words over-estimated, and all the output that it may write. */
function worstUsage(request: ModelRequest) {
  const inputTokens = Math.ceil(Buffer.byteLength(JSON.stringify(request)) / BYTES_PER_TOKEN_LOW)
  return { inputTokens, cachedTokens: 0, outputTokens: request.outputTokensMax, thinkingTokens: 0 }
}

async function ratesOf(parts: Parts): Promise<{ architect: Rate; implementer: Rate } | { missing: string }> {
  const of = (role: Role) => {
    const { provider, id } = parts.route[role]
    return priceOf(parts.database.sql, parts.clock, { provider, model: id })
  }
  const [architect, implementer] = [await of('architect'), await of('implementer')]
  if (!architect.ok) return { missing: architect.says }
  if (!implementer.ok) return { missing: implementer.says }
  return {
    architect: { ...architect.value, ...parts.markup },
    implementer: { ...implementer.value, ...parts.markup },
  }
}
