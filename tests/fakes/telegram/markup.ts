import { z } from 'zod'
import { badRequest } from './refused.ts'

const ROW_MAX = 8
const BUTTONS_MAX = 100
const DATA_BYTES_MAX = 64

const label = { text: z.string().min(1), style: z.enum(['danger', 'success', 'primary']).optional() }

const button = z.union([
  z.strictObject({ ...label, callback_data: z.string() }),
  z.strictObject({ ...label, url: z.string() }),
  z.strictObject({ ...label, pay: z.literal(true) }),
])
type Button = z.output<typeof button>

export const inlineKeyboard = z.strictObject({
  inline_keyboard: z.array(z.array(button).max(ROW_MAX)),
})
export type InlineKeyboard = z.output<typeof inlineKeyboard>

/** A keyboard that may stand under a message, or under an invoice, where the first button pays. */
export function checkKeyboard(markup: InlineKeyboard | undefined, under: 'message' | 'invoice'): void {
  if (!markup) return
  const buttons = markup.inline_keyboard.flat()
  if (buttons.length > BUTTONS_MAX) throw badRequest('REPLY_MARKUP_TOO_LONG')
  for (const one of buttons) checkButton(one)
  const paying = buttons.map(one => 'pay' in one)
  if (under === 'message' && paying.includes(true)) throw badRequest('BUTTON_TYPE_INVALID')
  if (under === 'invoice' && (paying[0] !== true || paying.includes(true, 1)))
    throw badRequest('BUTTON_POS_INVALID')
}

function checkButton(one: Button): void {
  if ('callback_data' in one) {
    const bytes = Buffer.byteLength(one.callback_data)
    if (bytes < 1 || bytes > DATA_BYTES_MAX) throw badRequest('BUTTON_DATA_INVALID')
  }
  if ('url' in one && !/^(https?:\/\/[^\s/.]+\.|tg:\/\/)\S+$/.test(one.url))
    throw badRequest(`inline keyboard button URL '${one.url}' is invalid: Wrong HTTP URL`)
}
