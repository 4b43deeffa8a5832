import { bigint, customType, timestamp } from 'drizzle-orm/pg-core'

/** Kinds of columns that the tables share. */

/** An amount as a big integer; the name says in which unit. */
export const money = (name: string) => bigint(name, { mode: 'bigint' })
/** A moment, to the millisecond. */
export const when = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
