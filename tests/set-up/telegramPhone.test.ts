import { Api } from 'grammy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Phone } from '../fakes/telegram/phone.ts'
import { type FakeTelegram, startTelegram } from '../fakes/telegram/telegram.ts'

/** The people and the money behind the fake of Telegram. */

let telegram: FakeTelegram
let api: Api
let ada: Phone

beforeEach(async () => {
  telegram = await startTelegram()
  api = new Api(telegram.token, { apiRoot: telegram.apiRoot })
  ada = telegram.user({ id: 501, username: 'ada', language_code: 'en' })
  ada.says('/start')
})

afterEach(() => telegram[Symbol.asyncDispose]())

const PRICES = [{ label: 'Credits', amount: 385 }]
const chat_id = 501

describe('updates', () => {
  const ids = async (params: Parameters<Api['getUpdates']>[0]) =>
    (await api.getUpdates(params)).map(({ update_id }) => update_id)

  test('come again until they are confirmed, and never after', async () => {
    const [first = 0] = await ids({})
    const second = ada.says('more')
    expect(await ids({})).toEqual([first, second])
    expect(await ids({ limit: 1 })).toEqual([first])
    expect(await ids({ offset: second })).toEqual([second])
    expect(await ids({})).toEqual([second])
    expect(await ids({ offset: second + 1 })).toEqual([])
    expect(await ids({ offset: first })).toEqual([])
  })

  test('are waited for', async () => {
    const [first = 0] = await ids({})
    const waiting = ids({ offset: first + 1, timeout: 30 })
    await telegram.updates.confirmed(first)
    const next = ada.says('now')
    expect(await waiting).toEqual([next])
  })

  test('are waited for no longer than asked', async () => {
    const [first = 0] = await ids({})
    const waiting = ids({ offset: first + 1, timeout: 30 })
    await telegram.clock.pass(30_000)
    expect(await waiting).toEqual([])
  })

  test('are for one reader: the later one ends the earlier', async () => {
    const [first = 0] = await ids({})
    const waiting = ids({ offset: first + 1, timeout: 30 })
    const ended = expect(waiting).rejects.toThrow('409: Conflict: terminated by other getUpdates request')
    await telegram.updates.confirmed(first)
    expect(await ids({ offset: first + 1 })).toEqual([])
    await ended
  })

  test('come by webhook or by asking', async () => {
    await api.setWebhook('https://bot.example/hook')
    await expect(api.getUpdates()).rejects.toThrow('409: Conflict')
    await api.deleteWebhook()
    expect(await ids({})).toHaveLength(1)
    await api.deleteWebhook({ drop_pending_updates: true })
    expect(await ids({})).toEqual([])
  })

  test('come of the kinds that were asked for, until others are', async () => {
    await ids({ allowed_updates: ['callback_query'] })
    ada.says('unheard')
    expect(await ids({})).toHaveLength(1)
    await ids({ allowed_updates: [] })
    ada.says('heard')
    expect(await ids({})).toHaveLength(2)
  })

  test('are kept for a day', async () => {
    telegram.clock.move(86_400_000)
    expect(await ids({})).toEqual([])
  })

  test('come again, twice or in the wrong order when a test wants so', async () => {
    const [first = 0] = await ids({})
    expect(await ids({ offset: first + 1 })).toEqual([])
    telegram.updates.again(first)
    expect(await ids({ offset: first + 1 })).toEqual([first])
    const [twin, next] = [telegram.updates.twin(first), ada.says('next')]
    telegram.updates.backwards()
    expect(await ids({ offset: first + 1 })).toEqual([next, twin])
    expect(await ids({ offset: first + 1 })).toEqual([twin, next])
    expect(telegram.updates.deliveries(first)).toBe(2)
  })
})

describe('paying', () => {
  const invoice = () => api.sendInvoice(chat_id, 'Credits', '500 credits', 'order-1', 'XTR', PRICES)
  const checkout = async () => {
    const found = (await api.getUpdates()).findLast(each => each.pre_checkout_query)
    return found?.pre_checkout_query ?? { id: '' }
  }
  /** The bot agrees to what is being paid. */
  const agree = async () => api.answerPreCheckoutQuery((await checkout()).id, true)

  test('takes Stars after the bot has agreed, and tells of it', async () => {
    const paying = ada.pays(await invoice())
    expect(await checkout()).toMatchObject({ currency: 'XTR', total_amount: 385, invoice_payload: 'order-1' })
    expect(ada.stars()).toBe(100_000)
    await agree()
    const payment = await paying
    const last = (await api.getUpdates()).at(-1)
    expect(last?.message?.successful_payment).toMatchObject({
      total_amount: 385,
      invoice_payload: 'order-1',
      telegram_payment_charge_id: payment.paid && payment.chargeId,
    })
    expect(ada.stars()).toBe(99_615)
  })

  test('takes nothing when the bot says no', async () => {
    const paying = ada.pays(await invoice())
    await api.answerPreCheckoutQuery((await checkout()).id, false, { error_message: 'Sold out' })
    expect(await paying).toMatchObject({ paid: false, says: 'Sold out' })
    expect(ada.stars()).toBe(100_000)
  })

  test('is not answered twice', async () => {
    const paying = ada.pays(await invoice())
    const { id } = await checkout()
    await api.answerPreCheckoutQuery(id, true)
    await paying
    await expect(api.answerPreCheckoutQuery(id, true)).rejects.toThrow('query is too old')
    expect(telegram.complaints).toHaveLength(1)
  })

  test('ends after ten seconds', async () => {
    const paying = ada.pays(await invoice())
    const { id } = await checkout()
    await telegram.clock.pass(10_000)
    expect(await paying).toMatchObject({ paid: false, says: 'Payment timed out.' })
    await expect(api.answerPreCheckoutQuery(id, true)).rejects.toThrow('query is too old')
    expect(telegram.complaints).toEqual([])
  })

  test('is not for whoever has too few Stars', async () => {
    const bo = telegram.user({ id: 9, stars: 384 })
    expect(await bo.paysForwardedInvoice(await invoice())).toMatchObject({ paid: false })
  })

  test('by a copy works where the invoice has no parameter to start with', async () => {
    const eve = telegram.user({ id: 666 })
    const paying = eve.paysForwardedInvoice(await invoice())
    expect(await checkout()).toMatchObject({ from: { id: 666 } })
    await agree()
    expect((await paying).paid).toBe(true)
    const closed = await api.sendInvoice(chat_id, 'A', 'B', 'C', 'XTR', PRICES, { start_parameter: 'buy' })
    await expect(eve.paysForwardedInvoice(closed)).rejects.toThrow('no Pay button')
    await expect(eve.pays(closed)).rejects.toThrow('no such invoice')
  })

  test('by link works for anybody, again and again, with a charge of its own each time', async () => {
    const link = await api.createInvoiceLink('Credits', '500 credits', 'order-2', '', 'XTR', PRICES)
    const charges = new Set()
    for (const person of [ada, telegram.user({ id: 666 }), ada]) {
      const paying = person.pays(link)
      await agree()
      const payment = await paying
      if (payment.paid) charges.add(payment.chargeId)
    }
    expect(charges.size).toBe(3)
  })

  test('is given back once, to whoever paid, and stands in the list from the oldest on', async () => {
    const paying = ada.pays(await invoice())
    await agree()
    const { chargeId } = Object.assign({ chargeId: '' }, await paying)
    await expect(api.refundStarPayment(666, chargeId)).rejects.toThrow('CHARGE_NOT_FOUND')
    await api.refundStarPayment(501, chargeId)
    await expect(api.refundStarPayment(501, chargeId)).rejects.toThrow('CHARGE_ALREADY_REFUNDED')
    expect(ada.stars()).toBe(100_000)
    const { transactions } = await api.getStarTransactions()
    expect(transactions).toMatchObject([
      { id: chargeId, amount: 385, source: { invoice_payload: 'order-1' } },
      { id: chargeId, amount: 385, receiver: { invoice_payload: 'order-1' } },
    ])
    expect(await api.getStarTransactions({ offset: 1, limit: 1 })).toEqual({
      transactions: [transactions[1]],
    })
    const last = (await api.getUpdates()).at(-1)?.message
    expect(last).toMatchObject({ from: { is_bot: true }, refunded_payment: { total_amount: 385 } })
  })
})

describe('troubles', () => {
  test('come to the next calls of a method, in their order', async () => {
    telegram.trouble('sendMessage', { kind: 'blocked' }, { kind: 'server-error', status: 500 })
    telegram.trouble('sendMessage', { kind: 'server-error', status: 502 }, { kind: 'cut', when: 'before' })
    telegram.trouble('sendMessage', { kind: 'cut', when: 'after' })
    for (const says of ['403: Forbidden: bot was blocked', '500: Internal', 'Network', 'Network', 'Network'])
      await expect(api.sendMessage(chat_id, says)).rejects.toThrow(says)
    expect(telegram.sent(chat_id)).toHaveLength(1)
    await api.sendMessage(chat_id, 'well')
    expect(telegram.sent(chat_id)).toHaveLength(2)
    expect(telegram.complaints).toEqual([])
  })

  test('whoever comes back sooner than asked is complained about', async () => {
    telegram.trouble('sendMessage', { kind: 'too-many', retryAfter: 60 })
    await expect(api.sendMessage(chat_id, 'a')).rejects.toMatchObject({ parameters: { retry_after: 60 } })
    expect(telegram.complaints).toEqual([])
    telegram.clock.move(59_000)
    await expect(api.sendMessage(chat_id, 'a')).rejects.toMatchObject({ parameters: { retry_after: 1 } })
    expect(telegram.complaints).toHaveLength(1)
    telegram.clock.move(1_000)
    await api.sendMessage(chat_id, 'a')
  })

  test('whoever blocks the bot hears nothing of it until they do no longer', async () => {
    ada.blocks()
    await expect(api.sendMessage(chat_id, 'a')).rejects.toThrow('403: Forbidden: bot was blocked by the user')
    ada.unblocks()
    await api.sendMessage(chat_id, 'a')
    expect(telegram.complaints).toEqual([])
  })
})
