import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

/** The tables. Constraints that SQL alone can say (balanced sets, append-only) are in the migrations. */

const money = (name: string) => bigint(name, { mode: 'bigint' })
const when = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role', { enum: ['maker', 'operator'] }).notNull(),
  /** What is available, in micro-credits; a trigger keeps it equal to the account. */
  creditBalanceMicro: money('credit_balance').notNull().default(sql`0`),
  createdAt: when('created_at').notNull(),
})

export const projects = pgTable(
  'projects',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    description: text('description').notNull(),
    state: text('state').notNull(),
    /** Where `deciding` goes back to. */
    backState: text('back_state'),
    /** Counts outcomes; with an ordinal it names a model call, so that a finished one is found again. */
    step: integer('step').notNull(),
    /** Counts every write; a writer that holds an older one is refused. */
    epoch: integer('epoch').notNull(),
    /** Why it rests although its state is one of work; null when it does not. */
    paused: jsonb('paused'),
    /** Everything that is decided on the way: questions, brief, plan, quote, decision. Typed in projects/project.ts. */
    file: jsonb('file').notNull(),
    capMicro: money('cap_micro_credits').notNull(),
    createdAt: when('created_at').notNull(),
    updatedAt: when('updated_at').notNull(),
  },
  table => [index('projects_by_user').on(table.userId, table.createdAt)],
)

export const tasks = pgTable(
  'tasks',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    id: text('id').notNull(),
    ordinal: integer('ordinal').notNull(),
    task: jsonb('task').notNull(),
    status: text('status', { enum: ['open', 'done', 'skipped'] }).notNull(),
    commit: text('commit'),
  },
  table => [primaryKey({ columns: [table.projectId, table.id] })],
)

/** One try at a task: what came of it, with the evidence. */
export const attempts = pgTable(
  'attempts',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    taskId: text('task_id').notNull(),
    /** 1, 2, … over the life of the task. */
    number: integer('number').notNull(),
    /** 1, 2, … since the task was last opened, undone or given new guidance; bounds and stuck detection look at one series. */
    series: integer('series').notNull(),
    result: text('result', { enum: ['edited', 'refused', 'red', 'green', 'rejected', 'approved'] }).notNull(),
    changes: jsonb('changes').notNull(),
    applied: jsonb('applied').notNull(),
    checks: jsonb('checks').notNull(),
    verdict: jsonb('verdict'),
    /** What went wrong, in the words that go back to the Implementer; empty when nothing did. */
    problem: text('problem').notNull(),
    /** The problem without what varies from run to run: the same twice in a row is "stuck". */
    signature: text('signature').notNull(),
    at: when('at').notNull(),
  },
  table => [primaryKey({ columns: [table.projectId, table.taskId, table.number] })],
)

export const acceptanceTests = pgTable(
  'acceptance_tests',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    path: text('path').notNull(),
    criterion: text('criterion').notNull(),
    dueAfter: text('due_after').notNull(),
    hidden: boolean('hidden').notNull(),
    content: text('content').notNull(),
    sha256: text('sha256').notNull(),
  },
  table => [primaryKey({ columns: [table.projectId, table.path] })],
)

export const deliveries = pgTable(
  'deliveries',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    number: integer('number').notNull(),
    commit: text('commit').notNull(),
    treeSha256: text('tree_sha256').notNull(),
    zip: bytes('zip').notNull(),
    proof: jsonb('proof').notNull(),
    at: when('at').notNull(),
  },
  table => [primaryKey({ columns: [table.projectId, table.number] })],
)

/** What happened, in order; every front reads it. */
export const events = pgTable(
  'events',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id),
    seq: integer('seq').notNull(),
    type: text('type').notNull(),
    data: jsonb('data').notNull(),
    at: when('at').notNull(),
  },
  table => [primaryKey({ columns: [table.projectId, table.seq] })],
)

export const modelPricing = pgTable(
  'model_pricing',
  {
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    inputPicoUsd: money('input_pico_usd').notNull(),
    cachedPicoUsd: money('cached_pico_usd').notNull(),
    cacheWrittenPicoUsd: money('cache_written_pico_usd').notNull(),
    outputPicoUsd: money('output_pico_usd').notNull(),
    thinkingPicoUsd: money('thinking_pico_usd').notNull(),
    imagePicoUsd: money('image_pico_usd').notNull(),
    /** Prices above lengths of the input, rising; typed in billing/pricing.ts. */
    tiers: jsonb('tiers').notNull(),
    currency: text('currency', { enum: ['USD'] }).notNull(),
    /** Who said so: the catalogue that is shipped, the provider's own list, or an operator, whose word stands. */
    source: text('source', { enum: ['catalogue', 'provider', 'operator'] }).notNull(),
    active: boolean('active').notNull(),
    validFrom: when('valid_from').notNull(),
  },
  table => [primaryKey({ columns: [table.provider, table.model, table.validFrom] })],
)

/** Keys of model providers, sealed under the master key; shown by their last four characters only. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    provider: text('provider').notNull(),
    label: text('label').notNull(),
    sealed: bytes('sealed').notNull(),
    /** Which master key opens it. */
    masterFingerprint: text('master_fingerprint').notNull(),
    /** SHA-256 of the key: the same key is not kept twice. */
    fingerprint: text('fingerprint').notNull(),
    lastFour: text('last_four').notNull(),
    origin: text('origin', { enum: ['environment', 'operator'] }).notNull(),
    status: text('status', { enum: ['active', 'disabled'] }).notNull(),
    disabledReason: text('disabled_reason'),
    /** The provider asked not to use it until then. */
    cooledUntil: when('cooled_until'),
    lastUsedAt: when('last_used_at'),
    expiresAt: when('expires_at'),
    createdAt: when('created_at').notNull(),
  },
  table => [
    uniqueIndex('api_keys_once').on(table.provider, table.fingerprint),
    index('api_keys_by_use').on(table.provider, table.lastUsedAt),
  ],
)

/** What operators must know and have not yet seen; the same trouble is told once until then. */
export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    says: text('says').notNull(),
    at: when('at').notNull(),
    seenAt: when('seen_at'),
  },
  table => [uniqueIndex('alerts_once').on(table.kind, table.subject).where(sql`seen_at is null`)],
)

/** What a coding agent in the sandbox may ask through our own endpoint; its token is known here by its hash only. */
export const engineRuns = pgTable('engine_runs', {
  id: text('id').primaryKey(),
  tokenSha256: text('token_sha256').notNull().unique(),
  projectId: text('project_id')
    .notNull()
    .references(() => projects.id),
  userId: text('user_id')
    .notNull()
    .references(() => users.id),
  epoch: integer('epoch').notNull(),
  step: integer('step').notNull(),
  taskId: text('task_id'),
  role: text('role').notNull(),
  capMicro: money('cap_micro_credits').notNull(),
  callsMax: integer('calls_max').notNull(),
  /** How many calls were begun; each takes the next number as its ordinal. */
  calls: integer('calls').notNull(),
  expiresAt: when('expires_at').notNull(),
  revokedAt: when('revoked_at'),
  createdAt: when('created_at').notNull(),
})

/** The journal of model calls: written before each call and after it. Also the usage that charges are recomputed from. */
export const calls = pgTable(
  'calls',
  {
    id: text('id').primaryKey(),
    /** Null for the operator's own tries of a model (kind `doctor`), which nobody is charged for. */
    projectId: text('project_id').references(() => projects.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** The key it was made with; null where the model needs none. */
    keyId: text('key_id').references(() => apiKeys.id),
    role: text('role').notNull(),
    /** The epoch it was last begun in; null for calls from before epochs were kept. */
    epoch: integer('epoch'),
    step: integer('step').notNull(),
    ordinal: integer('ordinal').notNull(),
    promptSha256: text('prompt_sha256').notNull(),
    /** 1, 2, …: a failed call is made again as the next try. */
    tryNumber: integer('try_number').notNull(),
    kind: text('kind').notNull(),
    taskId: text('task_id'),
    provider: text('provider').notNull(),
    model: text('model').notNull(),
    status: text('status', { enum: ['started', 'completed', 'failed'] }).notNull(),
    /** How often it was made again after a crash left it in doubt. */
    repeats: integer('repeats').notNull(),
    answer: text('answer'),
    failure: jsonb('failure'),
    generationId: text('generation_id'),
    inputTokens: integer('input_tokens').notNull(),
    cachedTokens: integer('cached_tokens').notNull(),
    cacheWrittenTokens: integer('cache_written_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    thinkingTokens: integer('thinking_tokens').notNull(),
    images: integer('images').notNull(),
    /** What the model asked its tools for; null where it asked for none. */
    toolCalls: jsonb('tool_calls'),
    rawUsage: jsonb('raw_usage'),
    /** The prices and the markup it was charged at: the audit recomputes the charge from them. */
    rate: jsonb('rate').notNull(),
    /** What the provider said it cost; null where it says nothing. */
    namedPicoUsd: money('named_pico_usd'),
    costPicoUsd: money('cost_pico_usd').notNull(),
    /** What a provider was paid for generations of this call that brought no usable answer; the platform's cost. */
    lostPicoUsd: money('lost_pico_usd').notNull(),
    chargeMicro: money('charge_micro_credits').notNull(),
    startedAt: when('started_at').notNull(),
    endedAt: when('ended_at'),
    latencyMs: integer('latency_ms'),
    firstTokenMs: integer('first_token_ms'),
  },
  table => [
    index('calls_by_key').on(table.keyId),
    index('calls_under_way').on(table.startedAt).where(sql`status = 'started'`),
    uniqueIndex('calls_once').on(
      table.projectId,
      table.step,
      table.ordinal,
      table.promptSha256,
      table.tryNumber,
    ),
  ],
)

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
