import { Composer, type Context, InlineKeyboard } from 'grammy'
import type { Package } from '../billing/payments/packages.ts'
import { done, invariant, type Result, refuse } from '../failure.ts'
import { answerPress } from './answerPress.ts'
import type { BotParts, BuyingParts, Order } from './parts.ts'
import { registered } from './register.ts'
import { TEXTS } from './texts.ts'

type Offered = Package & { stars: number }

/** Buttons of one message; more than fit on a screen would not be read. */
const OFFERED_MAX = 20
/** The price stands in the button, so that one of an older list opens no order at another price. */
const PRESSED = /^buy:(\d{1,9}):(.{1,48})$/
const DATA_BYTES_MAX = 64
/** What Telegram shows after a press. */
const ANSWER_MAX = 200

/** `/buy` lists what is sold for Stars; a press opens an order and sends its invoice. */
export function buying({ buying }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  composer.command(['buy', 'add_credits'], async ctx => {
    if (!ctx.from) return
    await registered(buying, ctx.from)
    const offered = await offeredIn(buying)
    if (offered.length === 0) await ctx.reply(TEXTS.nothingSold)
    else await ctx.reply(TEXTS.sold(offered), { reply_markup: keyboardOf(offered) })
  })
  composer.callbackQuery(PRESSED, async ctx => {
    const [, stars, packageId = ''] = ctx.match
    const pressed = (await offeredIn(buying)).find(each => each.id === packageId)
    if (!pressed || `${pressed.stars}` !== stars) return answerPress(ctx, TEXTS.pressStale)
    const { userId } = await registered(buying, ctx.from)
    const opened = await opens(buying, userId, pressed)
    if (!opened.ok) return answerPress(ctx, opened.says)
    await sendInvoice(ctx, pressed, opened.value)
    await answerPress(ctx)
  })
  return composer
}

async function offeredIn(buying: BuyingParts): Promise<Offered[]> {
  const sold = await buying.packages()
  return sold
    .flatMap(each => (each.stars === null ? [] : [{ ...each, stars: each.stars }]))
    .slice(0, OFFERED_MAX)
}

function keyboardOf(offered: readonly Offered[]): InlineKeyboard {
  const keyboard = new InlineKeyboard()
  for (const each of offered) keyboard.text(TEXTS.offer(each), dataOf(each)).row()
  return keyboard
}

function dataOf({ id, stars }: Offered): string {
  const data = `buy:${stars}:${id}`
  invariant(Buffer.byteLength(data) <= DATA_BYTES_MAX, `package ${id} fits into a button`)
  return data
}

async function opens(buying: BuyingParts, userId: string, { id, stars }: Offered): Promise<Result<Order>> {
  const opened = await buying.open(userId, id, 'stars')
  if (!opened.ok) return refuse(opened.reason, opened.says.slice(0, ANSWER_MAX))
  if (opened.value.amountMinor !== BigInt(stars)) return refuse('price', TEXTS.pressStale)
  return done(opened.value)
}

/** The payload is the order: whatever comes back is looked up, and nothing in it is believed. */
async function sendInvoice(ctx: Context, sold: Offered, { id }: Order): Promise<void> {
  const { title, description } = TEXTS.invoice(sold)
  const prices = [{ label: title, amount: sold.stars }]
  await ctx.replyWithInvoice(title, description, id, 'XTR', prices, { provider_token: '' })
}
