import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytes, money, when } from './columns.ts'
import { projects, users } from './projectTables.ts'

/** Models: prices, keys, runs of coding agents, and the journal of calls. */

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
    /** The most that it can cost while it is under way: what limits of a day count it as. */
    worstPicoUsd: money('worst_pico_usd').notNull().default(sql`0`),
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
    index('calls_by_start').on(table.startedAt),
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
