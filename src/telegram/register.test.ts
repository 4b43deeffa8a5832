import { expect, test } from 'vitest'
import { openStall } from '../../tests/set-up/stall.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }

test('/start makes an account once, and says what it begins with', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('/start')
  await ada.hears(/Welcome to Botwright. You have 1000.00 credits/)
  ada.says('/start')
  await ada.hears(/Welcome back/)
  expect(stall.books.newcomers).toEqual([
    { telegramId: 501, username: 'ada', language: 'en', referral: null },
  ])
})

test('somebody without a name or a language has an account too', async () => {
  await using stall = await openStall()
  const nobody = stall.telegram.user({ id: 77 })
  nobody.says('/start')
  await nobody.hears(/Welcome/)
  expect(stall.books.newcomers).toEqual([{ telegramId: 77, username: null, language: null, referral: null }])
})

test.each([
  { says: '/start ref_AbC-9_z', referral: 'AbC-9_z' },
  { says: '/start ref_', referral: null },
  { says: '/start AbC', referral: null },
  { says: '/start ref_a b', referral: null },
  { says: `/start ref_${'a'.repeat(61)}`, referral: null },
])('$says was sent by $referral', async ({ says, referral }) => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says(says)
  await ada.hears(/Welcome/)
  expect(stall.books.newcomers).toMatchObject([{ referral }])
})
