import { sql } from 'drizzle-orm'
import { index, integer, pgTable, pgView, primaryKey, text } from 'drizzle-orm/pg-core'
import { money, when } from './columns.ts'
import { calls } from './modelTables.ts'
import { projects, users } from './projectTables.ts'

/** The ledger. What must hold of it whatever code runs is said in the migrations. */

export const ACCOUNT_KINDS = [
  'available',
  'held',
  'revenue',
  'promotions',
  'refunds',
  'overrun',
  'adjustments',
] as const

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
      enum: ['initial_grant', 'manual_adjustment', 'hold', 'usage_deduction', 'release', 'refund'],
    }).notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    projectId: text('project_id').references(() => projects.id),
    callId: text('call_id').references(() => calls.id),
    /** The task that a refund is for; other sets know it by their call. */
    taskId: text('task_id'),
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
 * and releases only move credits between what is available and what is set aside. The view is in
 * migrations/0003_ledger.sql.
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
    status: text('status', { enum: ['open', 'captured', 'released'] }).notNull(),
  },
  table => [index('holds_by_project').on(table.projectId, table.status)],
)
