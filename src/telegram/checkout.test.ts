import { expect, test } from 'vitest'
import { BROKEN, GRANTED_MICRO } from '../../tests/set-up/shopBooks.ts'
import { invoiced, openStall, type Stall } from '../../tests/set-up/stall.ts'
import { openOrder } from '../billing/payments/orders.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const EVE = { id: 666, username: 'eve', language_code: 'de' }

/** The only order there is. */
async function orderIn({ books }: Stall) {
  const [order] = await books.orders()
  if (!order) throw new Error('there is no order')
  return order
}

test('an invoice that was made for somebody else is not paid', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const invoice = await invoiced(telegram.user(ADA))
  const eve = telegram.user(EVE)
  const payment = await eve.paysForwardedInvoice(invoice)
  expect(payment).toMatchObject({ paid: false, says: expect.stringContaining('somebody else') })
  expect(eve.stars()).toBe(100_000)
  expect(books.notices).toEqual([])
  expect((await orderIn(stall)).status).toBe('open')
})

test.each([
  { what: 'amount', change: { amountMinor: 400n } },
  { what: 'currency', change: { currency: 'usd' } },
])('an invoice whose $what is no longer that of its order is not paid', async ({ change }) => {
  await using stall = await openStall()
  const { books } = stall
  const { order } = books
  const ada = stall.telegram.user(ADA)
  const invoice = await invoiced(ada)
  books.order = async id => {
    const kept = await order(id)
    return kept && { ...kept, ...change }
  }
  expect(await ada.pays(invoice)).toMatchObject({ says: expect.stringContaining('price') })
  expect(ada.stars()).toBe(100_000)
})

const PAID = {
  about: 'payment',
  reference: 'stx-elsewhere',
  atMs: 1_800_000_000_000,
  paid: { amountMinor: 385n, currency: 'xtr' },
} as const

test.each([
  { status: 'paid', notice: PAID, says: 'paid already' },
  { status: 'expired', notice: { about: 'order', status: 'expired' }, says: 'no longer be paid' },
  { status: 'failed', notice: { about: 'order', status: 'failed' }, says: 'no longer be paid' },
  { status: 'pending', notice: { about: 'order', status: 'pending' }, says: 'no longer be paid' },
] as const)('an order that is $status is not paid', async ({ status, notice, says }) => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  const invoice = await invoiced(ada)
  await stall.books.take({ ...notice, method: 'stars', orderId: (await orderIn(stall)).id })
  expect((await orderIn(stall)).status).toBe(status)
  expect(await ada.pays(invoice)).toMatchObject({ paid: false, says: expect.stringContaining(says) })
})

test('an order that is paid by card is not paid in Stars', async () => {
  await using stall = await openStall()
  const { telegram, bot, books } = stall
  const ada = telegram.user(ADA)
  ada.says('/start')
  await ada.hears(/Welcome/)
  const wanted = { userId: await books.userId(ADA.id), packageId: 'small', method: 'stripe' } as const
  await books.database.transaction(tx => openOrder(tx, telegram.clock, wanted))
  const { id, amountMinor } = await orderIn(stall)
  const prices = [{ label: 'Small', amount: Number(amountMinor) }]
  const link = await bot.api.createInvoiceLink('Small', '500 credits', id, '', 'XTR', prices)
  expect(await ada.pays(link)).toMatchObject({ says: expect.stringContaining('not known') })
})

test.each(['gift', '0000000000000000', "' or 1=1 --"])('an invoice for %s is not known', async payload => {
  await using stall = await openStall()
  const { telegram, bot } = stall
  const ada = telegram.user(ADA)
  const prices = [{ label: 'Credits', amount: 1 }]
  const link = await bot.api.createInvoiceLink('Credits', 'Cheap ones', payload, '', 'XTR', prices)
  expect(await ada.pays(link)).toMatchObject({ says: expect.stringContaining('not known') })
  expect(stall.books.newcomers).toEqual([])
})

test('when the books are slow, a checkout is refused in time and no Stars are taken', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  const invoice = await invoiced(ada)
  const goOn = books.stalls()
  const paying = ada.pays(invoice)
  await telegram.clock.pass(8_000)
  expect(await paying).toMatchObject({ says: expect.stringContaining('cannot be checked') })
  expect(ada.stars()).toBe(100_000)
  goOn()
  expect((await ada.pays(invoice)).paid).toBe(true)
  await ada.hears(/Thank you/)
  expect(await books.availableMicro(ADA.id)).toBe(GRANTED_MICRO + 500_000_000n)
})

test('one slow checkout keeps nobody else waiting', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const [ada, eve] = [telegram.user(ADA), telegram.user(EVE)]
  const [hers, other] = [await invoiced(ada), await invoiced(eve)]
  const goOn = books.stalls()
  const paying = ada.pays(hers)
  const credits = ada.says('/credits')
  await telegram.clock.pass(500)
  await ada.hears(/You have/)
  const paysToo = eve.pays(other)
  await telegram.clock.pass(500)
  goOn()
  expect(await Promise.all([paying, paysToo])).toMatchObject([{ paid: true }, { paid: true }])
  await ada.hears(/Thank you/)
  await eve.hears(/Thank you/)
  await telegram.updates.confirmed(credits)
})

test('when the books are out of reach, a checkout is refused at once', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  const invoice = await invoiced(ada)
  stall.books.breaks('order', 1)
  expect(await ada.pays(invoice)).toMatchObject({ says: expect.stringContaining('cannot be checked') })
  expect(stall.lines.join('')).toContain(BROKEN)
})

test('a checkout whose answer was cut off is answered again', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  const invoice = await invoiced(ada)
  telegram.trouble('answerPreCheckoutQuery', { kind: 'cut', when: 'before' })
  const paying = ada.pays(invoice)
  await telegram.clock.pass(1_000)
  expect((await paying).paid).toBe(true)
})

test('a checkout that nobody can answer in time takes no Stars', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  const invoice = await invoiced(ada)
  await stall.bot.stop()
  const paying = ada.pays(invoice)
  await telegram.clock.pass(10_000)
  expect(await paying).toMatchObject({ says: 'Payment timed out.' })
  await stall.restarts()
  ada.says('/credits')
  await ada.hears(/You have/)
  expect(ada.stars()).toBe(100_000)
})
