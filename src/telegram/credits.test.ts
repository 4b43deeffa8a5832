import { expect, test } from 'vitest'
import { heldCall } from '../../tests/set-up/books.ts'
import { invoiced, openStall, type Stall, SUPPORT } from '../../tests/set-up/stall.ts'
import { adjust } from '../billing/ledger.ts'
import { projects, referrals } from '../db/schema.ts'
import { newId } from '../id.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const EVE = { id: 666, username: 'eve', language_code: 'de' }
const PEOPLE_SAY_MUCH = 'because '.repeat(1_000)
const DAY_MS = 86_400_000

/** Takes credits away by hand, and sets others aside for a call that is under way. */
async function spends({ books, telegram }: Stall, telegramId: number, usedMicro: bigint, heldMicro: bigint) {
  const { clock } = telegram
  const [userId, projectId, at] = [await books.userId(telegramId), newId(), new Date(clock.nowMs())]
  await books.database.transaction(async tx => {
    const by = { actor: userId, reason: PEOPLE_SAY_MUCH }
    const adjusted = await adjust(tx, clock, { key: newId(), userId, amountMicro: -usedMicro, ...by })
    expect(adjusted.ok).toBe(true)
    await tx.insert(projects).values({
      id: projectId,
      userId,
      description: 'a program',
      state: 'implementing',
      step: 1,
      epoch: 1,
      file: {},
      capMicro: heldMicro,
      createdAt: at,
      updatedAt: at,
    })
    const held = { amountMicro: heldMicro, capMicro: heldMicro }
    expect(await heldCall(tx, clock, { userId, projectId }, held)).toEqual(expect.any(String))
  })
}

test('/credits shows what there is and what changed it', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  ada.says('/credits')
  const granted = '2027-01-15: +1000.00 (Initial credits)'
  expect((await ada.hears(/You have/)).text).toBe(
    ['You have 1000.00 credits.', '', 'Lately:', granted].join('\n'),
  )
  telegram.clock.move(DAY_MS)
  await ada.pays(await invoiced(ada))
  await ada.hears(/Thank you/)
  ada.says('/credits')
  const bought = '2027-01-16: +500.00 (Credits bought)'
  expect((await ada.hears(/You have/)).text).toBe(
    ['You have 1500.00 credits.', '', 'Lately:', bought, granted].join('\n'),
  )
})

test('/credits shows what is set aside, and fits into a message whatever the reasons are', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  ada.says('/start')
  await ada.hears(/Welcome/)
  telegram.clock.move(DAY_MS)
  await spends(stall, ADA.id, 1_250_000n, 2_000_000n)
  const { creditsOf } = books
  books.creditsOf = async userId => {
    const found = await creditsOf(userId)
    return {
      ...found,
      transactions: Array.from({ length: 500 }, () => found.transactions.slice(0, 1)).flat(),
    }
  }
  ada.says('/credits')
  const { text = '' } = await ada.hears(/You have 996.75 credits. Set aside for work under way: 2.00./)
  expect(text.split('\n').filter(line => line.startsWith('2027-01-16: -1.25 (because'))).toHaveLength(10)
})

test('where a bonus is given, /credits has the link by which somebody is brought here', async () => {
  await using stall = await openStall({ bonusMicro: 50_000_000n })
  const { telegram, books } = stall
  const [ada, eve] = [telegram.user(ADA), telegram.user(EVE)]
  ada.says('/credits')
  const { text = '' } = await ada.hears(/both of you get 50.00 credits/)
  const [, code] = /https:\/\/t\.me\/botwright_bot\?start=(\S+)/.exec(text) ?? []
  eve.says(`/start ${code}`)
  await eve.hears(/Welcome/)
  const [userId, referrerId] = [await books.userId(EVE.id), await books.userId(ADA.id)]
  expect(await books.database.sql.select().from(referrals)).toMatchObject([{ userId, referrerId }])
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
