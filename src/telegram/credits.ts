import { Composer, type Context } from 'grammy'
import type { BotParts } from './parts.ts'
import { registered } from './register.ts'
import { TEXTS } from './texts.ts'

const LISTED_MAX = 10

/** `/credits`: what there is, and what changed it lately. */
export function credits({ buying }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.command('credits', async ctx => {
    if (!ctx.from) return
    const { userId } = await registered(buying, ctx.from)
    const { transactions, invite, ...balance } = await buying.creditsOf(userId)
    const credits = TEXTS.credits(balance, transactions.slice(0, LISTED_MAX))
    await ctx.reply(invite ? `${credits}\n\n${TEXTS.invite(invite, ctx.me.username)}` : credits)
  })
  return composer
}
