import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { ANSWER, HELD } from './provider.ts'
import type { Way } from './question.ts'
import { WAYS } from './ways.ts'

/**
 * `node --expose-gc subject.ts WAY ORIGIN DATABASE_URL`, as a child process: opens one way to the server and measures
 * what its parent asks for, one after the other.
 */

export const orderSchema = z.discriminatedUnion('kind', [
  /** Calls one after the other. */
  z.object({ kind: z.literal('alone'), calls: z.int() }),
  /** So many calls, of which so many at the same time. */
  z.object({ kind: z.literal('crowd'), calls: z.int(), atOnce: z.int() }),
  /** What an open stream holds, with so many of them open. */
  z.object({ kind: z.literal('memory'), streams: z.int() }),
])
export type Order = z.infer<typeof orderSchema>

export const measuredSchema = z.object({
  latenciesMs: z.array(z.number()),
  seconds: z.number(),
  /** Of this process alone, all its threads. */
  cpuSeconds: z.number(),
  bytesPerStream: z.number().nullable(),
})
export type Measured = z.infer<typeof measuredSchema>

const SETTLE_MS = 300

async function obey(way: Way, order: Order): Promise<Measured> {
  if (order.kind === 'memory') return { ...NOTHING, bytesPerStream: await memory(way, order.streams) }
  const atOnce = order.kind === 'crowd' ? order.atOnce : 1
  const latenciesMs: number[] = []
  const [startMs, cpu] = [performance.now(), process.cpuUsage()]
  let left = order.calls
  const work = async () => {
    while (left-- > 0) latenciesMs.push(await timed(way))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - startMs) / 1_000
  return { ...NOTHING, latenciesMs, seconds, cpuSeconds: (user + system) / 1e6 }
}

const NOTHING: Measured = { latenciesMs: [], seconds: 0, cpuSeconds: 0, bytesPerStream: null }

async function timed(way: Way): Promise<number> {
  const startMs = performance.now()
  const text = await way({ words: 'Write a program that adds two numbers.' })
  if (text !== ANSWER) throw new Error(`the answer has ${text.length} characters`)
  return performance.now() - startMs
}

/** With every stream at its first piece of text, less what was there before. */
async function memory(way: Way, streams: number): Promise<number> {
  const before = await bytesHeld()
  const stop = new AbortController()
  const begun: Promise<void>[] = []
  const ended = Array.from({ length: streams }, (_, at) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    begun.push(promise)
    return way({ words: `${HELD}, number ${at}`, signal: stop.signal, first: resolve })
  })
  await Promise.all(begun)
  const held = (await bytesHeld()) - before
  stop.abort()
  await Promise.allSettled(ended)
  return held / streams
}

/** `external` includes the buffers. */
async function bytesHeld(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await setTimeout(SETTLE_MS)
    global.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function main([name = '', origin = '', databaseUrl = '']: readonly string[]): Promise<void> {
  const open = Object.entries(WAYS).find(([each]) => each === name)?.[1]
  if (!open) throw new Error(`there is no way "${name}"`)
  const way = await open({ origin, databaseUrl })
  process.on('message', async message => {
    process.send?.(await obey(way, orderSchema.parse(message)))
  })
  process.on('disconnect', () => process.exit())
  process.send?.(NOTHING)
}

if (import.meta.main) await main(process.argv.slice(2))
