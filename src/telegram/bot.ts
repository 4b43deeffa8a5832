import { autoRetry } from '@grammyjs/auto-retry'
import { type Api, Bot, type Transformer } from 'grammy'
import type { Update } from 'grammy/types'
import { OutsideFailure } from '../failure.ts'
import { featuresOf } from './features.ts'
import { handleToEnd, laneOf } from './handling.ts'
import type { BotParts } from './parts.ts'
import { openPoller } from './polling.ts'
import { type Ending, openEnding } from './signal.ts'
import { COMMANDS, TEXTS } from './texts.ts'
import { isTokenUnknown, troubleOf, waitMs } from './trouble.ts'

export type TelegramBot = {
  /** Takes updates from now on; throws when Telegram does not know the token. Where it cannot be reached, goes on trying. */
  start(): Promise<void>
  /** Lets what is under way come to its end, for STOP_MS at most; what is not over comes again at the next start. */
  stop(): Promise<void>
  /** The chat with the bot, as soon as it is known. */
  address(): string | null
  api: Api
}

/** The kinds of updates that are handled; Telegram keeps others back. */
const UPDATES = ['message', 'callback_query', 'pre_checkout_query'] as const satisfies (keyof Update)[]
/** Longer than a long poll. */
const CALL_SECONDS = 45
const STOP_MS = 15_000
/**
 * A call that comes too often is repeated in place. What the network or Telegram's server did not finish is left to the
 * tries of the whole update: auto-retry knows no bound for a broken connection.
 */
const RETRIES = {
  maxRetryAttempts: 3,
  maxDelaySeconds: 30,
  rethrowHttpErrors: true,
  rethrowInternalServerErrors: true,
}

/** The bot in Telegram: private chats only. */
export function openBot(parts: BotParts): TelegramBot {
  const { settings, clock, log } = parts
  const { token, apiRoot } = settings
  const [polling, calls] = [openEnding(), openEnding()]
  const { signal } = polling
  const bot = new Bot(token, {
    client: { apiRoot: apiRoot?.replace(/\/+$/, ''), timeoutSeconds: CALL_SECONDS },
  })
  bot.api.config.use(autoRetry(RETRIES), endingWith(calls.signal))
  bot.use(featuresOf(parts))

  const handle = (update: Update) => bot.handleUpdate(update)
  const apologise = (update: Update, what: keyof typeof TEXTS.apologies) => sayTo(bot.api, update, what)
  let failures = 0
  const poller = openPoller({
    fetch: async ({ offset, limit, seconds }, until) => {
      const wanted = { offset, limit, timeout: seconds, allowed_updates: UPDATES }
      const updates = await bot.api.getUpdates(wanted, until)
      failures = 0
      return updates
    },
    handle: update => handleToEnd(update, { token, clock, log, handle, apologise }, signal),
    laneOf,
    clock,
  })

  const introduce = async () => {
    const me = await bot.api.getMe(signal)
    await bot.api.deleteWebhook({}, signal)
    await bot.api.setMyCommands(COMMANDS, {}, signal).catch(thrown => {
      log.warn({ says: troubleOf(thrown, token).says }, 'the menu of the bot is not set')
    })
    bot.botInfo = me
  }
  const goOn = async () => {
    if (!bot.isInited()) await introduce()
    await poller.run(signal)
  }
  const run = async () => {
    while (!signal.aborted) await goOn().catch(pause)
  }
  const pause = async (thrown: unknown) => {
    if (signal.aborted) return
    failures += 1
    const trouble = troubleOf(thrown, token)
    log.error({ says: trouble.says, stack: trouble.stack, failures }, 'Telegram gives no updates')
    await clock.wait(waitMs(failures, trouble), signal)
  }

  let running: Promise<void> | undefined
  return {
    api: bot.api,
    address: () => (bot.isInited() ? `https://t.me/${bot.botInfo.username}` : null),
    start: async () => {
      if (running) return
      await introduce().catch(thrown => {
        if (isTokenUnknown(thrown)) throw unknownToken()
        log.warn({ says: troubleOf(thrown, token).says }, 'Telegram cannot be reached yet')
      })
      running = run()
    },
    stop: async () => {
      polling.end()
      if (!running) return
      const stopped = new AbortController()
      void clock.wait(STOP_MS, stopped.signal).then(() => calls.end())
      await running
      await poller.finish(calls.signal).catch(thrown => {
        log.warn({ says: troubleOf(thrown, token).says }, 'what was handled comes again at the next start')
      })
      stopped.abort()
    },
  }
}

function unknownToken(): OutsideFailure {
  return new OutsideFailure(
    'Telegram does not know the token of the bot.',
    'Set TELEGRAM_BOT_TOKEN to what @BotFather shows for it.',
  )
}

/** Ends every call with the signal, also while it waits to be repeated, unless it has one of its own. */
function endingWith(ended: Ending['signal']): Transformer {
  return (prev, method, payload, signal) => prev(method, payload, signal ?? ended)
}

/** Best effort: whoever cannot be told is not told. */
async function sayTo(api: Api, update: Update, what: keyof typeof TEXTS.apologies): Promise<void> {
  const chat = (update.message ?? update.callback_query?.message)?.chat
  if (chat?.type !== 'private') return
  await api.sendMessage(chat.id, TEXTS.apologies[what]).catch(() => {})
}
