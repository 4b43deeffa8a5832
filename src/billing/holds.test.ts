import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  answeredAt,
  type Books,
  MARKED_UP,
  newMaker,
  openBooks,
  startedCall,
  waitsForLocks,
} from '../../tests/set-up/books.ts'
import { openTill, type Till } from '../../tests/set-up/till.ts'
import { accounts, holds, users } from '../db/schema.ts'
import { newId } from '../id.ts'
import { capture, hold, release } from './holds.ts'
import { refund } from './ledger.ts'

let books: Books
let till: Till
beforeAll(async () => {
  books = await openBooks()
  till = openTill(books)
})
afterAll(() => books.close())

const FULL = { availableMicro: 100n, heldMicro: 0n, owedMicro: 0n }
const maker = (grantMicro = 100n) => newMaker(books, { grantMicro })

describe('a hold', () => {
  test('moves credits aside; the exact charge is captured and the rest comes back', async () => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    expect(await till.balance(ada)).toEqual({ availableMicro: 40n, heldMicro: 60n, owedMicro: 0n })
    expect(await till.finish(callId, 45n)).toBe(45n)
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 55n })
    expect(await till.spending(ada)).toEqual({ spentMicro: 45n, heldMicro: 0n })
    await till.isBalanced()
  })

  test('that is released comes back whole, once', async () => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    await Promise.all([till.giveBack(callId), till.giveBack(callId)])
    expect(await till.balance(ada)).toEqual(FULL)
    expect(await till.spending(ada)).toEqual({ spentMicro: 0n, heldMicro: 0n })
    await till.isBalanced()
  })

  test('of nothing stands for a call that costs nothing, also for somebody without credits', async () => {
    const ada = await maker(0n)
    expect(await till.finish(await till.held(ada, 0n), 0n)).toBe(0n)
    await till.giveBack(await till.held(ada, 0n))
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 0n })
    await till.isBalanced()
  })

  test.each([
    { amountMicro: 101n, capMicro: 1_000n, why: 'too-few-credits', neededMicro: 101n, availableMicro: 100n },
    { amountMicro: 51n, capMicro: 50n, why: 'over-cap', committedMicro: 51n },
    { amountMicro: 101n, capMicro: 50n, why: 'over-cap', committedMicro: 101n },
  ])('of $amountMicro of 100 credits under a cap of $capMicro is refused: $why', async given => {
    const { amountMicro, capMicro, ...says } = given
    const ada = await maker()
    const refused = says.why === 'over-cap' ? { ...says, capMicro } : says
    expect(await till.begin(ada, amountMicro, { capMicro })).toEqual(refused)
    expect(await till.balance(ada)).toEqual(FULL)
  })

  test('of all there is, up to the cap, stands', async () => {
    const ada = await maker()
    await till.held(ada, 100n, { capMicro: 100n })
    expect(await till.balance(ada)).toEqual({ availableMicro: 0n, heldMicro: 100n, owedMicro: 0n })
  })

  test('counts what the project has spent and holds against its cap, and a refund frees it again', async () => {
    const ada = await maker(1_000n)
    const capMicro = 100n
    await till.finish(await till.held(ada, 40n, { capMicro }), 40n)
    await till.held(ada, 30n, { capMicro })
    const over = { why: 'over-cap', committedMicro: 101n, capMicro }
    expect(await till.begin(ada, 31n, { capMicro })).toEqual(over)
    await till.inOne(tx => refund(tx, books.clock, { ...ada, ...REFUND, key: newId(), amountMicro: 1n }))
    await till.held(ada, 31n, { capMicro })
    await till.isBalanced()
  })

  test('and another at the same moment cannot spend the same credit', async () => {
    const ada = await maker()
    const begun = await Promise.all(Array.from({ length: 6 }, () => till.begin(ada, 60n)))
    const refused = { why: 'too-few-credits', neededMicro: 60n, availableMicro: 40n }
    expect(begun.filter(one => typeof one !== 'string')).toEqual(Array(5).fill(refused))
    expect(await till.balance(ada)).toEqual({ availableMicro: 40n, heldMicro: 60n, owedMicro: 0n })
  })

  test.each(['available', 'tab'] as const)(
    'from %s and another at the same moment cannot exceed the cap together',
    async purse => {
      const ada = await maker(1_000n)
      const begin = () => till.begin(ada, 60n, { capMicro: 100n, purse })
      const begun = await Promise.all(Array.from({ length: 6 }, begin))
      const refused = { why: 'over-cap', committedMicro: 120n, capMicro: 100n }
      expect(begun.filter(one => typeof one !== 'string')).toEqual(Array(5).fill(refused))
      expect(await till.spending(ada)).toEqual({ spentMicro: 0n, heldMicro: 60n })
    },
  )

  test('for somebody without accounts is refused', async () => {
    const ada = await maker()
    const order = { ...ada, userId: 'nobody', amountMicro: 1n, capMicro: 1n, purse: 'available' } as const
    const refused = { why: 'too-few-credits', neededMicro: 1n, availableMicro: 0n }
    expect(await till.inOne(tx => hold(tx, books.clock, newId(), order))).toEqual(refused)
  })

  test('stands for a call of the journal and for no other', async () => {
    const ada = await maker()
    const order = { ...ada, amountMicro: 1n, capMicro: 1n, purse: 'available' } as const
    await expect(till.inOne(tx => hold(tx, books.clock, newId(), order))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('holds_call_id_calls_id_fk') },
    })
  })
})

const REFUND = { taskId: 'T1', reason: 'stuck', purse: 'available' } as const

describe('a hold from the tab', () => {
  const purse = 'tab'

  test('needs no credits; what is charged stays on the tab and the rest comes off it', async () => {
    const ada = await maker(0n)
    const callId = await till.held(ada, 60n, { purse })
    expect(await till.on('tab', ada)).toBe(-60n)
    expect(await till.finish(callId, 45n)).toBe(45n)
    expect(await till.on('tab', ada)).toBe(-45n)
    expect(await till.balance(ada)).toEqual({ availableMicro: 0n, heldMicro: 0n, owedMicro: 0n })
    await till.isBalanced()
  })

  test('leaves credits alone', async () => {
    const ada = await maker()
    await till.finish(await till.held(ada, 60n, { purse }), 60n)
    expect(await till.balance(ada)).toEqual(FULL)
  })

  test('obeys the cap, which counts what was spent from either purse', async () => {
    const ada = await maker()
    const capMicro = 100n
    await till.finish(await till.held(ada, 40n, { purse, capMicro }), 40n)
    await till.finish(await till.held(ada, 30n, { capMicro }), 30n)
    expect(await till.spending(ada)).toEqual({ spentMicro: 70n, heldMicro: 0n })
    const over = { why: 'over-cap', committedMicro: 101n, capMicro }
    expect(await till.begin(ada, 31n, { purse, capMicro })).toEqual(over)
    await till.held(ada, 30n, { purse, capMicro })
    await till.isBalanced()
  })

  test('that is refunded comes off the tab and frees the cap', async () => {
    const ada = await maker(0n)
    await till.finish(await till.held(ada, 60n, { purse }), 45n)
    const back = { ...ada, ...REFUND, purse, key: newId(), amountMicro: 45n } as const
    await till.inOne(tx => refund(tx, books.clock, back))
    expect(await till.on('tab', ada)).toBe(0n)
    expect(await till.spending(ada)).toEqual({ spentMicro: 0n, heldMicro: 0n })
    await till.isBalanced()
  })
})

test.each([
  { from: 'available', now: 'tab', kept: { availableMicro: 85n, onTab: -30n } },
  { from: 'tab', now: 'available', kept: { availableMicro: 70n, onTab: -15n } },
] as const)(
  'what is held from $from goes back there, also when calls are paid from $now since',
  async ({ from, now, kept }) => {
    const ada = await maker()
    const [charged, failed] = [
      await till.held(ada, 20n, { purse: from }),
      await till.held(ada, 20n, { purse: from }),
    ]
    await till.finish(await till.held(ada, 30n, { purse: now }), 30n)
    await till.finish(charged, 15n)
    await till.giveBack(failed)
    const { availableMicro, heldMicro } = await till.balance(ada)
    expect({ availableMicro, onTab: await till.on('tab', ada) }).toEqual(kept)
    expect(heldMicro).toBe(0n)
    await till.isBalanced()
  },
)

describe('an account that is locked', () => {
  const lock = (userId: string, frozen: 'operator' | null) =>
    books.database.sql.update(users).set({ frozen }).where(eq(users.id, userId))

  test.each(['available', 'tab'] as const)('is refused a hold from %s, whatever is there', async purse => {
    const ada = await maker()
    await lock(ada.userId, 'operator')
    expect(await till.begin(ada, 1n, { purse })).toEqual({ why: 'frozen' })
    expect(await till.begin(ada, 1_001n, { purse })).toEqual({ why: 'frozen' })
    expect(await till.balance(ada)).toEqual(FULL)
    await lock(ada.userId, null)
    await till.held(ada, 1n, { purse })
  })

  test('still pays for the calls that were under way, and gets the rest back', async () => {
    const ada = await maker()
    const [charged, failed] = [await till.held(ada, 60n), await till.held(ada, 40n)]
    await lock(ada.userId, 'operator')
    await till.finish(charged, 45n)
    await till.giveBack(failed)
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 55n })
  })
})

describe('a capture', () => {
  test('gives the provider what the call cost, and the house the rest', async () => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    const before = { revenue: await till.on('revenue'), providers: await till.on('providers') }
    await till.inOne(async tx => {
      const charge = await answeredAt(tx, callId, MARKED_UP, 30)
      expect(await capture(tx, books.clock, callId, charge)).toBe(45n)
    })
    expect((await till.on('revenue')) - before.revenue).toBe(15n)
    expect((await till.on('providers')) - before.providers).toBe(30n)
    await till.isBalanced()
  })

  test('above its hold is paid by the platform', async () => {
    const ada = await maker()
    const [providers, overrun] = [await till.on('providers'), await till.on('overrun')]
    expect(await till.finish(await till.held(ada, 60n), 75n)).toBe(60n)
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 40n })
    expect((await till.on('providers')) - providers).toBe(75n)
    expect((await till.on('overrun')) - overrun).toBe(-15n)
    await till.isBalanced()
  })

  test('after the hold was released is paid by the platform', async () => {
    const ada = await maker()
    const overrun = await till.on('overrun')
    const callId = await till.held(ada, 60n)
    await till.giveBack(callId)
    expect(await till.finish(callId, 45n)).toBe(0n)
    expect(await till.balance(ada)).toEqual(FULL)
    expect((await till.on('overrun')) - overrun).toBe(-45n)
    await till.isBalanced()
  })

  const charged = (micro: bigint, costMicro = micro) => ({ micro, costMicro })
  const refused = (callId: string, charge: { micro: bigint; costMicro: bigint }, says: string) =>
    expect(till.inOne(tx => capture(tx, books.clock, callId, charge))).rejects.toMatchObject({
      cause: { message: expect.stringContaining(says) },
    })

  test('is made once', async () => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    await till.finish(callId, 45n)
    await refused(callId, charged(45n), 'captured once')
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 55n })
  })

  test('at the same moment as another is made once', async () => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    const once = () => till.inOne(tx => capture(tx, books.clock, callId, charged(45n)))
    const ended = await Promise.allSettled([once(), once(), once()])
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 55n })
    await till.inOne(tx => answeredAt(tx, callId, { ...MARKED_UP, markupMillionths: 1_000_000n }, 45))
  })

  test('of nothing gives the hold back whole', async () => {
    const ada = await maker()
    expect(await till.finish(await till.held(ada, 60n), 0n)).toBe(0n)
    expect(await till.balance(ada)).toEqual(FULL)
    await till.isBalanced()
  })

  test.each([
    ['a charge', charged(-1n, 0n)],
    ['a cost', charged(1n, -1n)],
  ])('with %s below zero is refused by the database', async (_, charge) => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    await refused(callId, charge, 'costs nothing or more')
    expect(await till.balance(ada)).toEqual({ availableMicro: 40n, heldMicro: 60n, owedMicro: 0n })
  })

  test('of a call without a hold is refused by the database', async () => {
    const ada = await maker()
    const captured = till.inOne(async tx => capture(tx, books.clock, await startedCall(tx, ada), charged(1n)))
    await expect(captured).rejects.toMatchObject({
      cause: { message: expect.stringContaining('has no hold') },
    })
  })
})

test('a release after the capture changes nothing', async () => {
  const ada = await maker()
  const callId = await till.held(ada, 60n)
  await till.finish(callId, 45n)
  await till.inOne(tx => release(tx, books.clock, callId, 'too late'))
  expect(await till.balance(ada)).toEqual({ ...FULL, availableMicro: 55n })
  const [kept] = await books.database.sql.select().from(holds).where(eq(holds.callId, callId))
  expect(kept?.status).toBe('captured')
})

test.each(['finish', 'giveBack'] as const)(
  '%s and a hold at the same moment never wait for each other',
  async end => {
    const ada = await maker()
    const callId = await till.held(ada, 60n)
    const { ending } = await till.inOne(async tx => {
      const lock = (id: string) => tx.select().from(accounts).where(eq(accounts.id, id)).for('update')
      await lock(`available:${ada.userId}`)
      const ending = till[end](callId, 45n)
      await waitsForLocks(books, 1)
      await lock(`held:${ada.userId}`)
      return { ending }
    })
    await ending
    expect((await till.balance(ada)).heldMicro).toBe(0n)
  },
)
