import { expect, test } from 'vitest'
import { invoiced, openStall, SUPPORT } from '../../tests/set-up/stall.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const PEOPLE_SAY_MUCH = 'because '.repeat(1_000)

test('/credits shows what there is and what changed it', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('/credits')
  expect((await ada.hears(/You have/)).text).toBe('You have 1000.00 credits.')
  await ada.pays(await invoiced(ada))
  await ada.hears(/Thank you/)
  ada.says('/credits')
  expect((await ada.hears(/You have/)).text).toBe(
    ['You have 1500.00 credits.', '', 'Lately:', '2027-01-15: +500.00 (Credits bought)'].join('\n'),
  )
})

test('/credits shows what is set aside, and fits into a message whatever the reasons are', async () => {
  await using stall = await openStall()
  const used = {
    atMs: 1_800_000_000_000,
    type: 'usage_deduction',
    amountMicro: -1_250_000n,
    reason: PEOPLE_SAY_MUCH,
  }
  stall.books.creditsOf = async () => ({
    availableMicro: 5_000_000n,
    heldMicro: 2_000_000n,
    transactions: Array.from({ length: 500 }, () => used),
  })
  const ada = stall.telegram.user(ADA)
  ada.says('/credits')
  const { text = '' } = await ada.hears(/You have 5.00 credits. Set aside for work under way: 2.00./)
  expect(text.split('\n').filter(line => line.startsWith('2027-01-15: -1.25 (because'))).toHaveLength(10)
})

test('/paysupport says whom to write to, and names what was bought', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('/paysupport')
  const before = await ada.hears(/Help with payments/)
  expect(before.text).toContain(SUPPORT)
  expect(before.text).toContain('You have not bought anything yet')
  const payment = await ada.pays(await invoiced(ada))
  await ada.hears(/Thank you/)
  ada.says('/paysupport')
  const { text } = await ada.hears(/Help with payments/)
  expect(text).toContain(`2027-01-15: 500.00 credits, payment ${payment.paid && payment.chargeId}`)
})

test('what is not understood is answered with what is', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('hello')
  await ada.hears(/did not understand.*\/buy.*\/credits.*\/paysupport/)
  expect(stall.telegram.commands().map(({ command }) => command)).toEqual(['buy', 'credits', 'paysupport'])
})
