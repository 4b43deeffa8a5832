import type { Rate } from '../billing/pricing.ts'
import { chargeFor } from '../billing/pricing.ts'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import type { Metrics } from '../metrics.ts'
import type { CallAnswer, CallOrder } from './call.ts'
import { finishFailed, finishWell, noteGeneration, noteLost } from './finish.ts'
import type { KeyPool, Lease } from './keys/pool.ts'
import type { Asking, Model, ModelFailure, ModelResult, Piece } from './model.ts'

/** One try at one model, whose row stands in the journal: asked, and completed with what came of it. */
export type Try = {
  model: Model
  order: CallOrder
  rate: Rate
  callId: string
  lease: Lease | null
}

export type Tried = { ok: true; answer: CallAnswer } | { ok: false; failure: ModelFailure }

type Parts = { database: Database; clock: Clock; keys: KeyPool; metrics: Metrics; callLimitMs: number }

/** How long a stopped call waits to learn what it cost. A provider knows of a generation only some time after its end. */
const LOOK_UP_LIMIT_MS = 5_000
const LOOKS_MAX = 3
const LOOK_PAUSE_MS = 1_500

/** Asks the model and journals the answer with its charge, or why there is none, which its key is told as well. */
export async function attempt(parts: Parts, made: Try, signal: AbortSignal): Promise<Tried> {
  const { clock } = parts
  const { projectId, request, hear } = made.order
  const startMs = clock.monotonicMs()
  let firstTokenMs: number | null = null
  let noted: Promise<void> | undefined
  let generationId: string | undefined
  const tell = (piece: Piece) => {
    if (piece.kind === 'text') {
      firstTokenMs ??= Math.round(clock.monotonicMs() - startMs)
      hear?.(piece)
    } else if (made.model.costOf && noted === undefined) {
      generationId = piece.id
      // Only a help after a crash. A note that fails while the answer comes must neither end the process nor lose the answer.
      noted = noteGeneration(parts, made.callId, piece.id).catch(() => {})
    }
  }
  const result = await inTime(parts, signal, asking =>
    made.model.answer(request, { ...asking, ...keyOf(made), tell }),
  )
  const latencyMs = Math.round(clock.monotonicMs() - startMs)
  // First of all: until it is told, others are lent the key.
  if (!result.ok && made.lease !== null) await parts.keys.heed(made.lease.id, result.failure)
  await noted
  measure(parts.metrics, made, result, { latencyMs, firstTokenMs })
  const ended = { projectId, callId: made.callId, latencyMs, firstTokenMs }
  if (result.ok) {
    const { answer } = result
    const charge = chargeFor(answer.usage, made.rate, answer.costPicoUsd)
    return { ok: true, answer: await finishWell(parts, { ...ended, answer, charge }) }
  }
  const { failure, spent } = result
  const lostPicoUsd = spent ? chargeFor(spent.usage, made.rate, spent.costPicoUsd).picoUsd : 0n
  const meanwhile = await finishFailed(parts, { ...ended, failure, spent, lostPicoUsd })
  if (meanwhile) return { ok: true, answer: meanwhile }
  if (!spent && generationId !== undefined) await reconcile(parts, made, generationId)
  return { ok: false, failure }
}

function measure(
  metrics: Metrics,
  { model, order }: Try,
  result: ModelResult,
  times: { latencyMs: number; firstTokenMs: number | null },
): void {
  const usage = result.ok ? result.answer.usage : result.spent?.usage
  metrics.called({
    provider: model.provider,
    model: model.id,
    role: order.role,
    outcome: result.ok ? 'answered' : result.failure.kind,
    ...times,
    tokens: {
      input: usage?.inputTokens ?? 0,
      cached: usage?.cachedTokens ?? 0,
      cacheWritten: usage?.cacheWrittenTokens ?? 0,
      output: usage?.outputTokens ?? 0,
      thinking: usage?.thinkingTokens ?? 0,
    },
  })
}

/** Learns from the provider what a generation cost whose answer never came, and books it as lost. Never fails a call. */
export async function reconcile(
  parts: Pick<Parts, 'database' | 'clock' | 'keys'>,
  made: Pick<Try, 'model' | 'callId' | 'lease'>,
  generationId: string,
): Promise<void> {
  const { costOf } = made.model
  if (costOf === undefined) return
  const signal = AbortSignal.timeout(LOOK_UP_LIMIT_MS)
  for (let looks = 1; looks <= LOOKS_MAX && !signal.aborted; looks++) {
    const picoUsd = await costOf(generationId, { signal, ...keyOf(made) })
    if (picoUsd !== undefined && picoUsd > 0n) return noteLost(parts, made.callId, picoUsd)
    if (looks < LOOKS_MAX) await parts.clock.wait(LOOK_PAUSE_MS, signal)
  }
}

function keyOf({ lease }: Pick<Try, 'lease'>): Pick<Asking, 'apiKey'> {
  return lease === null ? {} : { apiKey: lease.apiKey }
}

/** The answer, or a failure when it takes too long or is aborted; whoever aborted decides which of the two it is. */
async function inTime(
  { callLimitMs }: Parts,
  signal: AbortSignal,
  ask: (asking: { signal: AbortSignal }) => Promise<ModelResult>,
): Promise<ModelResult> {
  const limit = AbortSignal.timeout(callLimitMs)
  const result = await ask({ signal: AbortSignal.any([signal, limit]) })
  if (result.ok || signal.aborted || !limit.aborted) return result
  return { ...result, failure: TOO_LATE }
}

const TOO_LATE: ModelFailure = {
  kind: 'timeout',
  fault: 'provider',
  says: 'The model took too long to answer.',
  retry: true,
}
