import { Api } from 'grammy'
import { expect, test } from 'vitest'
import type { FakeTelegram } from '../../tests/fakes/telegram/telegram.ts'
import { invoiced, openStall, type Stall } from '../../tests/set-up/stall.ts'
import type { Notice } from '../billing/payments/notice.ts'
import { refundStars, starPayments } from './stars.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const DAY_MS = 86_400_000

const apiOf = ({ token, apiRoot }: FakeTelegram) => new Api(token, { apiRoot })

async function listed(telegram: FakeTelegram, sinceMs: number): Promise<Notice[]> {
  const notices: Notice[] = []
  for await (const notice of starPayments(apiOf(telegram), sinceMs)) notices.push(notice)
  return notices
}

async function bought({ telegram }: Stall): Promise<string> {
  const ada = telegram.user(ADA)
  const payment = await ada.pays(await invoiced(ada))
  if (!payment.paid) throw new Error(payment.says)
  await ada.hears(/Thank you/)
  return payment.chargeId
}

/** So many payments, one an hour, before there was a bot of ours. */
function fill({ transactions, clock }: FakeTelegram, count: number): void {
  const user = { id: 5, is_bot: false, first_name: 'Five' }
  const began = Math.floor(clock.nowMs() / 1_000)
  for (let at = 0; at < count; at++)
    transactions.push({
      id: `stx${at}`,
      amount: 10,
      date: began + at * 3_600,
      source: { type: 'user', transaction_type: 'invoice_payment', user, invoice_payload: `order${at}` },
    })
}

test('the list says of a payment and its refund what the chat said', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const chargeId = await bought(stall)
  telegram.clock.move(DAY_MS)
  expect(await refundStars(stall.bot.api, ADA.id, chargeId)).toEqual({ ok: true, value: 'refunded' })
  await telegram.user(ADA).hears(/given back/)
  const notices = await listed(telegram, 0)
  expect(notices).toEqual(books.notices)
  expect(notices).toMatchObject([
    { reference: chargeId, paid: { amountMinor: 385n, currency: 'xtr' } },
    { reference: chargeId, refundedMinor: 385n },
  ])
})

test('taking the list changes nothing that the chat has told', async () => {
  await using stall = await openStall()
  await bought(stall)
  for await (const notice of starPayments(stall.bot.api, 0))
    expect(await stall.books.take(notice)).toMatchObject({ ok: true, value: { changeMicro: 0n } })
})

test('a payment that waited for longer than Telegram keeps updates is in the list', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { order } = books
  books.order = id => {
    telegram.updates.hold()
    return order(id)
  }
  const ada = telegram.user(ADA)
  await ada.pays(await invoiced(ada))
  telegram.clock.move(DAY_MS)
  expect(books.notices).toEqual([])
  for (const notice of await listed(telegram, 0))
    expect(await books.take(notice)).toMatchObject({ value: { changeMicro: 500_000_000n } })
})

test.each([0, 1, 2, 99, 100, 101, 250, 449, 450])(
  'since payment %i, all from it on are listed',
  async from => {
    await using stall = await openStall()
    const { telegram } = stall
    const beganMs = telegram.clock.nowMs()
    fill(telegram, 450)
    const notices = await listed(telegram, beganMs + from * 3_600_000)
    expect(notices.map(each => each.orderId)).toEqual(
      Array.from({ length: 450 - from }, (_, at) => `order${from + at}`),
    )
  },
)

test('a look at the last day asks for little, however long the list is', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const beganMs = telegram.clock.nowMs()
  fill(telegram, 50_000)
  expect(await listed(telegram, beganMs + 49_976 * 3_600_000)).toHaveLength(24)
  expect(telegram.calls.filter(({ method }) => method === 'getStarTransactions').length).toBeLessThan(40)
})

test('what is no sale of ours is left out, and a refund without its order is named by its payment', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const user = { id: 5, is_bot: false, first_name: 'Five' }
  const at = { date: 1_800_000_000, amount: 7 }
  telegram.transactions.push(
    { id: 'withdrawn', ...at, receiver: { type: 'fragment' } },
    { id: 'ads', ...at, receiver: { type: 'telegram_ads' } },
    {
      id: 'gift',
      ...at,
      receiver: { type: 'user', transaction_type: 'premium_purchase', user },
    },
    { id: 'stx1', ...at, receiver: { type: 'user', transaction_type: 'paid_media_payment', user } },
  )
  expect(await listed(telegram, 0)).toEqual([
    {
      about: 'payment',
      method: 'stars',
      reference: 'stx1',
      orderId: null,
      atMs: 1_800_000_000_000,
      refundedMinor: 7n,
    },
  ])
})

test('a payment is given back once', async () => {
  await using stall = await openStall()
  const { telegram, bot, books } = stall
  const ada = telegram.user(ADA)
  const chargeId = await bought(stall)
  expect(await refundStars(bot.api, ADA.id, chargeId)).toEqual({ ok: true, value: 'refunded' })
  await ada.hears(/given back/)
  expect(await refundStars(bot.api, ADA.id, chargeId)).toEqual({ ok: true, value: 'already' })
  expect(ada.stars()).toBe(100_000)
  expect(await books.availableMicro(ADA.id)).toBe(1_000_000_000n)
})

test('a refund whose answer was cut off has happened', async () => {
  await using stall = await openStall()
  const { telegram, bot } = stall
  const chargeId = await bought(stall)
  telegram.trouble('refundStarPayment', { kind: 'cut', when: 'after' })
  await expect(refundStars(bot.api, ADA.id, chargeId)).rejects.toThrow('did not answer')
  expect(await refundStars(bot.api, ADA.id, chargeId)).toEqual({ ok: true, value: 'already' })
})

test('a payment that is not theirs is refused by its name', async () => {
  await using stall = await openStall()
  const chargeId = await bought(stall)
  expect(await refundStars(stall.bot.api, 666, chargeId)).toMatchObject({ ok: false, reason: 'charge' })
  expect(await refundStars(stall.bot.api, ADA.id, 'stx0')).toMatchObject({ ok: false, reason: 'charge' })
})

test('a refund that fails does not show the token', async () => {
  await using stall = await openStall()
  const { telegram, bot } = stall
  telegram.trouble('refundStarPayment', { kind: 'cut', when: 'before' })
  const thrown: unknown = await refundStars(bot.api, 1, 'stx1').catch(each => each)
  expect(thrown).toBeInstanceOf(Error)
  expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain(telegram.token)
  expect(thrown).toMatchObject({ cause: undefined })
})
