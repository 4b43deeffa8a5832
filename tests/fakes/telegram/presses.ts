import type { CallbackQuery } from '@grammyjs/types'
import type { Params } from './params.ts'
import type { UpdateQueue } from './queue.ts'
import { badRequest } from './refused.ts'

/** What the person sees after they pressed a button. */
export type Answer = { text: string; alert: boolean }

/** Pressed buttons, each of which the bot answers once. */
export type Presses = {
  /** Resolves when the bot has answered. */
  press(query: Omit<CallbackQuery, 'id' | 'chat_instance'>): Promise<Answer>
  answer(params: Params<'answerCallbackQuery'>): true
}

export function openPresses(queue: UpdateQueue): Presses {
  const open = new Map<string, PromiseWithResolvers<Answer>>()
  let count = 0
  return {
    press: query => {
      const id = `${430_000_000_000 + count++}`
      const answered = Promise.withResolvers<Answer>()
      open.set(id, answered)
      queue.add({ callback_query: { id, chat_instance: `-${query.from.id}`, ...query } })
      return answered.promise
    },
    answer: ({ callback_query_id, text = '', show_alert = false }) => {
      const answered = open.get(callback_query_id)
      if (!answered) throw badRequest('query is too old and response timeout expired or query ID is invalid')
      open.delete(callback_query_id)
      answered.resolve({ text, alert: show_alert })
      return true
    },
  }
}
