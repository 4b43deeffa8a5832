import type { InlineKeyboardButton, Message } from '@grammyjs/types'
import pino from 'pino'
import { expect } from 'vitest'
import { audit } from '../../src/billing/audit.ts'
import { openBot, type TelegramBot } from '../../src/telegram/bot.ts'
import { buttonOf, type Phone } from '../fakes/telegram/phone.ts'
import { type FakeTelegram, startTelegram } from '../fakes/telegram/telegram.ts'
import { openShopBooks, type ShopBooks } from './shopBooks.ts'

/**
 * A bot that sells, the Telegram around it, and the books behind it. At its end Telegram must have nothing to complain
 * of, and the books must add up.
 */
export type Stall = AsyncDisposable & {
  telegram: FakeTelegram
  books: ShopBooks
  bot: TelegramBot
  /** What was logged, a line each. */
  lines: readonly string[]
  /** Stops the bot, and starts another on the same books. */
  restarts(): Promise<TelegramBot>
}

export const SUPPORT = '@botwright_support'

/** `bonusMicro`: what both get for somebody who is brought here; nothing unless a test says otherwise. */
export async function openStall({ bonusMicro = 0n } = {}): Promise<Stall> {
  const telegram = await startTelegram()
  const { apiRoot, token, clock } = telegram
  const books = await openShopBooks(clock, bonusMicro)
  const lines: string[] = []
  const log = pino({ level: 'debug', base: null }, { write: (line: string) => lines.push(line) })
  const open = () => openBot({ settings: { token, apiRoot }, support: SUPPORT, clock, log, buying: books })
  const bots = [open()]
  const end = new AsyncDisposableStack()
  end.use(books)
  end.defer(async () => expect((await audit(books.database.sql)).discrepancies).toEqual([]))
  end.defer(() => expect(telegram.complaints).toEqual([]))
  end.use(telegram)
  end.defer(() => newest(bots).stop())
  await newest(bots).start()
  await telegram.asked('getUpdates')
  return {
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
    [Symbol.asyncDispose]: () => end.disposeAsync(),
  }
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
