import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { bytes, when } from './columns.ts'
import { projects } from './projectTables.ts'

/** What an app reads from its environment at the person's own place, sealed under the master key; no front shows a value. */
export const projectSecrets = pgTable(
  'project_secrets',
  {
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** What it is for, in the person's words; models read it. */
    description: text('description'),
    sealed: bytes('sealed').notNull(),
    /** Which master key opens it. */
    masterFingerprint: text('master_fingerprint').notNull(),
    at: when('at').notNull(),
  },
  table => [primaryKey({ columns: [table.projectId, table.name] })],
)
