import { expect, test } from 'vitest'
import type { Phone } from '../../tests/fakes/telegram/phone.ts'
import { BROKEN, GRANTED_MICRO } from '../../tests/set-up/shopBooks.ts'
import { invoiced, openStall, type Stall, SUPPORT } from '../../tests/set-up/stall.ts'
import { newId } from '../id.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const BOUGHT = GRANTED_MICRO + 500_000_000n

/** Goes as far as Telegram's word that the Stars were taken. */
async function paid({ telegram }: Stall, before: (ada: Phone) => void = () => {}) {
  const ada = telegram.user(ADA)
  const invoice = await invoiced(ada)
  before(ada)
  const payment = await ada.pays(invoice)
  if (!payment.paid) throw new Error(payment.says)
  return { ada, invoice, ...payment }
}

test('a payment that is told twice is credited once', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, updateId } = await paid(stall)
  await ada.hears(/Thank you/)
  telegram.updates.twin(updateId)
  const again = await ada.hears(/is in our books/)
  expect(again.text).toContain('you have 1500.00 credits')
  expect(books.notices).toHaveLength(2)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
})

test('an update that comes again under its own number is not handled again', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, updateId } = await paid(stall)
  await ada.hears(/Thank you/)
  telegram.updates.again(updateId)
  ada.says('/credits')
  await ada.hears(/You have/)
  expect(telegram.updates.deliveries(updateId)).toBeGreaterThan(1)
  expect(books.notices).toHaveLength(1)
})

test('a payment that the books cannot take is not confirmed, and is tried until they can', async () => {
  await using stall = await openStall()
  const { telegram, books, lines } = stall
  const { ada, updateId } = await paid(stall, () => books.breaks('take', 2))
  await ada.hears(/out of reach at the moment/)
  await telegram.clock.pass(1_000)
  await telegram.clock.pass(2_000)
  await ada.hears(/Thank you/)
  await telegram.updates.confirmed(updateId)
  expect(books.notices).toHaveLength(3)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
  expect(lines.filter(line => line.includes(BROKEN))).toHaveLength(2)
})

test('a payment is never given up, and keeps nobody else waiting', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, updateId } = await paid(stall, () => books.breaks('take', 20))
  await ada.hears(/out of reach at the moment/)
  const waits = [1, 2, 4, 8, 16, 32, ...Array.from({ length: 13 }, () => 60)]
  for (const seconds of waits) {
    await telegram.clock.pass(seconds * 1_000)
    ada.says('/credits')
    await ada.hears(/You have/)
    expect(telegram.updates.pending()).toContain(updateId)
  }
  expect(books.notices).toHaveLength(20)
  await telegram.clock.pass(60_000)
  await ada.hears(/Thank you/)
  await telegram.updates.confirmed(updateId)
})

test('a payment that was not taken before a stop comes again at the next start', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, updateId } = await paid(stall, () => books.breaks('take', 1))
  await ada.hears(/out of reach at the moment/)
  await stall.restarts()
  await ada.hears(/Thank you/)
  await telegram.updates.confirmed(updateId)
  expect(telegram.updates.deliveries(updateId)).toBeGreaterThan(1)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
})

test('a payment that was taken and not confirmed before a crash is credited once', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { take } = books
  books.take = notice => {
    books.take = take
    telegram.trouble(
      'getUpdates',
      ...Array.from({ length: 9 }, () => ({ kind: 'cut', when: 'before' }) as const),
    )
    return take(notice)
  }
  const { ada, updateId } = await paid(stall)
  await ada.hears(/Thank you/)
  await stall.bot.stop()
  telegram.trouble('getUpdates')
  await stall.restarts()
  await ada.hears(/is in our books; you have 1500.00 credits/)
  expect(telegram.updates.deliveries(updateId)).toBe(2)
  expect(books.notices).toHaveLength(2)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
})

test('a payment that was taken before the thanks were sent is thanked for when it comes again', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, updateId } = await paid(stall, () =>
    telegram.trouble('sendMessage', { kind: 'cut', when: 'before' }),
  )
  await telegram.clock.pass(1_000)
  await ada.hears(/is in our books; you have 1500.00 credits/)
  await telegram.updates.confirmed(updateId)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
})

test('whoever blocks the bot after paying has the credits', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { updateId } = await paid(stall, ada => ada.blocks())
  await telegram.updates.confirmed(updateId)
  expect(await books.availableMicro(ADA.id)).toBe(BOUGHT)
})

test('a payment that the books refuse is named to its person and to the operator', async () => {
  await using stall = await openStall()
  const { telegram, books, lines } = stall
  const { take } = books
  const { ada, chargeId, updateId } = await paid(stall, () => {
    books.take = notice => take({ ...notice, orderId: newId() })
  })
  const answer = await ada.hears(/cannot place/)
  expect(answer.text).toContain(chargeId)
  expect(answer.text).toContain(SUPPORT)
  expect(lines.join('')).toContain(chargeId)
  await telegram.updates.confirmed(updateId)
})

test('what Telegram gives back by itself leaves the books', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { ada, chargeId, updateId } = await paid(stall)
  await ada.hears(/Thank you/)
  telegram.refundOutside(chargeId)
  const told = await ada.hears(/given back/)
  expect(told.text).toContain('500.00 credits were taken')
  expect(await books.availableMicro(ADA.id)).toBe(GRANTED_MICRO)
  expect(ada.stars()).toBe(100_000)
  await telegram.updates.confirmed(updateId)
})

test('a refund that is heard of before its payment leaves nothing', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const { order } = books
  let goOn = () => {}
  books.order = id => {
    goOn = telegram.updates.hold()
    return order(id)
  }
  const { ada, chargeId } = await paid(stall)
  telegram.refundOutside(chargeId)
  telegram.updates.backwards()
  goOn()
  await ada.hears(/refund of payment .* 1000.00 credits/)
  await ada.hears(/is in our books; you have 1000.00 credits/)
  expect(books.notices.map(each => 'refundedMinor' in each)).toEqual([true, false])
  expect(await books.availableMicro(ADA.id)).toBe(GRANTED_MICRO)
})

test('the notice that is taken says what Telegram said', async () => {
  await using stall = await openStall()
  const { ada, chargeId } = await paid(stall)
  await ada.hears(/Thank you/)
  const [order] = await stall.books.orders()
  expect(stall.books.notices).toEqual([
    {
      about: 'payment',
      method: 'stars',
      reference: chargeId,
      orderId: order?.id,
      atMs: stall.telegram.clock.nowMs(),
      paid: { amountMinor: 385n, currency: 'xtr' },
    },
  ])
})
