import { eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { audit } from '../../src/billing/audit.ts'
import { capture, type NotHeld, release, spentMicro } from '../../src/billing/holds.ts'
import { type Balance, balanceOf } from '../../src/billing/posting.ts'
import type { Sql } from '../../src/db/database.ts'
import { accounts } from '../../src/db/schema.ts'
import { answeredCall, type Books, failedCall, type Held, heldCall, type Maker } from './books.ts'

type Kind = (typeof accounts.$inferSelect)['kind']
type Also = Partial<Omit<Held, 'amountMicro'>>

/** What is done with credits in tests of the ledger, each in a transaction of its own, and what came of it. */
export type Till = {
  inOne<Value>(steps: (tx: Sql) => Promise<Value>): Promise<Value>
  /** A call with its hold, or why there is none; the cap is 1,000 unless the test says otherwise. */
  begin(maker: Maker, amountMicro: bigint, also?: Also): Promise<string | NotHeld>
  /** The same where nothing forbids it. */
  held(maker: Maker, amountMicro: bigint, also?: Also): Promise<string>
  finish(callId: string, chargeMicro: bigint): Promise<bigint>
  giveBack(callId: string): Promise<void>
  balance(maker: Maker): Promise<Balance>
  spending(maker: Maker): Promise<{ spentMicro: bigint; heldMicro: bigint }>
  /** What is on all accounts of a kind, or on that of one user. */
  on(kind: Kind, of?: Maker): Promise<bigint>
  isBalanced(): Promise<void>
}

export function openTill({ database, clock }: Books): Till {
  const { sql: outside, transaction: inOne } = database
  const begin: Till['begin'] = (maker, amountMicro, also = {}) =>
    inOne(tx => heldCall(tx, clock, maker, { amountMicro, capMicro: 1_000n, ...also }))
  return {
    inOne,
    begin,
    held: async (maker, amountMicro, also) => {
      const begun = await begin(maker, amountMicro, also)
      if (typeof begun === 'string') return begun
      throw new Error(`it is held, but: ${begun.why}`)
    },
    finish: (callId, chargeMicro) =>
      inOne(async tx => {
        await answeredCall(tx, callId, chargeMicro)
        return capture(tx, clock, callId, { micro: chargeMicro, costMicro: chargeMicro })
      }),
    giveBack: callId =>
      inOne(async tx => {
        if (await failedCall(tx, callId)) await release(tx, clock, callId, 'no answer')
      }),
    balance: ({ userId }) => balanceOf(outside, userId),
    spending: ({ projectId }) => spentMicro(outside, projectId),
    on: async (kind, of) => {
      const found = await outside.select().from(accounts).where(eq(accounts.kind, kind))
      const counted = found.filter(({ userId }) => of === undefined || userId === of.userId)
      return counted.reduce((sum, { balanceMicro }) => sum + balanceMicro, 0n)
    },
    isBalanced: async () => expect((await audit(outside)).discrepancies).toEqual([]),
  }
}
