import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentNotice } from './notice.ts'
import { type Known, learn, NOTHING_KNOWN, worthMicro } from './worth.ts'

const ORDER = { amountMinor: 500n, currency: 'usd', creditsMicro: 500_000_000n }
const ABOUT = { about: 'payment', method: 'stripe', reference: 'pi_1', orderId: 'o' } as const
const PAID = { amountMinor: 500n, currency: 'usd' }

/** Each notice with a second of its own, as a processor's words about one payment are. */
const notices = fc
  .array(
    fc.oneof(
      fc.constant({ paid: PAID }),
      fc.record({ refundedMinor: fc.bigInt(0n, 500n) }),
      fc.record({ dispute: fc.constantFrom('open' as const, 'won' as const, 'lost' as const) }),
    ),
    { maxLength: 8 },
  )
  .map(said => said.map((each, at): PaymentNotice => ({ ...ABOUT, atMs: at * 1_000, ...each })))

function knownFrom(heard: readonly PaymentNotice[]): Known {
  return heard.reduce(learn, NOTHING_KNOWN)
}

test('whatever the order in which notices come, and however often, the payment is worth the same', () => {
  const shuffled = notices.chain(said =>
    fc.tuple(
      fc.constant(said),
      fc.shuffledSubarray([...said, ...said], { minLength: said.length * 2, maxLength: said.length * 2 }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([said, heard]) => {
      expect(worthMicro(knownFrom(heard), ORDER)).toBe(worthMicro(knownFrom(said), ORDER))
    }),
  )
})

test('a payment is worth from nothing to what was ordered, and nothing before it is paid', () => {
  fc.assert(
    fc.property(notices, said => {
      const worth = worthMicro(knownFrom(said), ORDER)
      expect(worth >= 0n && worth <= ORDER.creditsMicro).toBe(true)
      if (said.every(each => each.paid === undefined)) expect(worth).toBe(0n)
    }),
  )
})

const at = (seconds: number, said: Partial<PaymentNotice>): PaymentNotice => ({
  ...ABOUT,
  atMs: seconds * 1_000,
  ...said,
})

test.each<[string, PaymentNotice[], bigint]>([
  ['paid', [at(1, { paid: PAID })], 500_000_000n],
  ['paid twice over', [at(1, { paid: PAID }), at(2, { paid: PAID })], 500_000_000n],
  ['a fifth given back', [at(1, { paid: PAID }), at(2, { refundedMinor: 100n })], 400_000_000n],
  ['a third of a cent is rounded down', [at(1, { paid: PAID }), at(2, { refundedMinor: 499n })], 1_000_000n],
  ['all given back', [at(1, { paid: PAID }), at(2, { refundedMinor: 500n })], 0n],
  ['more given back than paid', [at(1, { paid: PAID }), at(2, { refundedMinor: 900n })], 0n],
  ['given back before it was paid', [at(2, { refundedMinor: 500n }), at(1, { paid: PAID })], 0n],
  [
    'a refund that failed',
    [at(1, { paid: PAID }), at(2, { refundedMinor: 500n }), at(3, { refundedMinor: 0n })],
    500_000_000n,
  ],
  ['disputed', [at(1, { paid: PAID }), at(2, { dispute: 'open' })], 0n],
  [
    'a dispute won',
    [at(1, { paid: PAID }), at(3, { dispute: 'won' }), at(2, { dispute: 'open' })],
    500_000_000n,
  ],
  [
    'a dispute that begins and ends in one second',
    [at(1, { paid: PAID }), at(2, { dispute: 'won' }), at(2, { dispute: 'open' })],
    500_000_000n,
  ],
  ['a dispute lost', [at(1, { paid: PAID }), at(2, { dispute: 'lost' })], 0n],
  ['another amount', [at(1, { paid: { amountMinor: 499n, currency: 'usd' } })], 0n],
  ['another currency', [at(1, { paid: { amountMinor: 500n, currency: 'jpy' } })], 0n],
])('%s', (_, said, worth) => {
  expect(worthMicro(knownFrom(said), ORDER)).toBe(worth)
})
