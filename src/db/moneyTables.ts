import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, pgView, primaryKey, text } from 'drizzle-orm/pg-core'
import { money, when } from './columns.ts'
import { calls } from './modelTables.ts'
import { projects, users } from './projectTables.ts'

/** The ledger. What must hold of it whatever code runs is said in the migrations. */

/**
 * Each user has these four: what is there to spend, what is set aside for calls under way, what was spent of the owner's
 * own money where nothing is sold (zero or less), and what is owed after a payment was taken back (zero or less).
 */
export const OWN_ACCOUNTS = ['available', 'held', 'tab', 'owed'] as const

/** `providers`: the part of charges that the calls cost. `stripe`, `stars`: what processors took in for us. */
export const PLATFORM_ACCOUNTS = [
  'revenue',
  'providers',
  'promotions',
  'referrals',
  'refunds',
  'overrun',
  'adjustments',
  'stripe',
  'stars',
] as const

const ACCOUNT_KINDS = [...OWN_ACCOUNTS, ...PLATFORM_ACCOUNTS] as const

/** What can be bought. A package that is sold no more stays for the orders of it. */
export const packages = pgTable('packages', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  creditsMicro: money('credits_micro').notNull(),
  /** In the smallest unit of the currency. */
  priceMinor: money('price_minor').notNull(),
  currency: text('currency').notNull(),
  /** Null: not sold inside Telegram. */
  stars: integer('stars'),
  active: boolean('active').notNull(),
  changedAt: when('changed_at').notNull(),
})

/** What a person has ordered, at the price of that moment. */
export const orders = pgTable(
  'orders',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    packageId: text('package_id')
      .notNull()
      .references(() => packages.id),
    creditsMicro: money('credits_micro').notNull(),
    method: text('method', { enum: ['stripe', 'stars'] }).notNull(),
    amountMinor: money('amount_minor').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: ['open', 'pending', 'paid', 'failed', 'expired'] }).notNull(),
    /** The processor's page for it, while it can be paid there. */
    checkoutUrl: text('checkout_url'),
    createdAt: when('created_at').notNull(),
  },
  table => [index('orders_by_user').on(table.userId, table.createdAt)],
)

/** What processors said of the money for orders: the latest word on each matter. Credits follow from it. */
export const payments = pgTable(
  'payments',
  {
    /** The method and the processor's own id: the same payment is kept once. */
    id: text('id').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** Null until the processor says that it was paid: a refund may be heard of first. */
    paidMinor: money('paid_minor'),
    currency: text('currency'),
    paidAt: when('paid_at'),
    refundedMinor: money('refunded_minor').notNull(),
    refundedAt: when('refunded_at'),
    dispute: text('dispute', { enum: ['open', 'won', 'lost'] }),
    disputedAt: when('disputed_at'),
    /** What the user has had for it until now, and by how many postings. */
    creditedMicro: money('credited_micro_credits').notNull(),
    changes: integer('changes').notNull(),
    createdAt: when('created_at').notNull(),
  },
  table => [
    index('payments_by_user').on(table.userId, table.createdAt),
    index('payments_by_order').on(table.orderId),
  ],
)

/** Who was brought here by whom; the bonus is for both, once. */
export const referrals = pgTable(
  'referrals',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id),
    referrerId: text('referrer_id')
      .notNull()
      .references(() => users.id),
    at: when('at').notNull(),
    /** When it was rewarded, or refused for good. */
    settledAt: when('settled_at'),
    rewarded: boolean('rewarded').notNull(),
  },
  table => [index('referrals_by_referrer').on(table.referrerId, table.settledAt)],
)

export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    kind: text('kind', { enum: ACCOUNT_KINDS }).notNull(),
    userId: text('user_id').references(() => users.id),
    /** Kept by a trigger on postings; the audit compares it with their sum. */
    balanceMicro: money('balance_micro_credits').notNull(),
  },
  table => [index('accounts_by_user').on(table.userId)],
)

/** Sets that change what a user has, in the words of both indexes. */
const NOT_ASIDE = sql`cause not in ('hold', 'release')`

export const postingSets = pgTable(
  'posting_sets',
  {
    /** The idempotency key: the same cause posts once. */
    id: text('id').primaryKey(),
    cause: text('cause', {
      enum: [
        'initial_grant',
        'purchase',
        'referral_bonus',
        'manual_adjustment',
        'hold',
        'usage_deduction',
        'release',
        'refund',
        'collection',
      ],
    }).notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    projectId: text('project_id').references(() => projects.id),
    callId: text('call_id').references(() => calls.id),
    /** The task that a refund is for; other sets know it by their call. */
    taskId: text('task_id'),
    /** What a purchase is for, and what takes it back. */
    paymentId: text('payment_id').references(() => payments.id),
    /** Who did it by hand; null for what the house does by itself, and for sets from before it was kept. */
    actor: text('actor').references(() => users.id),
    reason: text('reason').notNull(),
    at: when('at').notNull(),
  },
  table => [
    index('posting_sets_by_user').on(table.userId, table.at, table.id).where(NOT_ASIDE),
    index('posting_sets_by_project').on(table.projectId).where(NOT_ASIDE),
  ],
)

/**
 * What a user sees of the books: every set that changes what they have, signed as they see it, in micro-credits. Holds
 * and releases only move credits between what is available and what is set aside, a collection from there to what is
 * owed. The view is in
 * migrations/0004_payments.sql.
 */
export const creditTransactions = pgView('credit_transactions', {
  id: text('id').notNull(),
  type: text('type', {
    enum: ['initial_grant', 'purchase', 'usage_deduction', 'refund', 'manual_adjustment', 'referral_bonus'],
  }).notNull(),
  userId: text('user_id').notNull(),
  amountMicro: money('amount_micro_credits').notNull(),
  /** The model call it is for, and its project and task. */
  usageId: text('usage_id'),
  projectId: text('project_id'),
  taskId: text('task_id'),
  paymentId: text('payment_id'),
  idempotencyKey: text('idempotency_key').notNull(),
  actor: text('actor'),
  reason: text('reason').notNull(),
  at: when('at').notNull(),
}).existing()

export const postings = pgTable(
  'postings',
  {
    setId: text('set_id')
      .notNull()
      .references(() => postingSets.id),
    line: integer('line').notNull(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id),
    amountMicro: money('amount_micro_credits').notNull(),
  },
  table => [
    primaryKey({ columns: [table.setId, table.line] }),
    index('postings_by_account').on(table.accountId),
  ],
)

export const holds = pgTable(
  'holds',
  {
    callId: text('call_id')
      .primaryKey()
      .references(() => calls.id),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    amountMicro: money('amount_micro_credits').notNull(),
    /** The account that it was taken from, and that the rest goes back to. */
    purse: text('purse', { enum: ['available', 'tab'] })
      .notNull()
      .default('available'),
    status: text('status', { enum: ['open', 'captured', 'released'] }).notNull(),
  },
  table => [index('holds_by_project').on(table.projectId, table.status)],
)
