import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  answeredCall,
  type Books,
  type Maker,
  newMaker,
  openBooks,
  startedCall,
} from '../../tests/set-up/books.ts'
import { creditsFront } from '../../tests/set-up/creditsFront.ts'
import { capture, hold } from '../billing/holds.ts'
import { adjust } from '../billing/ledger.ts'
import { newId } from '../id.ts'
import { type Client, clientOf } from './client.ts'
import { inProcess } from './connection.ts'
import { showCredits } from './creditsCommand.ts'
import { reportLedger } from './reportCommand.ts'
import { openTerminal } from './terminal.ts'

let books: Books
let maker: Maker
let client: Client
let written: string

beforeEach(async () => {
  books = await openBooks()
  maker = await newMaker(books, { grantMicro: 1_000_000_000n })
  const operator = creditsFront(books.database, maker.userId)
  client = clientOf(
    inProcess({ userId: maker.userId, operator, work: async () => {}, close: async () => {} }),
  )
  written = ''
})
afterEach(() => books.close())

const stand = (json = false) => ({
  client,
  terminal: openTerminal(json, {
    write: text => {
      written += text
    },
  }),
})

const paid = (chargeMicro: bigint) =>
  books.database.transaction(async tx => {
    const callId = await startedCall(tx, maker)
    await hold(tx, books.clock, callId, {
      ...maker,
      amountMicro: 60_000_000n,
      capMicro: 1_000_000_000n,
      purse: 'available',
    })
    await answeredCall(tx, callId, chargeMicro)
    await capture(tx, books.clock, callId, { micro: chargeMicro, costMicro: chargeMicro })
    return callId
  })

describe('credits', () => {
  test('are shown with what changed them', async () => {
    await paid(45_000_001n)
    await showCredits(stand(), {})
    expect(written).toContain('Available: 954.999999 credits. Set aside: 0.')
    expect(written).toMatch(/usage deduction +-45\.000001 .*A model call/)
    expect(written).toMatch(/initial grant +1000 .*Initial credits/)
  })

  test('are JSON for programs, page by page', async () => {
    const callId = await paid(45n)
    await showCredits(stand(true), { limit: '1' })
    const first = JSON.parse(written)
    expect(first).toMatchObject({
      balance: { availableCredits: '999.999955', heldCredits: '0' },
      transactions: [{ type: 'usage_deduction', amountCredits: '-0.000045', call: callId, payment: null }],
    })
    written = ''
    await showCredits(stand(true), { limit: '1', after: first.next })
    expect(JSON.parse(written)).toMatchObject({ transactions: [{ type: 'initial_grant' }], next: null })
  })

  test('of another user are not shown', async () => {
    const other = await newMaker(books, { grantMicro: 7n })
    const change = {
      key: newId(),
      userId: other.userId,
      amountMicro: 1n,
      reason: 'secret',
      actor: maker.userId,
    }
    await books.database.transaction(tx => adjust(tx, books.clock, change))
    await showCredits(stand(true), {})
    expect(JSON.parse(written).transactions).toHaveLength(1)
    expect(written).not.toContain('secret')
  })

  test.each([
    [{ after: 'nowhere' }, /place in the list/],
    [{ limit: '0' }, /1 to 200/],
    [{ limit: '201' }, /1 to 200/],
    [{ limit: '-1' }, /1 to 200/],
    [{ limit: '1.5' }, /.+/],
    [{ limit: 'many' }, /.+/],
  ])('asked for by %j are refused in a sentence', async (options, says) => {
    await expect(showCredits(stand(), options)).rejects.toThrow(says)
  })
})

describe('a report', () => {
  test('says what was paid, what it cost, and that no quote was tried yet', async () => {
    await paid(45_000_000n)
    await reportLedger(stand(), {})
    expect(written).toMatch(/scripted +1 +0\.000045 +0\.000045 +0 +0 +0 %/)
    expect(written).toMatch(/total +1 +0\.000045/)
    expect(written).toContain('No quoted project was delivered yet.')
  })

  test('is JSON for programs', async () => {
    await paid(45n)
    await reportLedger(stand(true), { by: 'user', from: '1970-01-01', to: '1970-01-01' })
    expect(JSON.parse(written)).toMatchObject({
      report: {
        by: 'user',
        from: '1970-01-01',
        total: { calls: 1, marginUsd: '0', marginShare: 0 },
        rows: [{ key: maker.userId, calls: 1, costUsd: '0.000000000045' }],
        rehearsal: { calls: 0 },
        quotes: { projects: 0, withinHighShare: null },
      },
    })
  })

  test.each([
    [{ from: 'yesterday' }, /like 2026-11-25/],
    [{ from: '2026-02-30' }, /like 2026-11-25/],
    [{ from: '2026-11-02', to: '2026-11-01' }, /first day comes first/],
    [{ by: 'moon' }, /provider, model/],
  ])('by %j is refused in a sentence', async (options, says) => {
    await expect(reportLedger(stand(), options)).rejects.toThrow(says)
  })
})
