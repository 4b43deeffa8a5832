import type { ApiMethods, BotCommand, UserFromGetMe } from '@grammyjs/types'
import type { z } from 'zod'
import { seconds } from './chats.ts'
import { formatted } from './formatted.ts'
import { checkKeyboard } from './markup.ts'
import { PARAMS, type Params } from './params.ts'
import type { Presses } from './presses.ts'
import { badRequest, Refused } from './refused.ts'
import type { Shop, Surroundings } from './shop.ts'

export type KnownMethod = keyof typeof PARAMS

type Api = ApiMethods<never>
type Given<Name extends KnownMethod> = Parameters<Api[Name]>[0] extends undefined
  ? object
  : NonNullable<Parameters<Api[Name]>[0]>
type Returned<Name extends KnownMethod> = ReturnType<Api[Name]> | Promise<ReturnType<Api[Name]>>

export type Call = (body: unknown) => unknown

export type State = Surroundings & {
  bot: UserFromGetMe
  shop: Shop
  presses: Presses
  webhook: string
  commands: readonly BotCommand[]
}

/** A method whose parameters are those of the real one, and whose result is too. */
function method<Name extends KnownMethod, Taken extends Given<Name>>(
  name: Name,
  params: z.ZodType<Taken>,
  answer: (params: Taken) => Returned<Name>,
): [string, Call] {
  return [name, body => answer(parsed(params, body))]
}

function parsed<Taken>(params: z.ZodType<Taken>, body: unknown): Taken {
  const result = params.safeParse(body)
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path, message }) =>
    [path.join('.'), message].filter(Boolean).join(': '),
  )
  throw badRequest(wrong.join('; '))
}

export function methodsOf(state: State): ReadonlyMap<string, Call> {
  const { bot, chats, queue, shop, presses } = state
  return new Map([
    method('getMe', PARAMS.getMe, () => bot),
    method('getUpdates', PARAMS.getUpdates, params => {
      if (state.webhook !== '') throw webhookIsSet()
      queue.allow(params.allowed_updates)
      return queue.poll(params)
    }),
    method('setWebhook', PARAMS.setWebhook, ({ url, allowed_updates, drop_pending_updates = false }) => {
      state.webhook = url
      queue.allow(allowed_updates)
      if (drop_pending_updates) queue.drop()
      return true
    }),
    method('deleteWebhook', PARAMS.deleteWebhook, ({ drop_pending_updates = false }) => {
      state.webhook = ''
      if (drop_pending_updates) queue.drop()
      return true
    }),
    method('setMyCommands', PARAMS.setMyCommands, ({ commands }) => {
      state.commands = commands
      return true
    }),
    method('sendMessage', PARAMS.sendMessage, params => {
      chats.checkReachable(params.chat_id)
      checkKeyboard(params.reply_markup, 'message')
      return chats.write(params.chat_id, bot, { ...formatted(params), ...markupOf(params) })
    }),
    method('editMessageText', PARAMS.editMessageText, params => edit(state, params)),
    method('answerCallbackQuery', PARAMS.answerCallbackQuery, presses.answer),
    method('sendInvoice', PARAMS.sendInvoice, params => sendInvoice(state, params)),
    method('createInvoiceLink', PARAMS.createInvoiceLink, params => {
      const link = `https://t.me/$${Buffer.from(params.payload).toString('base64url')}`
      shop.keep(link, invoiceOf(params))
      return link
    }),
    method('answerPreCheckoutQuery', PARAMS.answerPreCheckoutQuery, shop.answer),
    method('refundStarPayment', PARAMS.refundStarPayment, params => {
      shop.refund(params.user_id, params.telegram_payment_charge_id)
      return true
    }),
    method('getStarTransactions', PARAMS.getStarTransactions, ({ offset = 0, limit = 100 }) => ({
      transactions: shop.transactions.slice(offset, offset + limit),
    })),
  ])
}

function webhookIsSet(): Refused {
  const why =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
  return new Refused(409, `Conflict: ${why}`, 'bot')
}

function edit(
  { chats, clock }: State,
  params: Params<'editMessageText'>,
): ReturnType<Api['editMessageText']> {
  chats.checkReachable(params.chat_id)
  checkKeyboard(params.reply_markup, 'message')
  const message = chats.own(params.chat_id, params.message_id)
  if (!message) throw badRequest('message to edit not found')
  const { text, entities, reply_markup } = message
  if (text === undefined) throw badRequest('there is no text in the message to edit')
  const now = { ...formatted(params), ...markupOf(params) }
  if (same({ text, entities, reply_markup }, now))
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    )
  delete message.entities
  delete message.reply_markup
  return Object.assign(message, now, { edit_date: seconds(clock) })
}

function same(one: object, other: object): boolean {
  const ordered = (value: object) =>
    JSON.stringify(
      Object.entries(value)
        .filter(([, part]) => part)
        .sort(),
    )
  return ordered(one) === ordered(other)
}

function sendInvoice(state: State, params: Params<'sendInvoice'>): ReturnType<Api['sendInvoice']> {
  const { chats, shop, bot } = state
  chats.checkReachable(params.chat_id)
  checkKeyboard(params.reply_markup, 'invoice')
  const invoice = invoiceOf(params)
  const { title, description, currency } = params
  const message = chats.write(params.chat_id, bot, {
    invoice: {
      title,
      description,
      currency,
      start_parameter: invoice.startParameter,
      total_amount: invoice.total,
    },
    ...markupOf(params),
  })
  shop.keep(`${params.chat_id}/${message.message_id}`, invoice)
  return message
}

function invoiceOf(params: Params<'createInvoiceLink'> & { start_parameter?: string | undefined }) {
  const total = params.prices.reduce((sum, { amount }) => sum + amount, 0)
  return { payload: params.payload, total, startParameter: params.start_parameter ?? '' }
}

function markupOf<Markup>({ reply_markup }: { reply_markup?: Markup | undefined }) {
  return reply_markup === undefined ? {} : { reply_markup }
}
