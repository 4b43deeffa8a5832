import { Composer, type Context } from 'grammy'
import { answerPress } from './answerPress.ts'
import { buying } from './buying.ts'
import { checkout } from './checkout.ts'
import { credits } from './credits.ts'
import type { BotParts } from './parts.ts'
import { payments } from './payments.ts'
import { paySupport } from './paysupport.ts'
import { register } from './register.ts'
import { TEXTS } from './texts.ts'

/** One part of the bot: what it does not handle goes on to the next. */
export type Feature = (parts: BotParts) => Composer<Context>

/** Money is taken wherever it comes from. */
const ANYWHERE: readonly Feature[] = [payments, checkout]
const IN_PRIVATE: readonly Feature[] = [register, buying, credits, paySupport, others]

export function featuresOf(parts: BotParts): Composer<Context> {
  const all = new Composer<Context>()
  for (const feature of ANYWHERE) all.use(feature(parts))
  const inPrivate = all.filter(ctx => ctx.chat?.type === 'private' && ctx.chat.id === ctx.from?.id)
  for (const feature of IN_PRIVATE) inPrivate.use(feature(parts))
  all.on('callback_query', ctx => answerPress(ctx, TEXTS.pressUnknown))
  return all
}

/** What nobody understood. */
function others(): Composer<Context> {
  const composer = new Composer<Context>()
  composer.on(['message:text', 'message:file'], ctx => ctx.reply(TEXTS.help))
  return composer
}
