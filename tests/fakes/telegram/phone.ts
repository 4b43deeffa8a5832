import type { Chat, InlineKeyboardButton, Message, MessageEntity, User } from '@grammyjs/types'
import { seconds } from './chats.ts'
import type { State } from './methods.ts'
import type { Answer } from './presses.ts'
import type { Payment } from './shop.ts'

/** What one person does in Telegram. */
export type Phone = {
  user: User
  /** Writes to the bot, or into a group with it. Returns the number of the update. */
  says(text: string, group?: Chat.GroupChat): number
  /** Presses a button under the newest message that has it, or under another message; says what the bot answers. */
  presses(button: InlineKeyboardButton | undefined, under?: Message): Promise<Answer>
  /** Sends what no button says, as a changed client can. */
  forges(data: string, under?: Message): Promise<Answer>
  /** Pays an invoice of their own chat, or behind a link. */
  pays(invoice: Message | string): Promise<Payment>
  /** Pays a copy of an invoice that somebody else was sent. */
  paysForwardedInvoice(invoice: Message): Promise<Payment>
  /** The next message of the bot that fits; waits for it. */
  hears(pattern: RegExp): Promise<Message>
  blocks(): void
  unblocks(): void
  stars(): number
}

export function phoneOf(state: State, user: User): Phone {
  const { chats, queue, shop, presses, clock } = state
  const me = chats.person(user.id)
  const keyOf = ({ chat, message_id }: Message) => `${chat.id}/${message_id}`
  const press = (data: string, message: Message | undefined): Promise<Answer> => {
    me.started = true
    return presses.press({ from: user, data, ...(message ? { message } : {}) })
  }
  return {
    user,
    says: (text, group) => {
      const entities = commandsIn(text)
      if (group) {
        const [message_id, date] = [1, seconds(clock)]
        return queue.add({ message: { message_id, date, chat: group, from: user, text, entities } })
      }
      me.started = true
      return queue.add({ message: chats.write(user.id, user, { text, entities }) })
    },
    presses: (button, under) => {
      if (!button || !('callback_data' in button)) throw new Error('there is no such button to press')
      const holds = (message: Message) => buttonsOf(message).some(one => one.text === button.text)
      return press(button.callback_data, under ?? chats.sent(user.id).findLast(holds))
    },
    forges: (data, under) => press(data, under ?? chats.sent(user.id).at(-1)),
    pays: async target => {
      const key = typeof target === 'string' ? target : keyOf(target)
      const isOwn = typeof target === 'string' || target.chat.id === user.id
      const invoice = isOwn ? shop.invoice(key) : undefined
      if (!invoice) throw new Error(`${user.first_name} has no such invoice`)
      return shop.pay(user.id, invoice)
    },
    paysForwardedInvoice: async message => {
      const invoice = shop.invoice(keyOf(message))
      if (!invoice || message.chat.id === user.id) throw new Error('this is no invoice of somebody else')
      if (invoice.startParameter !== '') throw new Error('a copy of this invoice has no Pay button')
      return shop.pay(user.id, invoice)
    },
    hears: pattern => chats.hear(user.id, pattern),
    blocks: () => {
      me.blocked = true
    },
    unblocks: () => {
      me.blocked = false
    },
    stars: () => me.stars,
  }
}

/** The button of a message whose label fits. */
export function buttonOf(message: Message, label: RegExp): InlineKeyboardButton | undefined {
  return buttonsOf(message).find(({ text }) => label.test(text))
}

export function buttonsOf({ reply_markup }: Message): InlineKeyboardButton[] {
  return reply_markup?.inline_keyboard.flat() ?? []
}

function commandsIn(text: string): MessageEntity[] {
  const command = /^\/\w{1,32}(@\w+)?/.exec(text)
  return command ? [{ type: 'bot_command', offset: 0, length: command[0].length }] : []
}
