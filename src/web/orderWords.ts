import type { OrderView } from './api.ts'
import { showCredits } from './credits.ts'

export type OrderWords = { says: string; tone: 'works' | 'good' | 'bad' | 'quiet' }

/** What became of an order. `cancelled`: the person left the page for paying; `waits`: its payment is still looked for. */
export function orderWords(
  { status, credits }: Pick<OrderView, 'status' | 'credits'>,
  { cancelled, waits }: { cancelled: boolean; waits: boolean },
): OrderWords {
  switch (status) {
    case 'paid':
      return { says: `${showCredits(credits)} credits have arrived.`, tone: 'good' }
    case 'failed':
      return { says: 'The payment failed. Nothing was charged.', tone: 'bad' }
    case 'expired':
      return { says: 'The page for paying was open too long. Nothing was charged.', tone: 'quiet' }
    case 'pending':
      return waits
        ? { says: 'Waiting for the payment …', tone: 'works' }
        : {
            says: 'The payment is on its way. Some take days; the credits come by themselves.',
            tone: 'quiet',
          }
    case 'open':
      if (cancelled) return { says: 'Nothing was bought.', tone: 'quiet' }
      return waits
        ? { says: 'Waiting for the payment …', tone: 'works' }
        : { says: 'No payment has come yet. Once it does, the credits come by themselves.', tone: 'quiet' }
  }
}
