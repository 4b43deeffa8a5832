import { Composer, type Context } from 'grammy'
import type { PreCheckoutQuery } from 'grammy/types'
import type { Clock } from '../clock.ts'
import { done, type Result, refuse } from '../failure.ts'
import { isId } from '../id.ts'
import type { BotParts, BuyingParts } from './parts.ts'
import { registered } from './register.ts'
import { TEXTS } from './texts.ts'
import { troubleOf } from './trouble.ts'

/** Telegram gives up after 10 s; what is answered later is not heard. */
const ANSWER_MS = 8_000

/** The last word before money moves, from the books alone. Where they cannot say yes in time, it is no. */
export function checkout({ buying, clock, log, settings }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.on('pre_checkout_query', async ctx => {
    const query = ctx.preCheckoutQuery
    const verdict = await inTime(
      clock,
      verdictOn(buying, query).catch(thrown => {
        const { says, stack } = troubleOf(thrown, settings.token)
        log.error({ says, stack }, 'a checkout could not be compared with the books')
        return refuse('unsure', TEXTS.checkout.unsure)
      }),
    )
    if (!verdict.ok)
      log.info({ orderId: query.invoice_payload, reason: verdict.reason }, 'a checkout was refused')
    await ctx.answerPreCheckoutQuery(verdict.ok, verdict.ok ? {} : { error_message: verdict.says })
  })
  return composer
}

async function inTime<Reason extends string>(
  clock: Clock,
  verdict: Promise<Result<void, Reason>>,
): Promise<Result<void, Reason | 'late'>> {
  const answered = new AbortController()
  const late = clock.wait(ANSWER_MS, answered.signal).then(() => refuse('late', TEXTS.checkout.unsure))
  const first = await Promise.race([verdict, late])
  answered.abort()
  return first
}

type No = 'unknown' | 'foreign' | 'paid' | 'closed' | 'changed'

async function verdictOn(buying: BuyingParts, query: PreCheckoutQuery): Promise<Result<void, No>> {
  const { invoice_payload: id, from, currency, total_amount } = query
  const no = (reason: No) => refuse(reason, TEXTS.checkout[reason])
  const order = isId(id) ? await buying.order(id) : undefined
  if (order?.method !== 'stars') return no('unknown')
  const { userId } = await registered(buying, from)
  if (order.userId !== userId) return no('foreign')
  if (order.status !== 'open') return no(order.status === 'paid' ? 'paid' : 'closed')
  const isAsOrdered = order.amountMinor === BigInt(total_amount) && order.currency === currency.toLowerCase()
  return isAsOrdered ? done(undefined) : no('changed')
}
