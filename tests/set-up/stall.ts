import type { InlineKeyboardButton, Message } from '@grammyjs/types'
import pino from 'pino'
import { expect } from 'vitest'
import { openBot, type TelegramBot } from '../../src/telegram/bot.ts'
import { buttonOf, type Phone } from '../fakes/telegram/phone.ts'
import { type FakeTelegram, startTelegram } from '../fakes/telegram/telegram.ts'
import { type MemoryShop, openMemoryShop } from './memoryShop.ts'

/** A bot that sells, the Telegram around it, and the books behind it. At its end Telegram must have nothing to complain of. */
export type Stall = AsyncDisposable & {
  telegram: FakeTelegram
  books: MemoryShop
  bot: TelegramBot
  /** What was logged, a line each. */
  lines: readonly string[]
  /** Stops the bot, and starts another on the same books. */
  restarts(): Promise<TelegramBot>
}

export const SUPPORT = '@botwright_support'

export async function openStall(): Promise<Stall> {
  const telegram = await startTelegram()
  const { apiRoot, token, clock } = telegram
  const books = openMemoryShop(clock)
  const lines: string[] = []
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(line) })
  const open = () => openBot({ settings: { token, apiRoot }, support: SUPPORT, clock, log, buying: books })
  const bots = [open()]
  await newest(bots).start()
  await telegram.asked('getUpdates')
  const stall = {
    telegram,
    books,
    lines,
    get bot() {
      return newest(bots)
    },
    restarts: async () => {
      await newest(bots).stop()
      bots.push(open())
      await newest(bots).start()
      return newest(bots)
    },
    [Symbol.asyncDispose]: async () => {
      await newest(bots).stop()
      await telegram[Symbol.asyncDispose]()
      expect(telegram.complaints).toEqual([])
    },
  }
  return stall
}

function newest(bots: readonly TelegramBot[]): TelegramBot {
  const bot = bots.at(-1)
  if (!bot) throw new Error('a stall has a bot')
  return bot
}

/** Asks what is sold, and finds a button in the answer. */
export async function offered(
  person: Phone,
  label = /^500\.00 credits/,
): Promise<{ list: Message; button: InlineKeyboardButton | undefined }> {
  person.says('/buy')
  const list = await person.hears(/like to buy/)
  return { list, button: buttonOf(list, label) }
}

/** Goes as far as the invoice. */
export async function invoiced(person: Phone): Promise<Message> {
  const { button } = await offered(person)
  await person.presses(button)
  return person.hears(/^Small/)
}
