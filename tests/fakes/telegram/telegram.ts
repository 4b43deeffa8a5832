import type { BotCommand, Message, StarTransaction, UserFromGetMe } from '@grammyjs/types'
import { json, type Manner, type Received, startServer } from '../server.ts'
import { openChats } from './chats.ts'
import { type HandClock, handClock } from './clock.ts'
import { type Call, type KnownMethod, methodsOf, type State } from './methods.ts'
import { type Phone, phoneOf } from './phone.ts'
import { openPresses } from './presses.ts'
import { openQueue, type UpdateQueue } from './queue.ts'
import { badRequest, Refused } from './refused.ts'
import { openShop } from './shop.ts'
import { openTroubles, type Trouble, type Troubles, tooMany } from './troubles.ts'

/** Telegram's Bot API as documented at core.telegram.org/bots/api, with the people behind it. */
export type FakeTelegram = AsyncDisposable & {
  /** What a bot takes for the address of the API. */
  apiRoot: string
  token: string
  clock: HandClock
  /** What the bot did that the documentation forbids, in the order of time. */
  complaints: readonly string[]
  calls: readonly { method: string; params: unknown }[]
  /** Resolves when a method has been called. */
  asked(method: KnownMethod): Promise<void>
  /** A person with a phone and Stars; the same one for the same id. */
  user(person: { id: number; language_code?: string; username?: string; stars?: number }): Phone
  /** The messages of the bot in a chat, oldest first. */
  sent(chatId: number): readonly Message[]
  commands(): readonly BotCommand[]
  updates: UpdateQueue
  refundOutside(chargeId: string): number
  /** In the order of time; a test may add what happened in another way. */
  transactions: StarTransaction[]
  /** The next requests for a method meet these, one each; without any, those that were ordered are taken back. */
  trouble: Troubles['order']
}

const TOKEN = '7000000001:AAF-fake-token-of-the-fake-telegram'
const STARS = 100_000

const BOT: UserFromGetMe = {
  id: 7_000_000_001,
  is_bot: true,
  first_name: 'Botwright',
  username: 'botwright_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
  allows_users_to_create_topics: false,
  can_manage_bots: false,
  supports_join_request_queries: false,
}

export async function startTelegram(clock: HandClock = handClock()): Promise<FakeTelegram> {
  const [chats, queue, troubles] = [openChats(clock, BOT), openQueue(clock), openTroubles(clock)]
  const [shop, presses] = [openShop({ clock, chats, queue, bot: BOT }), openPresses(queue)]
  const state: State = { clock, chats, queue, bot: BOT, shop, presses, webhook: '', commands: [] }
  const [complaints, calls, phones]: [string[], FakeTelegram['calls'][number][], Map<number, Phone>] = [
    [],
    [],
    new Map(),
  ]
  let called = Promise.withResolvers<void>()
  const methods = methodsOf(state)
  const server = await startServer(() => undefined)
  server.behave(async received => {
    const name = methodIn(received.path)
    if (name === undefined) return refusal(new Refused(401, 'Unauthorized', 'luck'))
    calls.push({ method: name, params: received.body })
    called.resolve()
    called = Promise.withResolvers()
    const manner = await met(name, received, methods, troubles)
    if (manner instanceof Refused && manner.fault === 'bot') complaints.push(`${name}: ${manner.message}`)
    return manner instanceof Refused ? refusal(manner) : manner
  })
  return {
    apiRoot: server.origin,
    token: TOKEN,
    clock,
    complaints,
    calls,
    asked: async name => {
      while (!calls.some(({ method }) => method === name)) await called.promise
    },
    user: ({ id, stars = STARS, ...rest }) => {
      const known = phones.get(id)
      if (known) return known
      const user = { id, is_bot: false, first_name: rest.username ?? `Person ${id}`, ...rest }
      chats.add({ user, started: false, blocked: false, stars })
      const phone = phoneOf(state, user)
      phones.set(id, phone)
      return phone
    },
    sent: chats.sent,
    commands: () => state.commands,
    updates: queue,
    refundOutside: shop.refundOutside,
    transactions: shop.transactions,
    trouble: troubles.order,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The method of a path with the right token. */
function methodIn(path: string): string | undefined {
  const start = `/bot${TOKEN}/`
  return path.startsWith(start) ? path.slice(start.length) : undefined
}

async function met(
  name: string,
  { method, body }: Received,
  methods: ReadonlyMap<string, Call>,
  troubles: Troubles,
): Promise<Manner | Refused> {
  try {
    const call = methods.get(name)
    if (!call) throw new Refused(404, `Not Found: method ${name} not found`, 'bot')
    if (method !== 'POST' || body === undefined) throw badRequest('the parameters must come as JSON')
    troubles.checkPatience(name)
    const trouble = troubles.next(name)
    if (trouble && !(trouble.kind === 'cut' && trouble.when === 'after')) return inTrouble(trouble)
    const result = await call(body)
    return trouble ? inTrouble(trouble) : { kind: 'reply', reply: json(200, { ok: true, result }) }
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown
    throw thrown
  }
}

function inTrouble(trouble: Trouble): Manner | Refused {
  if (trouble.kind === 'cut') return { kind: 'break-off' }
  if (trouble.kind === 'too-many') return tooMany(trouble.retryAfter, 'luck')
  if (trouble.kind === 'blocked') return new Refused(403, 'Forbidden: bot was blocked by the user', 'luck')
  return trouble.status === 500
    ? new Refused(500, 'Internal Server Error', 'luck')
    : { kind: 'reply', reply: { status: 502, body: '<html>Bad Gateway</html>' } }
}

function refusal({ code, message, retryAfter }: Refused): Manner {
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } }
  return {
    kind: 'reply',
    reply: json(code, { ok: false, error_code: code, description: message, ...parameters }),
  }
}
