import { expect, test } from 'vitest'
import { buttonsOf } from '../../tests/fakes/telegram/phone.ts'
import { GRANTED_MICRO, SMALL } from '../../tests/set-up/shopBooks.ts'
import { invoiced, offered, openStall } from '../../tests/set-up/stall.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const EVE = { id: 666, username: 'eve', language_code: 'de' }

test('a person buys credits for Stars', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  const { list, button } = await offered(ada)
  expect(buttonsOf(list).map(({ text }) => text)).toEqual([
    '500.00 credits for 385 ⭐',
    '2000.00 credits for 1539 ⭐',
  ])

  expect(await ada.presses(button)).toEqual({ text: '', alert: false })
  const invoice = await ada.hears(/^Small/)
  expect(invoice.invoice).toMatchObject({ currency: 'XTR', total_amount: 385 })
  const payment = await ada.pays(invoice)

  const thanks = await ada.hears(/Thank you/)
  expect(payment.paid).toBe(true)
  expect(thanks.text).toContain('500.00 credits were added; you have 1500.00 now')
  expect(thanks.text).toContain(payment.paid && payment.chargeId)
  expect(await books.availableMicro(ADA.id)).toBe(GRANTED_MICRO + 500_000_000n)
  expect(books.creditsCame).toEqual([await books.userId(ADA.id)])
  expect(ada.stars()).toBe(100_000 - 385)
})

test('whoever presses /buy first has an account from then on', async () => {
  await using stall = await openStall()
  await offered(stall.telegram.user(ADA))
  expect(stall.books.newcomers).toEqual([
    { telegramId: 501, username: 'ada', language: 'en', referral: null },
  ])
})

test('/add_credits lists the same', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('/add_credits')
  expect(buttonsOf(await ada.hears(/like to buy/))).toHaveLength(2)
})

test('where nothing is sold for Stars, /buy says so', async () => {
  await using stall = await openStall()
  for (const id of ['small', 'large']) await stall.books.sellsNoMore(id)
  const ada = stall.telegram.user(ADA)
  ada.says('/buy')
  await ada.hears(/not sold for Stars/)
})

test('a button of an older price opens no order', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  const { button } = await offered(ada)
  await stall.books.sells({ ...SMALL, stars: 400 })
  expect(await ada.presses(button)).toEqual({ text: expect.stringContaining('has changed'), alert: true })
  expect(await stall.books.orders()).toEqual([])
})

test('a button of what is sold no more opens no order', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  const { button } = await offered(ada)
  await stall.books.sellsNoMore('small')
  expect(await ada.presses(button)).toMatchObject({ text: expect.stringContaining('/buy') })
  expect(await stall.books.orders()).toEqual([])
})

test('what the books refuse to open is said after the press', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  const { button } = await offered(ada)
  await stall.books.locks(ADA.id)
  expect(await ada.presses(button)).toEqual({
    text: 'This account is locked, so nothing can be bought for it now.',
    alert: true,
  })
  expect(await stall.books.orders()).toEqual([])
})

test.each(['buy', 'buy:385:', 'buy:0:small', 'buy:385:card', 'buy:null:card', 'refund:all', '💥'])(
  'forged data %s changes nothing and is answered',
  async data => {
    await using stall = await openStall()
    const ada = stall.telegram.user(ADA)
    await offered(ada)
    expect(await ada.forges(data)).toMatchObject({ alert: true })
    expect(await stall.books.orders()).toEqual([])
  },
)

test('a press under a message of somebody else changes nothing and is answered', async () => {
  await using stall = await openStall()
  const { list, button } = await offered(stall.telegram.user(ADA))
  const eve = stall.telegram.user(EVE)
  expect(await eve.presses(button, list)).toMatchObject({ text: expect.stringContaining('no longer') })
  expect(await stall.books.orders()).toEqual([])
  expect(stall.books.newcomers).toHaveLength(1)
})

test('every press has an order of its own, and each is paid for once', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  const [first, second] = [await invoiced(ada), await invoiced(ada)]
  for (const invoice of [first, second]) {
    expect((await ada.pays(invoice)).paid).toBe(true)
    await ada.hears(/Thank you/)
  }
  expect(await ada.pays(first)).toMatchObject({ paid: false, says: expect.stringContaining('paid already') })
  expect(await books.availableMicro(ADA.id)).toBe(GRANTED_MICRO + 1_000_000_000n)
})
