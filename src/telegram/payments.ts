import { Composer, type Context } from 'grammy'
import type { PaymentNotice } from '../billing/payments/notice.ts'
import type { BotParts, Taken } from './parts.ts'
import { noticeOfPayment, noticeOfRefund } from './stars.ts'
import { TEXTS } from './texts.ts'
import { isRefusedForGood } from './trouble.ts'

/**
 * Money that came or went. A notice that the books cannot take now throws, so that its update comes again; one that they
 * refuse is over, and somebody must look at it. Taking it twice changes nothing, so telling of it may be tried again too.
 */
export function payments(parts: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.on('message:successful_payment', async ctx => {
    const { successful_payment, date } = ctx.message
    const notice = noticeOfPayment(successful_payment, date)
    await takeAndTell(parts, ctx, notice, TEXTS.paid)
  })
  composer.on('message:refunded_payment', async ctx => {
    const { refunded_payment, date } = ctx.message
    await takeAndTell(parts, ctx, noticeOfRefund(refunded_payment, date), TEXTS.refunded)
  })
  return composer
}

async function takeAndTell(
  { buying, log, support }: BotParts,
  ctx: Context,
  notice: PaymentNotice,
  says: (taken: Taken, number: string, support: string) => string,
): Promise<void> {
  const { reference, orderId } = notice
  const taken = await buying.take(notice)
  if (taken.ok) return tell(ctx, says(taken.value, reference, support))
  log.error({ reference, orderId, reason: taken.reason, says: taken.says }, 'the books refuse a payment')
  await tell(ctx, TEXTS.notTaken(reference, support))
}

/** In the chat of the one who paid: the notice of a refund comes from the bot itself. */
async function tell(ctx: Context, says: string): Promise<void> {
  const chatId = ctx.chat?.type === 'private' ? ctx.chat.id : ctx.from?.id
  if (chatId === undefined) return
  await ctx.api.sendMessage(chatId, says).catch(thrown => {
    if (!isRefusedForGood(thrown)) throw thrown
  })
}
