import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { bytes, money, when } from './columns.ts'

/** People, their projects, and what happened to them. */

export const users = pgTable('users', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role', { enum: ['maker', 'operator'] }).notNull(),
  /** What is available, in micro-credits; a trigger keeps it equal to the account. */
  creditBalanceMicro: money('credit_balance').notNull().default(sql`0`),
  /** Who it is in Telegram. */
  telegramId: bigint('telegram_id', { mode: 'number' }).unique(),
  username: text('username'),
  language: text('language'),
  /** Why nothing more may be spent; null when it may. */
  frozen: text('frozen', { enum: ['dispute', 'debt', 'operator'] }),
  /** Since when the balance is low and the person knows; null while it is not. */
  lowSince: when('low_since'),
  /** What others name when this user brought them here. */
  referralCode: text('referral_code').unique(),
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

/** What the pages of a delivery looked like when it was proven. */
export const pictures = pgTable(
  'pictures',
  {
    projectId: text('project_id').notNull(),
    delivery: integer('delivery').notNull(),
    /** Tells the pictures of a delivery apart: `1-home-phone.png`. */
    name: text('name').notNull(),
    ordinal: integer('ordinal').notNull(),
    /** What was asked for: `/about`. */
    path: text('path').notNull(),
    size: text('size', { enum: ['phone', 'desktop'] }).notNull(),
    /** As the page calls itself; empty when it has no title. */
    title: text('title').notNull(),
    /** In pixels of the PNG. */
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    png: bytes('png').notNull(),
    sha256: text('sha256').notNull(),
  },
  table => [
    primaryKey({ columns: [table.projectId, table.delivery, table.name] }),
    foreignKey({
      columns: [table.projectId, table.delivery],
      foreignColumns: [deliveries.projectId, deliveries.number],
    }),
    check('pictures_bounded', sql`octet_length(${table.png}) BETWEEN 1 AND 1048576`),
    check('pictures_sized', sql`${table.width} BETWEEN 1 AND 2048 AND ${table.height} BETWEEN 1 AND 2048`),
  ],
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
