import type { Notice } from '../billing/payments/notice.ts'
import type { Order as KeptOrder } from '../billing/payments/orders.ts'
import type { Package } from '../billing/payments/packages.ts'
import type { Clock } from '../clock.ts'
import type { Result } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Newcomer, Registered } from '../projects/register.ts'

/** What the books must say of an order before it is paid. */
export type Order = Pick<KeptOrder, 'id' | 'userId' | 'method' | 'amountMinor' | 'currency' | 'status'>

/** What changed the credits of a user; signed micro-credits. */
export type Transaction = { atMs: number; type: string; amountMicro: bigint; reason: string }

export type Invite = { code: string; bonusMicro: bigint }

/** Credits that were bought: `number` is what a person names when they ask about it. */
export type Purchase = { atMs: number; amountMicro: bigint; number: string }

/** What a notice changed for its user; nothing, when it was known already or is not what was ordered. */
export type Taken = { userId: string; changeMicro: bigint; availableMicro: bigint }

/** The books, as far as a shop in a chat needs them. */
export type BuyingParts = {
  /** What is sold now. */
  packages(): Promise<readonly Package[]>
  open(userId: string, packageId: string, method: 'stars'): Promise<Result<Order>>
  order(id: string): Promise<Order | undefined>
  /** Takes what Telegram says into the books, once, and lets projects that waited for credits go on. */
  take(notice: Notice): Promise<Result<Taken>>
  /** The newest transactions stand first. */
  creditsOf(userId: string): Promise<{
    availableMicro: bigint
    heldMicro: bigint
    /** How to bring somebody here, and what both get; null where nothing is given for it. */
    invite: Invite | null
    transactions: readonly Transaction[]
  }>
  /** The newest stand first; what was given back has no credits. */
  purchasesOf(userId: string): Promise<readonly Purchase[]>
  /** The account of somebody in Telegram, which is made when there is none. */
  register(person: Newcomer): Promise<Registered>
}

/** What every part of the bot is given. */
export type BotParts = {
  /** `apiRoot` absent: Telegram's own. */
  settings: { token: string; apiRoot?: string | undefined }
  /** Who is written to about payments: a name in Telegram, an e-mail address. */
  support: string
  clock: Clock
  log: Log
  buying: BuyingParts
}
