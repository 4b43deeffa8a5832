import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { audit } from '../../src/billing/audit.ts'
import { type Balance, balanceOf } from '../../src/billing/posting.ts'
import { type ListedPrice, listPrices } from '../../src/billing/pricing.ts'
import { calls } from '../../src/db/schema.ts'
import { refuse } from '../../src/failure.ts'
import { boundOf } from '../../src/llm/bound.ts'
import { openBreaker } from '../../src/llm/breaker.ts'
import type { CallOrder, CallResult } from '../../src/llm/call.ts'
import { type Gateway, type GatewayParts, openGateway } from '../../src/llm/gateway.ts'
import type { KeyPool } from '../../src/llm/keys/pool.ts'
import type { Model, ModelRequest } from '../../src/llm/model.ts'
import { openMetrics } from '../../src/metrics.ts'
import { scriptedModel } from '../fakes/model.ts'
import { type Books, type Maker, newMaker, openBooks, priceLike } from './books.ts'
import { TARIFF } from './tariff.ts'

/** A token of input costs a micro-credit, one of output two: a scripted answer uses 10 and 5, which is 20. */
export const PRICE = priceLike({ inputPicoUsd: 1n, outputPicoUsd: 2n })
export const CHARGE = 20n
export const GRANT = 10_000n

export const REQUEST: ModelRequest = {
  kind: 'implement',
  system: 'You write programs.',
  turns: [{ role: 'user', text: 'Write one.' }],
  outputTokensMax: 100,
}
/** Half of the bytes of the request as input, and all the output that it may write. */
export const WORST = BigInt(boundOf(REQUEST).inputTokens) + 200n

const CALL_LIMIT_MS = 60_000

/** Scripted models need no keys. */
const NO_KEYS: KeyPool = {
  lease: async () => refuse('no-key', 'There is no key.'),
  heed: async () => {},
}

/** A maker with credits, whose calls go through the gateway to whatever model the test hands in. */
export type Calls = {
  books: Books
  /** The maker of the test; `next` brings another one. */
  maker(): Maker
  next(): Promise<void>
  list(price: Partial<ListedPrice>): Promise<number>
  /** Over these models, best first, with other parts where a test wants them. */
  gateway(model: Model | readonly Model[], also?: Partial<GatewayParts>): Gateway
  /** What the maker orders, with other words where a test wants them. */
  order(also?: Partial<CallOrder>): CallOrder
  call(model: Model | readonly Model[], also?: Partial<CallOrder>, signal?: AbortSignal): Promise<CallResult>
  /** The process dies in the middle of the call: its row stands, nothing else is known. */
  dieIn(model?: string): Promise<void>
  journal(): Promise<(typeof calls.$inferSelect)[]>
  balance(): Promise<Balance>
  /** The maker has spent this and holds nothing, and the books balance. */
  stands(spent: bigint): Promise<void>
}

export async function openCalls(): Promise<Calls> {
  const books = await openBooks()
  const { database, clock } = books
  let maker = await newMaker(books, { grantMicro: GRANT })
  const gateway = (model: Model | readonly Model[], also: Partial<GatewayParts> = {}) => {
    const models = [model].flat()
    const route = { architect: models, implementer: models, verifier: models }
    return openGateway({
      database,
      clock,
      route: () => route,
      keys: NO_KEYS,
      breaker: openBreaker(),
      metrics: openMetrics(),
      tariff: TARIFF,
      callLimitMs: CALL_LIMIT_MS,
      ...also,
    })
  }
  const order = (also: Partial<CallOrder> = {}): CallOrder => ({
    ...maker,
    epoch: 1,
    step: 1,
    ordinal: 1,
    role: 'implementer',
    request: REQUEST,
    capMicro: GRANT,
    ...also,
  })
  const list = (price: Partial<ListedPrice>) =>
    database.transaction(tx =>
      listPrices(tx, clock, [{ provider: 'scripted', model: 'model', ...PRICE, ...price }], 'catalogue'),
    )
  const balance = () => balanceOf(database.sql, maker.userId)
  const call: Calls['call'] = (model, also = {}, signal = new AbortController().signal) =>
    gateway(model).call(order(also), signal)
  await list({})
  return {
    books,
    maker: () => maker,
    next: async () => {
      maker = await newMaker(books, { grantMicro: GRANT })
    },
    list,
    gateway,
    order,
    call,
    dieIn: async model => {
      const dying = scriptedModel(() => {
        throw new Error('killed')
      }, model)
      await expect(call(dying)).rejects.toThrow('killed')
    },
    journal: () =>
      database.sql.select().from(calls).where(eq(calls.projectId, maker.projectId)).orderBy(calls.startedAt),
    balance,
    stands: async spent => {
      expect(await balance()).toEqual({ availableMicro: GRANT - spent, heldMicro: 0n, owedMicro: 0n })
      expect((await audit(database.sql)).discrepancies).toEqual([])
    },
  }
}
