import type { Context } from 'grammy'
import { isRefusedForGood } from './trouble.ts'

/** Ends the waiting of whoever pressed a button, with a word or without. Nothing depends on it: a press may be too old. */
export async function answerPress(ctx: Context, says?: string): Promise<void> {
  const shown = says === undefined ? {} : { text: says, show_alert: true }
  await ctx.answerCallbackQuery(shown).catch(thrown => {
    if (!isRefusedForGood(thrown)) throw thrown
  })
}
