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
    ['two prices', 'sendInvoice', { ...invoice, prices: [...INVOICE.prices, ...INVOICE.prices] }, 'prices'],
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
    const html = `<b>${'a'.repeat(4_095)}</b><a href="https://a.example/?b=1">b</a>`
    const { text, entities } = await api.sendMessage(chat_id, html, { parse_mode: 'HTML' })
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
