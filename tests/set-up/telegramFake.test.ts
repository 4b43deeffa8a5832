import { Api } from 'grammy'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { KnownMethod } from '../fakes/telegram/methods.ts'
import { buttonOf, type Phone } from '../fakes/telegram/phone.ts'
import { type FakeTelegram, startTelegram } from '../fakes/telegram/telegram.ts'

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

type Answer = { ok: boolean; error_code?: number; description?: string; result?: unknown }

/** Asks as any program may, not only as grammY does. */
async function ask(method: string, params?: unknown, token = telegram.token): Promise<Answer> {
  const response = await fetch(`${telegram.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...(params === undefined ? {} : { body: JSON.stringify(params) }),
  })
  return JSON.parse(await response.text())
}

const INVOICE = {
  title: 'Credits',
  description: '500 credits',
  payload: 'order-1',
  provider_token: '',
  currency: 'XTR',
  prices: [{ label: 'Credits', amount: 385 }],
}
const PRICES = [{ label: 'Credits', amount: 385 }]
const chat_id = 501
const keyboard = (...buttons: object[]) => ({ inline_keyboard: [buttons] })
const pay = { text: 'Pay', pay: true }
const ok = { text: 'Ok', callback_data: 'ok' }

describe('what is refused and complained about', () => {
  const text = 'Hello'
  const invoice = { chat_id, ...INVOICE }
  const REFUSED: [string, KnownMethod | 'getMyself', object, string][] = [
    ['an unknown method', 'getMyself', {}, 'not found'],
    ['an unknown parameter', 'sendMessage', { chat_id, text, txt: 'a' }, 'txt'],
    ['a missing parameter', 'sendMessage', { chat_id }, 'text'],
    ['a wrong type', 'sendMessage', { chat_id: '501', text }, 'chat_id'],
    ['an unknown chat', 'sendMessage', { chat_id: 9, text }, 'chat not found'],
    ['an empty text', 'sendMessage', { chat_id, text: ' \n' }, 'message text is empty'],
    ['a text of 4097', 'sendMessage', { chat_id, text: 'a'.repeat(4_097) }, 'message is too long'],
    ['an open tag', 'sendMessage', { chat_id, text: '<b>a', parse_mode: 'HTML' }, "can't parse entities"],
    [
      'a wrong tag',
      'sendMessage',
      { chat_id, text: '<p>a</p>', parse_mode: 'HTML' },
      'Unsupported start tag "p"',
    ],
    [
      'crossed tags',
      'sendMessage',
      { chat_id, text: '<b><i>a</b></i>', parse_mode: 'HTML' },
      'Unmatched end tag',
    ],
    ['a lone <', 'sendMessage', { chat_id, text: '1 < 2', parse_mode: 'HTML' }, "can't parse entities"],
    ['an unknown parse mode', 'sendMessage', { chat_id, text, parse_mode: 'Markdown' }, 'parse_mode'],
    [
      'an entity past the end',
      'sendMessage',
      { chat_id, text, entities: [{ type: 'bold', offset: 3, length: 3 }] },
      'entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 6',
    ],
    [
      'half a character',
      'sendMessage',
      { chat_id, text: '⭐🎁', entities: [{ type: 'bold', offset: 0, length: 2 }] },
      'in a middle of a UTF-16 symbol',
    ],
    [
      'empty data',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard({ ...ok, callback_data: '' }) },
      'BUTTON_DATA_INVALID',
    ],
    [
      'data of 65 bytes',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard({ ...ok, callback_data: 'é'.repeat(32).concat('a') }) },
      'BUTTON_DATA_INVALID',
    ],
    [
      'a button without a use',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard({ text: 'Ok' }) },
      'reply_markup',
    ],
    [
      'a button without a label',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard({ ...ok, text: '' }) },
      'reply_markup',
    ],
    [
      'a wrong address',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard({ text: 'Go', url: 'nowhere' }) },
      'Wrong HTTP URL',
    ],
    [
      'a pay button under a text',
      'sendMessage',
      { chat_id, text, reply_markup: keyboard(pay) },
      'BUTTON_TYPE_INVALID',
    ],
    [
      'a pay button in second place',
      'sendInvoice',
      { ...invoice, reply_markup: keyboard(ok, pay) },
      'BUTTON_POS_INVALID',
    ],
    [
      'two pay buttons',
      'sendInvoice',
      { ...invoice, reply_markup: keyboard(pay, pay) },
      'BUTTON_POS_INVALID',
    ],
    ['a title of 33', 'sendInvoice', { ...invoice, title: 'a'.repeat(33) }, 'title'],
    ['a description of 256', 'sendInvoice', { ...invoice, description: 'a'.repeat(256) }, 'description'],
    ['no payload', 'sendInvoice', { ...invoice, payload: '' }, 'payload'],
    ['a payload of 129 bytes', 'sendInvoice', { ...invoice, payload: 'é'.repeat(64).concat('a') }, 'payload'],
    ['a provider', 'sendInvoice', { ...invoice, provider_token: 'x' }, 'provider_token'],
    ['another currency', 'sendInvoice', { ...invoice, currency: 'USD' }, 'currency'],
    ['no price', 'sendInvoice', { ...invoice, prices: [] }, 'prices'],
    ['two prices', 'sendInvoice', { ...invoice, prices: [...PRICES, ...PRICES] }, 'prices'],
    ['nothing to pay', 'sendInvoice', { ...invoice, prices: [{ label: 'a', amount: 0 }] }, 'prices.0.amount'],
    ['half a Star', 'sendInvoice', { ...invoice, prices: [{ label: 'a', amount: 1.5 }] }, 'prices.0.amount'],
    [
      '25001 Stars',
      'sendInvoice',
      { ...invoice, prices: [{ label: 'a', amount: 25_001 }] },
      'prices.0.amount',
    ],
    ['an address to send to', 'sendInvoice', { ...invoice, need_email: true }, 'need_email'],
    ['a link with a chat', 'createInvoiceLink', invoice, 'chat_id'],
    ['a press that never was', 'answerCallbackQuery', { callback_query_id: '1' }, 'query is too old'],
    ['an answer of 201', 'answerCallbackQuery', { callback_query_id: '1', text: 'a'.repeat(201) }, 'text'],
    [
      'a checkout that never was',
      'answerPreCheckoutQuery',
      { pre_checkout_query_id: '1', ok: true },
      'query is too old',
    ],
    [
      'a no without a word',
      'answerPreCheckoutQuery',
      { pre_checkout_query_id: '1', ok: false },
      'error_message is required',
    ],
    ['an edit of nothing', 'editMessageText', { chat_id, message_id: 1, text }, 'message to edit not found'],
    ['101 transactions', 'getStarTransactions', { limit: 101 }, 'limit'],
    ['an unknown kind of update', 'getUpdates', { allowed_updates: ['messages'] }, 'allowed_updates'],
    ['a webhook without TLS', 'setWebhook', { url: 'http://bot.example/' }, 'url'],
    [
      'a command in capitals',
      'setMyCommands',
      { commands: [{ command: 'Buy', description: 'Buys' }] },
      'command',
    ],
    ['a refund of nobody', 'refundStarPayment', { telegram_payment_charge_id: 'stx1' }, 'user_id'],
  ]

  test.each(REFUSED)('%s', async (_, method, params, says) => {
    const answer = await ask(method, params)
    expect(answer).toMatchObject({ ok: false, error_code: method === 'getMyself' ? 404 : 400 })
    expect(answer.description).toContain(says)
    expect(telegram.complaints).toEqual([`${method}: ${answer.description}`])
  })

  test('parameters that are not JSON', async () => {
    expect(await ask('getMe')).toMatchObject({ ok: false, error_code: 400 })
    expect(telegram.complaints).toHaveLength(1)
  })

  test('whoever never wrote to the bot is not written to', async () => {
    telegram.user({ id: 77 })
    expect(await ask('sendMessage', { chat_id: 77, text })).toMatchObject({ error_code: 403 })
    expect(telegram.complaints).toHaveLength(1)
  })
})

describe('what is allowed', () => {
  test('the limits themselves', async () => {
    await ask('sendMessage', { chat_id, text: 'a'.repeat(4_096) })
    await ask('sendMessage', {
      chat_id,
      text: 'a',
      reply_markup: keyboard({ ...ok, callback_data: 'é'.repeat(32) }),
    })
    await ask('sendInvoice', { chat_id, ...INVOICE, title: 'a'.repeat(32), payload: 'é'.repeat(64) })
    await ask('sendInvoice', { chat_id, ...INVOICE, prices: [{ label: 'a', amount: 25_000 }] })
    await ask('sendInvoice', { chat_id, ...INVOICE, reply_markup: keyboard(pay, ok) })
    expect(telegram.complaints).toEqual([])
    expect(telegram.sent(chat_id)).toHaveLength(5)
  })

  test('a text is counted after its tags were read', async () => {
    const { text, entities } = await api.sendMessage(
      chat_id,
      `<b>${'a'.repeat(4_095)}</b>&lt; <a href="https://a.example/?b=1">`
        .replace('&lt; <a', '<a')
        .concat('b</a>'),
      { parse_mode: 'HTML' },
    )
    expect(text).toBe(`${'a'.repeat(4_095)}b`)
    expect(entities).toEqual([
      { type: 'bold', offset: 0, length: 4_095 },
      { type: 'text_link', offset: 4_095, length: 1, url: 'https://a.example/?b=1' },
    ])
  })

  test('characters are written as in HTML', async () => {
    const sent = await api.sendMessage(chat_id, '&lt;&amp;&gt;&quot;&#65;&#x42;', { parse_mode: 'HTML' })
    expect(sent.text).toBe('<&>"AB')
  })
})

test('a wrong token is told apart, and is nobody else', async () => {
  expect(await ask('getMe', {}, '1:wrong')).toEqual({
    ok: false,
    error_code: 401,
    description: 'Unauthorized',
  })
  await expect(new Api('1:wrong', { apiRoot: telegram.apiRoot }).getMe()).rejects.toThrow('401: Unauthorized')
})

test('an edit that changes nothing is refused, and another is kept', async () => {
  const { message_id } = await api.sendMessage(chat_id, 'one', { reply_markup: { inline_keyboard: [[ok]] } })
  const again = { reply_markup: { inline_keyboard: [[ok]] } }
  await expect(api.editMessageText(chat_id, message_id, 'one', again)).rejects.toThrow(
    'message is not modified',
  )
  await api.editMessageText(chat_id, message_id, 'one')
  await api.editMessageText(chat_id, message_id, 'two')
  expect(telegram.sent(chat_id)).toMatchObject([{ message_id, text: 'two' }])
  expect(telegram.sent(chat_id)[0]?.reply_markup).toBeUndefined()
  expect(telegram.complaints).toHaveLength(1)
})

test('a press is answered once', async () => {
  const message = await api.sendMessage(chat_id, 'Well?', { reply_markup: { inline_keyboard: [[ok]] } })
  const pressed = ada.presses(buttonOf(message, /Ok/))
  const update = (await api.getUpdates()).find(each => each.callback_query)
  expect(update?.callback_query).toMatchObject({ data: 'ok', from: { id: 501 }, message: { text: 'Well?' } })
  const id = update?.callback_query?.id ?? ''
  await api.answerCallbackQuery(id, { text: 'Yes' })
  expect(await pressed).toEqual({ text: 'Yes', alert: false })
  await expect(api.answerCallbackQuery(id)).rejects.toThrow('query is too old')
  expect(telegram.complaints).toHaveLength(1)
})

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
