import { Api } from 'grammy'
import { expect, test } from 'vitest'
import { BROKEN } from '../../tests/set-up/shopBooks.ts'
import { offered, openStall } from '../../tests/set-up/stall.ts'
import { openLog } from '../log.ts'
import { openBot } from './bot.ts'

const ADA = { id: 501, username: 'ada', language_code: 'en' }
const EVE = { id: 666, username: 'eve', language_code: 'de' }

test('a wrong token ends the start, and is not repeated in the message', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const token = '7000000001:another'
  const settings = { token, apiRoot: telegram.apiRoot }
  const log = openLog({ level: 'silent' })
  const bot = openBot({ settings, support: '', clock: telegram.clock, log, buying: books })
  await expect(bot.start()).rejects.toThrow('Telegram does not know the token of the bot.')
  expect(bot.address()).toBe(null)
  await bot.stop()
})

test('the address of the chat is known from the start on', async () => {
  await using stall = await openStall()
  expect(stall.bot.address()).toBe('https://t.me/botwright_bot')
})

test('where Telegram cannot be reached at the start, the bot comes up later', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  telegram.trouble('getMe', { kind: 'cut', when: 'before' }, { kind: 'server-error', status: 502 })
  const bot = await stall.restarts()
  expect(bot.address()).toBe(null)
  await telegram.clock.pass(1_000)
  const ada = telegram.user(ADA)
  ada.says('/credits')
  await ada.hears(/You have/)
  expect(bot.address()).not.toBe(null)
})

test('a webhook that was set before does not keep updates away', async () => {
  await using stall = await openStall()
  const { telegram, bot } = stall
  await bot.stop()
  const { token, apiRoot } = telegram
  await new Api(token, { apiRoot }).setWebhook('https://bot.example/hook')
  await stall.restarts()
  const ada = telegram.user(ADA)
  ada.says('/credits')
  await ada.hears(/You have/)
})

test('only what is handled is asked for', async () => {
  await using stall = await openStall()
  const ada = stall.telegram.user(ADA)
  ada.says('/credits')
  await ada.hears(/You have/)
  const asked = stall.telegram.calls.find(({ method }) => method === 'getUpdates')
  expect(asked?.params).toMatchObject({
    timeout: 30,
    allowed_updates: ['message', 'callback_query', 'pre_checkout_query'],
  })
})

test('in groups the bot is silent', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  const update = ada.says('/buy', { id: -100, type: 'group', title: 'Group' })
  await telegram.updates.confirmed(update)
  ada.says('/credits')
  await ada.hears(/You have/)
  expect(telegram.sent(ADA.id)).toHaveLength(1)
  expect(telegram.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1)
})

test('a connection that breaks while waiting for updates loses none', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  telegram.trouble('getUpdates', { kind: 'cut', when: 'before' }, { kind: 'server-error', status: 502 })
  ada.says('/start')
  await ada.hears(/Welcome/)
  ada.says('/credits')
  await telegram.clock.pass(1_000)
  await telegram.clock.pass(2_000)
  await ada.hears(/You have/)
})

test('updates that come in the wrong order are all handled', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const goOn = telegram.updates.hold()
  const people = Array.from({ length: 5 }, (_, index) => telegram.user({ id: 800 + index }))
  const updates = people.map(person => person.says('/start'))
  telegram.updates.backwards()
  goOn()
  for (const person of people) await person.hears(/Welcome/)
  for (const update of updates) await telegram.updates.confirmed(update)
})

test('more updates than one answer holds are all handled, each once', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const goOn = telegram.updates.hold()
  const people = Array.from({ length: 130 }, (_, index) => telegram.user({ id: 1_000 + index }))
  const updates = people.map(person => person.says('/start'))
  goOn()
  for (const update of updates) await telegram.updates.confirmed(update)
  for (const { user } of people) expect(telegram.sent(user.id)).toHaveLength(1)
})

test('somebody who has blocked the bot is left alone', async () => {
  await using stall = await openStall()
  const { telegram, lines } = stall
  const [ada, eve] = [telegram.user(ADA), telegram.user(EVE)]
  ada.says('/start')
  await ada.hears(/Welcome/)
  ada.blocks()
  const update = ada.says('/credits')
  await telegram.updates.confirmed(update)
  eve.says('/start')
  await eve.hears(/Welcome/)
  expect(telegram.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(3)
  expect(lines.join('')).toContain('cannot be reached')
})

test('when Telegram says not so fast, a message is sent again no sooner than it asks', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  telegram.trouble('sendMessage', { kind: 'too-many', retryAfter: 1 })
  const beganMs = performance.now()
  ada.says('/start')
  await telegram.asked('sendMessage')
  telegram.clock.move(1_000)
  await ada.hears(/Welcome/)
  expect(performance.now() - beganMs).toBeGreaterThan(990)
})

test('when Telegram says not so fast for long, the update comes again no sooner than it asks', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  telegram.trouble('sendMessage', { kind: 'too-many', retryAfter: 300 })
  ada.says('/start')
  await telegram.clock.pass(300_000)
  await ada.hears(/Welcome/)
})

test('an update that fails at first is tried again', async () => {
  await using stall = await openStall()
  const { telegram, books, lines } = stall
  const ada = telegram.user(ADA)
  books.breaks('packages', 2)
  ada.says('/buy')
  await telegram.clock.pass(1_000)
  await telegram.clock.pass(2_000)
  await ada.hears(/like to buy/)
  expect(lines.filter(line => line.includes(BROKEN))).toHaveLength(2)
})

test('an update that always fails is given up, told of and logged', async () => {
  await using stall = await openStall()
  const { telegram, books, lines } = stall
  const ada = telegram.user(ADA)
  books.breaks('packages', 6)
  const update = ada.says('/buy')
  for (const seconds of [1, 2, 4, 8, 16]) await telegram.clock.pass(seconds * 1_000)
  await ada.hears(/went wrong on our side/)
  await telegram.updates.confirmed(update)
  expect(lines.join('')).toContain('was given up')
  await offered(ada)
})

test('what one person says is handled in its order', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  books.breaks('packages', 1)
  const goOn = telegram.updates.hold()
  ada.says('/buy')
  ada.says('/credits')
  goOn()
  await telegram.clock.pass(1_000)
  await ada.hears(/You have/)
  expect(telegram.sent(ADA.id).map(({ text }) => text?.slice(0, 8))).toEqual(['What wou', 'You have'])
})

test('a message that was cut off is sent again', async () => {
  await using stall = await openStall()
  const { telegram, lines } = stall
  const ada = telegram.user(ADA)
  telegram.trouble('sendMessage', { kind: 'cut', when: 'before' })
  ada.says('/start')
  await telegram.clock.pass(1_000)
  await ada.hears(/Welcome/)
  expect(lines.join('')).toContain("Network request for 'sendMessage' failed!")
})

test('the token stands in no line of the log', async () => {
  await using stall = await openStall()
  const { telegram, books, lines } = stall
  const ada = telegram.user(ADA)
  telegram.trouble('sendMessage', { kind: 'cut', when: 'before' }, { kind: 'server-error', status: 500 })
  const { packages } = books
  books.packages = async () => {
    books.packages = packages
    throw new Error(`cannot ask ${telegram.apiRoot}/bot${telegram.token}/getMe`)
  }
  ada.says('/start')
  await telegram.clock.pass(1_000)
  await telegram.clock.pass(2_000)
  await ada.hears(/Welcome/)
  ada.says('/buy')
  await telegram.clock.pass(1_000)
  await ada.hears(/like to buy/)
  expect(lines.join('')).toContain('/bot[secret]/getMe')
  expect(lines.join('')).not.toContain(telegram.token)
})

test('after a stop nothing that was handled comes again', async () => {
  await using stall = await openStall()
  const { telegram } = stall
  const ada = telegram.user(ADA)
  const update = ada.says('/start')
  await ada.hears(/Welcome/)
  await stall.restarts()
  ada.says('/credits')
  await ada.hears(/You have/)
  expect(telegram.updates.deliveries(update)).toBe(1)
  expect(telegram.updates.pending()).not.toContain(update)
})

test('a stop waits for what is under way, though not for ever', async () => {
  await using stall = await openStall()
  const { telegram, books } = stall
  const ada = telegram.user(ADA)
  const never = Promise.withResolvers<never>()
  const asked = Promise.withResolvers<void>()
  books.creditsOf = () => {
    asked.resolve()
    return never.promise
  }
  const update = ada.says('/credits')
  await asked.promise
  const stopping = stall.bot.stop()
  await telegram.clock.pass(10_000)
  await stopping
  expect(telegram.updates.pending()).toContain(update)
})
