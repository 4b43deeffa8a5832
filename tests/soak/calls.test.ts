import { expect, test } from 'vitest'
import { audit } from '../../src/billing/audit.ts'
import { newId } from '../../src/id.ts'
import type { CallOrder } from '../../src/llm/call.ts'
import type { Maker } from '../set-up/books.ts'
import { chance } from './chance.ts'
import { type House, openHouse, standOf } from './house.ts'
import { callOf, type Ended, spilled, unwelcome, wrongMoney } from './proofs.ts'
import { startProvider } from './provider.ts'

/**
 * Calls in parallel through the whole gateway, to a provider that fails one request in five in every way there is, over
 * five keys of which two are refused on the way. SOAK_CALLS in the environment says how many; SOAK_SEED repeats a run.
 */

const CALLS = Number(process.env.SOAK_CALLS ?? 1_000)
const SEED = process.env.SOAK_SEED ?? newId()

const WORKERS = 40
/** Two workers share a project: its calls wait for each other's locks. */
const MAKERS = 20
const FAULTS_PERCENT = 20
const TIMEOUT_MS = 1_800_000
const REPEATED_PERCENT = 5
/** Of a hundred callers, this many go away while they wait. */
const IMPATIENT_PERCENT = 1
const PATIENCE_MS = 40

const KEYS = ['a', 'b', 'c', 'd', 'e'].map(letter => `sk-or-v1-${letter.repeat(8)}-${newId()}`)

test(`${CALLS} calls, each charged once at its exact cost or not at all (seed ${SEED})`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const revokes = KEYS.slice(0, 2).map((key, at) => ({
    key,
    afterRequests: Math.floor((CALLS * (at + 1)) / 3),
  }))
  await using provider = await startProvider({
    seed: SEED,
    faultsPercent: FAULTS_PERCENT,
    keys: KEYS,
    revokes,
  })
  await using house = await openHouse({ origin: provider.origin, keys: KEYS, makers: MAKERS })
  const startMs = performance.now()
  const ended = await makeCalls(house)
  const seconds = Math.round((performance.now() - startMs) / 1_000)

  const faults = Map.groupBy(provider.generations, ({ fault }) => fault ?? 'none')
  const counts = [...faults].map(([fault, { length }]) => `${length} ${fault}`)
  const good = ended.filter(({ result }) => result.ok).length
  process.stdout.write(
    `seed ${SEED}: ${CALLS} calls in ${seconds} s, ${good} answered; ${provider.generations.length} requests: ${counts.join(', ')}\n`,
  )
  expect(ended).toHaveLength(CALLS)
  expect(await wrongMoney(house, provider, ended)).toEqual([])
  expect((await audit(house.database.sql)).discrepancies).toEqual([])
  expect(house.keys.wrongly()).toEqual([])
  expect(await unwelcome(house, provider)).toEqual([])
  expect(await spilled(house, KEYS)).toEqual([])

  // What was to be proven has happened.
  expect(good).toBeGreaterThan(CALLS * 0.8)
  expect(await standOf(house)).toEqual({ active: 3, disabled: 2 })
  expect(house.keys.heeded()).toBeGreaterThan(CALLS / 200)
  expect(house.logged()).toContain('a key rests')
  expect(house.logged()).toContain('a key is disabled')
  await asksNothingTwice(house, ended, () => provider.generations.length)
})

async function makeCalls(house: House): Promise<Ended[]> {
  const ended: Ended[] = []
  let next = 0
  const work = async (worker: number) => {
    const maker = house.makers[worker % MAKERS]
    if (!maker) throw new Error('every worker has a maker')
    while (next < CALLS) ended.push(await makeCall(house, maker, next++))
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
  return ended
}

async function makeCall(house: House, maker: Maker, ordinal: number): Promise<Ended> {
  const order = orderOf(maker, ordinal)
  const isImpatient = chance(100, SEED, ordinal, 'impatient') < IMPATIENT_PERCENT
  const signal = isImpatient ? AbortSignal.timeout(PATIENCE_MS) : new AbortController().signal
  const result = await house.gateway.call(order, signal)
  house.log.debug({ call: callOf(order), result }, 'a call ended')
  return { call: callOf(order), userId: maker.userId, result }
}

/** The step, role and words follow from the ordinal, so that the same one is the same call. */
function orderOf(maker: Maker, ordinal: number): CallOrder {
  const step = 1 + (ordinal % 3)
  const name = callOf({ projectId: maker.projectId, step, ordinal })
  return {
    ...maker,
    epoch: 1,
    step,
    ordinal,
    role: ordinal % 2 === 0 ? 'implementer' : 'architect',
    request: {
      kind: 'implement',
      system: 'You write programs.',
      turns: [{ role: 'user', text: `Answer call ${name}.` }],
      outputTokensMax: 200,
    },
    capMicro: 1_000_000_000_000n,
  }
}

/** Ordered again, a finished call is found and not made. */
async function asksNothingTwice(
  house: House,
  ended: readonly Ended[],
  requests: () => number,
): Promise<void> {
  const before = requests()
  const finished = ended.filter(({ call, result }) => result.ok && chance(100, SEED, call) < REPEATED_PERCENT)
  for (const { call, result } of finished) {
    const maker = house.makers.find(({ projectId }) => call.startsWith(projectId))
    if (!maker || !result.ok) throw new Error(`call ${call} has a maker`)
    const again = await makeCall(house, maker, Number(call.split('/')[2]))
    expect(again.result).toMatchObject({ ok: true, text: result.text })
  }
  expect(requests()).toBe(before)
}
