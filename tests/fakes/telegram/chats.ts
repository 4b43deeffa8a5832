import type { Chat, Message, User } from '@grammyjs/types'
import type { Clock } from '../../../src/clock.ts'
import { badRequest, Refused } from './refused.ts'

/** A person and their private chat with the bot. */
export type Person = {
  user: User
  /** Whether they have written to the bot, which may not begin. */
  started: boolean
  blocked: boolean
  stars: number
}

export type Written = { message_id: number; from: User; chat: Chat.PrivateChat; date: number }

export type Chats = {
  add(person: Person): void
  person(id: number): Person
  chatOf(id: number): Chat.PrivateChat
  /** A new message in a private chat, from its person or from the bot. */
  write<Content extends object>(chatId: number, from: User, content: Content): Content & Written
  /** Refuses what the bot may not write to. */
  checkReachable(chatId: number): void
  /** The messages of the bot, oldest first. */
  sent(chatId: number): readonly Message[]
  /** One of the bot's messages, to be changed in place. */
  own(chatId: number, messageId: number): Message | undefined
  /** The first message of the bot that fits and was not heard yet; waits for it. */
  hear(chatId: number, pattern: RegExp): Promise<Message>
}

export function openChats(clock: Clock, bot: User): Chats {
  const people = new Map<number, Person>()
  const sent = new Map<number, Message[]>()
  const heard = new Map<number, number>()
  let nextMessageId = 11
  let changed = Promise.withResolvers<void>()

  const person = (id: number) => {
    const one = people.get(id)
    if (!one) throw badRequest('chat not found')
    return one
  }
  const chatOf = (id: number): Chat.PrivateChat => {
    const { first_name, username } = person(id).user
    return { id, type: 'private', first_name, ...(username === undefined ? {} : { username }) }
  }
  return {
    add: one => {
      people.set(one.user.id, one)
      sent.set(one.user.id, [])
    },
    person,
    chatOf,
    write: (chatId, from, content) => {
      const message_id = nextMessageId++
      const message = { message_id, from, chat: chatOf(chatId), date: seconds(clock), ...content }
      if (from.id === bot.id) sent.get(chatId)?.push(message)
      changed.resolve()
      changed = Promise.withResolvers()
      return message
    },
    checkReachable: chatId => {
      const { started, blocked } = person(chatId)
      if (blocked) throw new Refused(403, 'Forbidden: bot was blocked by the user', 'luck')
      if (!started) throw new Refused(403, "Forbidden: bot can't initiate conversation with a user", 'bot')
    },
    sent: chatId => sent.get(chatId) ?? [],
    own: (chatId, messageId) => sent.get(chatId)?.find(({ message_id }) => message_id === messageId),
    hear: async (chatId, pattern) => {
      for (;;) {
        const from = heard.get(chatId) ?? 0
        const messages = sent.get(chatId) ?? []
        const at = messages.findIndex((message, index) => index >= from && pattern.test(said(message)))
        const found = messages[at]
        if (found) {
          heard.set(chatId, at + 1)
          return found
        }
        await changed.promise
      }
    },
  }
}

export function seconds(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1_000)
}

function said({ text, invoice }: Message): string {
  return text ?? (invoice ? `${invoice.title}\n${invoice.description}` : '')
}
