import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  failedCall,
  heldCall,
  type Maker,
  newMaker,
  openBooks,
} from '../../tests/set-up/books.ts'
import type { Sql } from '../db/database.ts'
import { newId } from '../id.ts'
import { audit } from './audit.ts'
import { capture, release, spentMicro } from './holds.ts'
import { adjust, openAccounts, refund } from './ledger.ts'
import { balanceOf } from './posting.ts'

/** Rounds of steps; those of one round run at the same time, each in a transaction on a connection of its own. */

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const GRANT = 300n
const CAP = 200n

/** What happened, counted beside the ledger from what its functions said. */
type Table = {
  maker: Maker
  calls: string[]
  captured: Set<string>
  refunds: Map<string, bigint>
  owed: bigint
}

/** A step of one transaction; what it returns is done when that has committed. */
type Run = (tx: Sql, table: Table) => Promise<() => void>

const nothing = () => {}

const holdOf =
  (amountMicro: bigint): Run =>
  async (tx, { maker, calls }) => {
    const held = await heldCall(tx, books.clock, maker, { amountMicro, capMicro: CAP })
    return typeof held === 'string' ? () => calls.push(held) : nothing
  }

/** A call is captured once, also after its release, which is what a late answer does. */
const captureOf =
  (pick: number, chargeMicro: bigint): Run =>
  async (tx, table) => {
    const callId = table.calls[pick]
    if (callId === undefined || table.captured.has(callId)) return nothing
    table.captured.add(callId)
    await answeredCall(tx, callId, chargeMicro)
    const paid = await capture(tx, books.clock, callId, { micro: chargeMicro, costMicro: chargeMicro })
    return () => {
      table.owed -= paid
    }
  }

const releaseOf =
  (pick: number): Run =>
  async (tx, { calls }) => {
    const callId = calls[pick]
    if (callId !== undefined && (await failedCall(tx, callId)))
      await release(tx, books.clock, callId, 'no answer')
    return nothing
  }

const adjustBy =
  (amountMicro: bigint): Run =>
  async (tx, table) => {
    const { userId } = table.maker
    const done = await adjust(tx, books.clock, {
      key: newId(),
      userId,
      amountMicro,
      reason: 'by hand',
      actor: userId,
    })
    return () => {
      if (done.ok) table.owed += amountMicro
    }
  }

const refundOf =
  (key: string, amountMicro: bigint): Run =>
  async (tx, { maker, refunds }) => {
    const given = {
      ...maker,
      key: `${maker.projectId}:${key}`,
      taskId: 'T1',
      amountMicro,
      reason: 'stuck',
      purse: 'available',
    } as const
    await refund(tx, books.clock, given)
    return () => refunds.set(key, amountMicro)
  }

const grantAgain: Run = async (tx, { maker }) => {
  await openAccounts(tx, books.clock, maker.userId, GRANT)
  return nothing
}

type Step = { says: string; run: Run }

const amounts = fc.bigInt(1n, 120n)
const picks = fc.nat({ max: 5 })
const refunds = fc.constantFrom({ key: 'one', amount: 10n }, { key: 'two', amount: 20n })

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: amounts.map(amount => ({ says: `hold ${amount}`, run: holdOf(amount) })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(picks, amounts)
      .map(([pick, amount]) => ({ says: `capture ${amount} of call ${pick}`, run: captureOf(pick, amount) })),
  },
  { weight: 2, arbitrary: picks.map(pick => ({ says: `release call ${pick}`, run: releaseOf(pick) })) },
  fc.bigInt(-150n, 150n).map(amount => ({ says: `adjust by ${amount}`, run: adjustBy(amount) })),
  refunds.map(({ key, amount }) => ({ says: `refund ${key}`, run: refundOf(key, amount) })),
  fc.constant({ says: 'grant again', run: grantAgain }),
)

const rounds = fc.array(fc.array(steps, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 5 })

test('whatever happens at once, the books balance, nobody is below zero and the cap holds', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async given => {
      const maker = await newMaker(books, { grantMicro: GRANT })
      const table: Table = { maker, calls: [], captured: new Set(), refunds: new Map(), owed: GRANT }
      for (const round of given) {
        await Promise.all(round.map(step => inOne(step, table)))
        await stands(table)
      }
    }),
    { numRuns: 40 },
  )
})

async function inOne({ run }: Step, table: Table): Promise<void> {
  const committed = await books.database.transaction(tx => run(tx, table))
  committed()
}

async function stands({ maker, owed, refunds }: Table): Promise<void> {
  const on = books.database.sql
  expect((await audit(on)).discrepancies).toEqual([])
  const { availableMicro, heldMicro } = await balanceOf(on, maker.userId)
  const refunded = [...refunds.values()].reduce((sum, amount) => sum + amount, 0n)
  expect(availableMicro + heldMicro).toBe(owed + refunded)
  const spending = await spentMicro(on, maker.projectId)
  expect(spending.heldMicro).toBe(heldMicro)
  expect(spending.spentMicro + spending.heldMicro <= CAP).toBe(true)
}
