import type { RehearsalApp } from './app.ts'
import { csvJson } from './apps/csv-json/app.ts'
import { durations } from './apps/durations/app.ts'
import { ids } from './apps/ids/app.ts'
import { rooms } from './apps/rooms/app.ts'
import { shortLinks } from './apps/short-links/app.ts'
import { splitBill } from './apps/split-bill/app.ts'
import { tally } from './apps/tally/app.ts'
import { wordcount } from './apps/wordcount/app.ts'

/** What the rehearsal model can build; the first that knows a description is meant. */
export const REHEARSAL_APPS: readonly RehearsalApp[] = [
  tally,
  splitBill,
  durations,
  shortLinks,
  rooms,
  ids,
  wordcount,
  csvJson,
]
