import { Composer, type Context } from 'grammy'
import type { User } from 'grammy/types'
import type { BotParts, BuyingParts } from './parts.ts'
import { TEXTS } from './texts.ts'

/** `/start ref_CODE`, from a link of whoever sent them here. */
const REFERRAL = /^ref_([\w-]{1,60})$/

/** `/start`: makes an account, once. */
export function register({ buying }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.command('start', async ctx => {
    if (!ctx.from) return
    const referral = REFERRAL.exec(ctx.match)?.[1] ?? null
    const { isNew, grantedMicro } = await registered(buying, ctx.from, referral)
    await ctx.reply(isNew ? TEXTS.welcome(grantedMicro) : TEXTS.welcomeBack)
  })
  return composer
}

/** Everybody who does something here has an account from then on. */
export function registered(
  buying: BuyingParts,
  { id, username, language_code }: User,
  referral: string | null = null,
): ReturnType<BuyingParts['register']> {
  return buying.register({
    telegramId: id,
    username: username ?? null,
    language: language_code ?? null,
    referral,
  })
}
