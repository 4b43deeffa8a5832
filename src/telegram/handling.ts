import type { Update } from 'grammy/types'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { isUnreachable, type Trouble, troubleOf, waitMs } from './trouble.ts'

/** How often an update is tried that is no payment: with the waits between, half a minute is bridged. */
const TRIES_MAX = 6

export type Handling = {
  token: string
  clock: Clock
  log: Log
  handle(update: Update): Promise<void>
  /** Tells the person that it did not work, or not yet; must not throw. */
  apologise(update: Update, what: 'given-up' | 'payment-late'): Promise<void>
}

/**
 * The one boundary for what is thrown while an update is handled. Resolves with `done` when the update is over: handled,
 * or given up after Telegram's final no or TRIES_MAX tries. A payment is never given up. `left` when it was stopped
 * before: the update must come again.
 */
export async function handleToEnd(
  update: Update,
  handling: Handling,
  signal: AbortSignal,
): Promise<'done' | 'left'> {
  for (let tries = 1; !signal.aborted; tries++) {
    const thrown = await thrownBy(() => handling.handle(update))
    if (!thrown) return 'done'
    const trouble = troubleOf(thrown.value, handling.token)
    if (!isPayment(update) && (trouble.isFinal || tries >= TRIES_MAX)) {
      await giveUp(update, handling, thrown.value, trouble)
      return 'done'
    }
    tell(handling.log, update, trouble, tries)
    if (tries === 1 && isPayment(update)) await handling.apologise(update, 'payment-late')
    await handling.clock.wait(waitMs(tries, trouble), signal)
  }
  return 'left'
}

async function thrownBy(work: () => Promise<void>): Promise<{ value: unknown } | undefined> {
  try {
    await work()
    return undefined
  } catch (value) {
    return { value }
  }
}

async function giveUp(update: Update, handling: Handling, thrown: unknown, trouble: Trouble): Promise<void> {
  const { log } = handling
  const about = { updateId: update.update_id, says: trouble.says, stack: trouble.stack }
  if (isUnreachable(thrown)) return log.info(about, 'somebody in Telegram cannot be reached')
  log.error(about, 'an update of Telegram was given up')
  await handling.apologise(update, 'given-up')
}

function tell(log: Log, update: Update, { says, stack }: Trouble, tries: number): void {
  const about = { updateId: update.update_id, says, stack, tries }
  if (isPayment(update)) log.error(about, 'a payment could not be taken into the books yet')
  else log.warn(about, 'an update of Telegram is tried again')
}

/** Updates of money that has moved. */
export function isPayment({ message }: Update): boolean {
  return message?.successful_payment !== undefined || message?.refunded_payment !== undefined
}

/**
 * What must be handled one after the other: what one person does, and what is said of one payment. A checkout must be
 * answered within seconds, whatever else its person is waiting for.
 */
export function laneOf(update: Update): string {
  const { message, callback_query, pre_checkout_query } = update
  if (pre_checkout_query) return `checkout ${pre_checkout_query.id}`
  const moved = message?.successful_payment ?? message?.refunded_payment
  if (moved) return `payment ${moved.telegram_payment_charge_id}`
  const person = message?.from ?? callback_query?.from
  return person ? `person ${person.id}` : `update ${update.update_id}`
}
