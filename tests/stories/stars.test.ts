import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { rows } from '../../src/db/database.ts'
import { startTelegram } from '../fakes/telegram/telegram.ts'
import { invoiced } from '../set-up/stall.ts'
import { describing, onStage, STORY_MS_MAX } from './stage.ts'

test(
  'TS-002 in Telegram: credits run out, the owner pays in Stars, the project goes on by itself; what is given back is taken back',
  async () => {
    await using telegram = await startTelegram()
    const settings = {
      INITIAL_CREDITS: '12',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      ADMIN_TELEGRAM_IDS: '77',
    }
    await onStage({ settings }, async stage => {
      const { client } = stage
      const resting = await stage.build(describing('durations'))
      expect(resting).toMatchObject({ pause: { reason: 'credits' } })
      const owner = telegram.user({ id: 77, username: 'ada' })
      const invoice = await invoiced(owner)
      await owner.pays(invoice)
      await stage.until(resting.id, 'that it goes on', ({ pause }) => pause === null)
      await client.say(resting.id, { type: 'cancel' })
      const { payments } = await client.get<{ payments: { id: string; credits: string; paid: string }[] }>(
        '/api/operator/payments',
      )
      expect(payments).toMatchObject([{ credits: '500', paid: '385' }])
      await client.post('/api/operator/grants', { user: 'owner', credits: '-500', reason: 'Gone' })
      await client.post('/api/operator/payments/refund', { payment: payments[0]?.id })
      await expect.poll(async () => (await client.session()).billing.locked, { timeout: 20_000 }).toBe('debt')
    })
    expect(telegram.complaints).toEqual([])
  },
  STORY_MS_MAX,
)

test(
  'a person in Telegram gets an account of their own once, with the initial credits',
  async () => {
    await using telegram = await startTelegram()
    const settings = {
      INITIAL_CREDITS: '40',
      REFERRAL_BONUS_CREDITS: '25',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
    }
    await onStage({ settings }, async ({ app, client }) => {
      const bob = telegram.user({ id: 78, username: 'bob' })
      bob.says('/start')
      await bob.hears(/40/)
      bob.says('/start')
      await bob.pays(await invoiced(bob))
      const users = async () =>
        (await client.get<{ users: { name: string; availableCredits: string }[] }>('/api/operator/users'))
          .users
      await expect
        .poll(users, { timeout: 20_000 })
        .toContainEqual(expect.objectContaining({ name: 'bob', availableCredits: '540' }))
      expect(await users()).toHaveLength(2)
      bob.says('/credits')
      const invite = await bob.hears(/both of you get 25\.00 credits/)
      const code = /\?start=(ref_\w+)/.exec(invite.text ?? '')?.[1]
      const carol = telegram.user({ id: 79, username: 'carol' })
      carol.says(`/start ${code}`)
      await carol.hears(/40/)
      const brought = rows<{ by: string }>(
        app.parts.database.sql,
        sql`select b.name as by from referrals r join users b on b.id = r.referrer_id`,
      )
      expect(await brought).toEqual([{ by: 'bob' }])
    })
    expect(telegram.complaints).toEqual([])
  },
  STORY_MS_MAX,
)
