import { Composer, type Context } from 'grammy'
import type { BotParts } from './parts.ts'
import { registered } from './register.ts'
import { TEXTS } from './texts.ts'

const LISTED_MAX = 5

/** `/paysupport`, which Telegram asks of every bot that sells: how money is given back, by whom, and for what. */
export function paySupport({ buying, support }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.command('paysupport', async ctx => {
    if (!ctx.from) return
    const { userId } = await registered(buying, ctx.from)
    const purchases = await buying.purchasesOf(userId)
    await ctx.reply(TEXTS.paySupport(support, purchases.slice(0, LISTED_MAX)))
  })
  return composer
}
